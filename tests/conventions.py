# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of antsibull-nox, as antsibull-nox.toml sets them, for `make conventions`."""

from __future__ import annotations

import antsibull_nox

antsibull_nox.load_antsibull_nox_toml()
