# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for an estate: many objects in one task."""

from __future__ import annotations

from typing import Any

from driving.quartet import ALL, Row

SECRETS = {name: f"Qz7&estate+{name}%=#Lk2" for name in ("backup", "tapes", "linux")}
ITEMS: dict[str, list[dict[str, Any]]] = {
    "credentials": [
        {"account": "TECH\\estate", "account_password": SECRETS["backup"], "description": "Backup"},
        {"type": "Linux", "account": "estate", "account_password": SECRETS["linux"], "elevate_to_root": True},
    ],
    "encryption_passwords": [{"hint": "Estate tapes", "encryption_password": SECRETS["tapes"]}],
}
KEYS = ("type", "account", "hint")


def absent() -> dict[str, list[dict[str, Any]]]:
    """The same items, wished away."""
    return {
        kind: [{name: each[name] for name in KEYS if name in each} | {"state": "absent"} for each in items]
        for kind, items in ITEMS.items()
    }


ROWS = [
    Row(
        "estate",
        "secrets",
        common={},
        steps={
            "create": ITEMS,
            "update": {"credentials": [{"account": "TECH\\estate", "description": "Backup of the estate"}]},
            "delete": absent(),
        },
        revisions=ALL,
    ),
]
