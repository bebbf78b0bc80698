# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the configuration backup: one object per server, with ids of what it refers to."""

from __future__ import annotations

from typing import Any

from ....core.store import Row, Store
from ..errors import bad_request
from ..estate import Estate
from ..kinds import ENCRYPTION_PASSWORDS, REPOSITORIES, Kind
from ..sessions.views import NO_ID
from ..shapes.jobs import SCHEDULE
from ..shapes.rules import Rule, copy_json, parse, render
from .stored import Model, require

TABLE = "configurationBackup"
NAME = "Backup Configuration Job"
PARTS = ("isEnabled", "backupRepositoryId", "restorePointsToKeep", "notifications", "schedule", "encryption")
RULES: tuple[Rule, ...] = SCHEDULE
NEW: Model = {
    "isEnabled": True,
    "restorePointsToKeep": 10,
    "notifications": {
        "SNMPEnabled": False,
        "SMTPSettings": {
            "isEnabled": False,
            "recipients": [],
            "settingsType": "Global",
            "subject": "[%JobResult%] %JobName%",
            "notifyOnSuccess": True,
            "notifyOnWarning": True,
            "notifyOnError": True,
        },
    },
    "schedule": {
        "isEnabled": True,
        "daily": {"isEnabled": True, "localTime": "10:00", "dailyKind": "Everyday", "days": []},
        "monthly": {"isEnabled": False, "localTime": "22:00", "dayOfWeek": "Saturday", "dayNumberInMonth": "Fourth"},
    },
    "encryption": {"isEnabled": False, "passwordId": NO_ID},
    "lastSuccessfulBackup": {"lastSuccessfulTime": None, "sessionId": None},
}


def settings(store: Store, estate: Estate) -> Row:
    """The one row; a new server keeps the backup in its first repository."""
    found = next(store.rows(TABLE), None)
    if found is None:
        first = next((row["id"] for row in estate.rows(REPOSITORIES)), NO_ID)
        found = store.add(TABLE, {"body": {**copy_json(NEW), "backupRepositoryId": first}})
    return found


def show_settings(row: Row, revision: str) -> Model:
    return render(RULES, row["body"], revision)


def read_settings(model: Model, row: Row, estate: Estate, revision: str) -> Model:
    """The settings as they are stored; when the last backup was made is not for anybody to say."""
    require(model, *PARTS)
    body = {**parse(RULES, model, revision), "lastSuccessfulBackup": row["body"]["lastSuccessfulBackup"]}
    encryption = body["encryption"]
    wanted: list[tuple[Kind, Any]] = [(REPOSITORIES, body["backupRepositoryId"])]
    if encryption.get("isEnabled"):
        wanted.append((ENCRYPTION_PASSWORDS, encryption.get("passwordId")))
    for kind, row_id in wanted:
        if estate.get(kind, str(row_id)) is None:
            raise bad_request(f"{kind.noun} with ID {row_id} is not found")
    return body


def uses_for_configuration(store: Store, row_id: str) -> list[str]:
    """The name of the configuration backup, if it needs the object."""
    rows = list(store.rows(TABLE))
    ids = [row["body"]["backupRepositoryId"] for row in rows]
    ids += [row["body"]["encryption"]["passwordId"] for row in rows if row["body"]["encryption"]["isEnabled"]]
    return [NAME] if row_id in ids else []
