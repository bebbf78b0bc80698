# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration backup: its settings, of which a server has one, and running it."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..estate import Estate
from ..kind import Body
from ..kinds import ENCRYPTION_PASSWORDS, REPOSITORIES
from ..plain.singleton import Singleton, Use
from ..server import VbrServer
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from ..shapes.jobs import SCHEDULE
from ..shapes.rules import ZERO_ID, NullAs

TYPE = "ConfigurationBackup"
BACKING_UP = "back up configuration"
NEW: Body = {
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
    "encryption": {"isEnabled": False, "passwordId": ZERO_ID},
    "lastSuccessfulBackup": {"lastSuccessfulTime": None, "sessionId": None},
}


def new_settings(estate: Estate) -> Body:
    """A new server keeps the backup in its first repository."""
    first = next((row["id"] for row in estate.rows(REPOSITORIES)), ZERO_ID)
    return {**copy_json(NEW), "backupRepositoryId": first}


def used(body: Body) -> Iterator[Use]:
    yield REPOSITORIES, body["backupRepositoryId"]
    if body["encryption"].get("isEnabled"):
        yield ENCRYPTION_PASSWORDS, body["encryption"].get("passwordId")


SETTINGS = Singleton(
    "/api/v1/configBackup",
    "Backup Configuration Job",
    new_settings,
    required=("isEnabled", "backupRepositoryId", "restorePointsToKeep", "notifications", "schedule", "encryption"),
    rules=(*SCHEDULE, NullAs("encryption.passwordId", ZERO_ID)),
    kept=("lastSuccessfulBackup",),
    uses=used,
)


def back_up(server: VbrServer, call: Call) -> Response:
    """The only operation that answers with a session and 200."""
    return start(call, server.sessions, SETTINGS.name, TYPE, [{"do": BACKING_UP}], 200)


@work(BACKING_UP)
def make_backup(server: VbrServer, task: Task) -> Outcome:
    body = SETTINGS.row(server)["body"]
    session = [row["id"] for row in server.sessions.rows() if row["type"] == TYPE][-1]
    body["lastSuccessfulBackup"] = {"lastSuccessfulTime": write_time(server.clock.now()), "sessionId": session}
    return Outcome("Succeeded", SETTINGS.name, "Backed up")


ROUTES = (*SETTINGS.routes(), Route("POST", f"{SETTINGS.path}/backup", back_up))
