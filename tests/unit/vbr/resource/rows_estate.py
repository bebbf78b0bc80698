# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for an estate: many objects in one task."""

from __future__ import annotations

from typing import Any

from support.quartet import ALL, Row

SECRETS = {name: f"Qz7&estate+{name}%=#Lk2" for name in ("backup", "tapes", "linux")}
Items = dict[str, list[dict[str, Any]]]
ITEMS: Items = {
    "credentials": [
        {"account": "TECH\\estate", "account_password": SECRETS["backup"], "description": "Backup"},
        {"type": "Linux", "account": "estate", "account_password": SECRETS["linux"], "elevate_to_root": True},
    ],
    "encryption_passwords": [{"hint": "Estate tapes", "encryption_password": SECRETS["tapes"]}],
}
SERVER = "srv04.tech.local"
MACHINE = {"host_name": "vcenter02.tech.local", "name": "filesrv02"}
# Each kind refers to those above it, and a job to one before it.
WHOLE: Items = {
    **ITEMS,
    "repositories": [
        {
            "name": "Estate share",
            "type": "Smb",
            "share_path": "\\\\nas\\estate",
            "share_credentials": "TECH\\estate",
            "max_task_count": 2,
            "mount_server": {"host": SERVER, "write_cache_folder": "D:\\Cache"},
        }
    ],
    "jobs": [
        {
            "name": "Estate job",
            "virtual_machines": {"includes": [MACHINE]},
            "repository": "Estate share",
            "encryption_password_hint": "Estate tapes",
            "guest_credentials": "TECH\\estate",
            "state": "disabled",
        },
        {
            "name": "Estate job afterwards",
            "virtual_machines": {"includes": [MACHINE]},
            "repository": "Estate share",
            "schedule": {"after_job": "Estate job"},
        },
    ],
}
HOST = "linux09.tech.local"
# A chain through every kind that stands on a server of its own.
CHAIN: Items = {
    "credentials": ITEMS["credentials"],
    "managed_servers": [{"name": HOST, "type": "LinuxHost", "credentials": "estate", "trust": "first_use"}],
    "repositories": [
        {
            "name": "Linux disk",
            "type": "LinuxLocal",
            "host": HOST,
            "path": "/backups",
            "mount_server": {"host": SERVER, "write_cache_folder": "D:\\Cache"},
        }
    ],
    "proxies": [{"host": HOST, "max_task_count": 2}],
    "jobs": [
        {
            "name": "Job on Linux",
            "virtual_machines": {"includes": [MACHINE]},
            "repository": "Linux disk",
            "proxies": [HOST],
        }
    ],
}
GONE = {"state": "absent"}
# The host of a repository does not recognise it.
NO_KEYS = {("repositories", "host")}
KEYS = ("type", "account", "hint", "name", "host")


def absent(items: Items) -> Items:
    """The same items, to be removed."""
    return {
        kind: [
            {name: each[name] for name in KEYS if name in each and (kind, name) not in NO_KEYS} | GONE for each in some
        ]
        for kind, some in items.items()
    }


ROWS = [
    Row(
        "estate",
        "secrets",
        common={},
        steps={
            "create": ITEMS,
            "update": {"credentials": [{"account": "TECH\\estate", "description": "Backup of the estate"}]},
            "delete": absent(ITEMS),
        },
        revisions=ALL,
    ),
    Row(
        "estate",
        "whole",
        common={},
        steps={
            "create": WHOLE,
            "update": {
                # An existing job gets a repository that is made in the same task.
                "repositories": [{**WHOLE["repositories"][0], "name": "Other share"}],
                "jobs": [{"name": "Estate job", "repository": "Other share", "state": "enabled"}],
            },
            "delete": absent({**WHOLE, "repositories": [*WHOLE["repositories"], {"name": "Other share"}]}),
        },
        revisions=ALL,
    ),
    Row("estate", "chain", common={}, steps={"create": CHAIN, "delete": absent(CHAIN)}),
    Row(
        "estate",
        "singleton",
        common={},
        steps={
            "with what it refers to": {
                "encryption_passwords": ITEMS["encryption_passwords"],
                "configuration_backup": {"restore_points": 14, "encryption_password_hint": "Estate tapes"},
            },
            "alone": {"configuration_backup": {"enabled": False, "encryption_password_hint": ""}},
        },
        revisions=ALL,
    ),
]
