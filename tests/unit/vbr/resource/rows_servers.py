# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for managed servers of each type."""

from __future__ import annotations

from support.quartet import RECENT, Row

SECRET = "Zq5&mW7=xB3#vL8+nT1%"
FIRST_USE = {"trust": "first_use"}
REMOVED = {"state": "absent"}
STANDARD = {"credentials": "main-domain-credentials"}

ROWS = [
    Row(
        "managed_server",
        "WindowsHost",
        common={"name": "srv09.tech.local", "type": "WindowsHost"},
        steps={
            "create": {"credentials": "main-standard-credentials"},
            "update": {"description": "Second Windows server", **STANDARD},
            "update settings": {"settings": {"networkSettings": {"portRangeStart": 2600, "portRangeEnd": 2700}}},
            "delete": REMOVED,
        },
    ),
    Row(
        "managed_server",
        "LinuxHost",
        common={"name": "linux09.tech.local", "type": "LinuxHost"},
        steps={
            "create": {"credentials": "username01", **FIRST_USE},
            "update": {"credentials": "linux01", "description": "Another account"},
            "delete": REMOVED,
        },
    ),
    Row(
        "managed_server",
        "LinuxHost single use",
        common={"name": "hardened09.tech.local", "type": "LinuxHost"},
        steps={
            "create": {
                "single_use_account": "installer",
                "single_use_password": SECRET,
                "single_use_elevate_to_root": True,
                **FIRST_USE,
            },
            "update": {"description": "Hardened"},
            "update to permanent": {"credentials": "username01", "credentials_storage": "Permanent"},
            "delete": REMOVED,
        },
    ),
    Row(
        "managed_server",
        "LinuxHost by certificate",
        common={"name": "paired09.tech.local", "type": "LinuxHost"},
        steps={
            "create": {"handshake_code": SECRET, **FIRST_USE},
            "update": {"description": "Paired"},
            "delete": REMOVED,
        },
        revisions=RECENT[1:],
    ),
    Row(
        "managed_server",
        "ViHost",
        common={"name": "vcenter09.tech.local", "type": "ViHost"},
        steps={
            "create": {**STANDARD, **FIRST_USE},
            "update": {"vi_port": 8443, "description": "Moved to another port"},
            "delete": REMOVED,
        },
    ),
    Row(
        "managed_server",
        "CloudDirectorHost",
        common={"name": "director09.tech.local", "type": "CloudDirectorHost"},
        steps={
            "create": {
                **STANDARD,
                **FIRST_USE,
                "url": "https://director09.tech.local",
                "vi_servers": [{"name": "vcenter01.tech.local", **STANDARD}],
            },
            "update": {
                "vi_servers": [
                    {"name": "vcenter01.tech.local", **STANDARD},
                    {"name": "vcenter02.tech.local", **STANDARD},
                ]
            },
            "delete": REMOVED,
        },
    ),
]
