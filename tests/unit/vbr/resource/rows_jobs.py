# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for jobs: a new one through its life, and one that came with the estate."""

from __future__ import annotations

from support.quartet import ALL, Row

VCENTER = "vcenter02.tech.local"
FILE_SERVER = {"host_name": VCENTER, "name": "filesrv02"}
SERVER = {"host_name": VCENTER, "name": "srv01"}
POOL = {"host_name": VCENTER, "type": "ResourcePool", "name": "likhtarovich"}
# One of two machines of the same name.
TWIN = {"host_name": VCENTER, "name": "twin", "object_id": "vm-50002"}

ROWS = [
    Row(
        "job",
        "new",
        common={"name": "File servers"},
        steps={
            "create": {
                "description": "Nightly",
                "high_priority": True,
                "virtual_machines": {"includes": [FILE_SERVER, TWIN]},
                "repository": "Main Big Repository",
                "proxies": ["enterprise05.tech.local"],
                "retention": {"quantity": 14},
                "encryption_password_hint": "Long-term archive",
                "application_aware_processing": True,
                "guest_indexing": True,
                "guest_credentials": "tech\\username02",
                "schedule": {
                    "run_automatically": True,
                    "daily": {"time": "22:30", "kind": "SelectedDays", "days": ["Saturday", "Monday"]},
                    "retry": {"count": 5, "wait_minutes": 20},
                },
            },
            "update the schedule": {
                "schedule": {
                    "daily": {"enabled": False},
                    "monthly": {"time": "4:00", "day_number": "Last", "day_of_week": "Sunday", "months": ["March"]},
                    "after_job": "Backup Job 2",
                },
            },
            "update what it backs up": {
                "virtual_machines": {
                    "includes": [SERVER, POOL, FILE_SERVER],
                    "excludes": {
                        "vms": [TWIN],
                        "disks": [{"vm_object": SERVER, "disks_to_process": "SystemOnly"}],
                        "templates": {"enabled": True},
                    },
                },
            },
            "update where to": {
                "repository": "Backup Repository SMB",
                "proxies": [],
                "retention": {"type": "RestorePoints", "quantity": 3},
                "encryption_password_hint": "Offsite tapes 2023",
                "guest_credentials": "linux01",
                "backup_mode": "Transform",
            },
            "update and clear": {"encryption_password_hint": "", "schedule": {"after_job": ""}, "description": ""},
            "disable": {"state": "disabled"},
            "enable and change": {"state": "enabled", "high_priority": False},
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    Row(
        "job",
        "of the estate",
        common={"name": "Backup Job 2"},
        steps={
            "disable": {"state": "disabled"},
            "update": {"retention": {"type": "Days", "quantity": 30}, "schedule": {"monthly": {"day_number": "OnDay"}}},
            "update by settings": {
                "settings": {"storage": {"advancedSettings": {"storageData": {"compressionLevel": "High"}}}}
            },
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    Row(
        "job",
        "created asleep",
        common={
            "name": "Asleep",
            "virtual_machines": {"includes": [SERVER]},
            "repository": "Main Big Repository",
        },
        steps={"create": {"state": "disabled"}, "delete": {"state": "absent"}},
        revisions=ALL,
    ),
]
