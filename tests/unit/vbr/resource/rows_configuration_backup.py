# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the configuration backup: settings that are always there."""

from __future__ import annotations

from support.quartet import ALL, Row

TIMES = {"enabled": True, "daily": {"enabled": True, "time": "22:30", "kind": "SelectedDays", "days": ["Friday"]}}

ROWS = [
    Row(
        "configuration_backup",
        "settings",
        steps={
            "update": {"enabled": True, "repository": "Main Big Repository", "restore_points": 14, "schedule": TIMES},
            "update encryption": {"encryption_password_hint": "Long-term archive"},
            "update further settings": {"settings": {"notifications": {"SNMPEnabled": True}}},
            "update to one day of the month": {
                "schedule": {
                    "daily": {"enabled": False},
                    "monthly": {"enabled": True, "time": "23:00", "day_number": "Last", "day_of_week": "Sunday"},
                }
            },
            "update to no encryption": {"encryption_password_hint": ""},
            "update to off": {"enabled": False},
        },
        revisions=ALL,
    )
]
