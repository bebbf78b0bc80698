# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the notifications of the general options: settings that are always there."""

from __future__ import annotations

from support.quartet import Row

ROWS = [
    Row(
        "notifications",
        "settings",
        steps={
            "update": {"storage_space_threshold": 15, "updates": False},
            "update to off": {"storage_space_enabled": False, "datastore_space_enabled": False},
            "update what machines are left out for": {"skip_vms_enabled": True, "skip_vms_threshold": 3},
            "update further settings": {"settings": {"notifyOnSupportExpiration": False}},
        },
        revisions=("1.3-rev1", "1.3-rev2"),
    )
]
