# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spellings that real exports use beside the documented ones; put right before anything else is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .rules import Rename

QUIRKS: Mapping[str, Sequence[Rename]] = {
    "jobs": (
        Rename("guestProcessing.guestCredentials", "credentials", "creds"),
        Rename("schedule.periodically", "WindowSetting", "backupWindow"),
        Rename("schedule.continuously", "WindowSetting", "backupWindow"),
        Rename("schedule.backupWindow", "WindowSetting", "backupWindow"),
    )
}
