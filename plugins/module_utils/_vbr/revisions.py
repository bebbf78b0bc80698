# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API revisions of a backup server that are known here, oldest first. A new one is written down in this place."""

REVISIONS: tuple[str, ...] = ("1.0-rev2", "1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
NEWEST_FIRST = REVISIONS[::-1]
