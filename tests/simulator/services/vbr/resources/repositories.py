# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories: list, read, create, replace, delete, rescan."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..kinds import REPOSITORIES
from ..models.repository import read_repository, repository_needs, show_repository
from ..models.stored import require
from ..revisions import older
from ..server import VbrServer, shape
from ..sessions.deeds import deed
from ..sessions.routes import start
from ..sessions.running import Done, Task
from .reading import Reading
from .writing import SAVING, Writing

READING = Reading(
    "/api/v1/backupInfrastructure/repositories",
    REPOSITORIES,
    show_repository,
    columns=("name", "description", "type", "host", "path"),
    equal={"typeFilter": "type", "hostIdFilter": "hostId", "pathFilter": "repository.path"},
)
RESCAN = "Repository Rescan"


def rescan(server: VbrServer, call: Call) -> Response:
    if older(shape(call), "1.2-rev1"):
        raise NotFound
    model = object_sent(call)
    require(model, "repositoryIds")
    tasks = [{"do": "rescan", "id": READING.row(server, row_id)["id"]} for row_id in model["repositoryIds"]]
    return start(call, server.sessions, RESCAN, "Infrastructure", tasks)


@deed("rescan")
def rescanned(server: VbrServer, task: Task) -> Done:
    """Nothing to be found: the simulator keeps no backups."""
    row = server.estate.get(REPOSITORIES, task["id"])
    if row is None:
        return Done("Failed", RESCAN, f"Resource with ID {task['id']} does not exist")
    return Done("Succeeded", f"Rescan of {row['body']['name']}", "Done", row["id"])


ROUTES = (
    *Writing(READING, read_repository, repository_needs, saving=SAVING).routes(),
    Route("POST", f"{READING.path}/rescan", rescan),
)
