# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests of this folder the `contract` fixtures."""

from __future__ import annotations

from .fixtures import contract, vbaz_contract

__all__ = ["contract", "vbaz_contract"]
