# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations, one file per service of the vCenter, each with its OPERATIONS; all three faces serve them.

The blueprint finds the files: a new one is listed nowhere.
"""
