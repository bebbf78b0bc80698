# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale-out repositories: list, read, create, replace, delete; sealing extents and taking them out for maintenance."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import bad_request
from ..kinds import REPOSITORIES, SCALE_OUT_REPOSITORIES
from ..models.scale_out import MAINTENANCE, SEALED, extents_of, read_scale_out, show_scale_out
from ..models.stored import require
from ..revisions import older
from ..server import VbrServer, shape
from ..sessions.deeds import deed
from ..sessions.routes import start
from ..sessions.running import Done, Task
from .reading import Reading
from .writing import SAVING, Writing

PATH = "/api/v1/backupInfrastructure/scaleOutRepositories"
WRITTEN_SINCE = "1.1-rev0"
MODE_SESSION = ("Repository Maintenance", "RepositoryMaintenance")
READING = Reading(PATH, SCALE_OUT_REPOSITORIES, show_scale_out, columns=("name", "description"))
WRITING = Writing(READING, read_scale_out, saving=SAVING)
Handler = Callable[..., Response]


def _since(handler: Handler) -> Handler:
    """1.0 could read them and take extents out for maintenance, no more."""

    def handle(server: VbrServer, call: Call, **arguments: str) -> Response:
        if older(shape(call), WRITTEN_SINCE):
            raise NotFound
        return handler(server, call, **arguments)

    return handle


def _mode(word: str, on: bool) -> Handler:
    """Brings extents into a mode, or out of it."""

    def change(server: VbrServer, call: Call, row_id: str) -> Response:
        row = READING.row(server, row_id)
        model = object_sent(call)
        require(model, "repositoryIds")
        members = {server.estate.id_of(REPOSITORIES, name) for name in extents_of(row["body"])}
        strange = [each for each in model["repositoryIds"] if each not in members]
        if strange:
            raise bad_request(f"{', '.join(strange)} is no extent of {row['body']['name']}")
        task = {"do": "extent mode", "id": row["id"], "word": word, "on": on, "extents": model["repositoryIds"]}
        return start(call, server.sessions, *MODE_SESSION, [task])

    return change


@deed("extent mode")
def extent_mode(server: VbrServer, task: Task) -> Done:
    row = server.estate.get(SCALE_OUT_REPOSITORIES, task["id"])
    if row is None:
        return Done("Failed", MODE_SESSION[0], f"Resource with ID {task['id']} does not exist")
    others = [each for each in row["state"].get(task["word"], []) if each not in task["extents"]]
    row["state"][task["word"]] = [*others, *task["extents"]] if task["on"] else others
    return Done("Succeeded", f"{task['word']} extents of {row['body']['name']}", "Done", row["id"])


ROUTES = (
    *READING.routes(),
    *(Route(route.method, route.rule, _since(route.handler)) for route in WRITING.routes() if route.writes),
    Route("POST", f"{PATH}/<row_id>/enableSealedMode", _since(_mode(SEALED, True))),
    Route("POST", f"{PATH}/<row_id>/disableSealedMode", _since(_mode(SEALED, False))),
    Route("POST", f"{PATH}/<row_id>/enableMaintenanceMode", _mode(MAINTENANCE, True)),
    Route("POST", f"{PATH}/<row_id>/disableMaintenanceMode", _mode(MAINTENANCE, False)),
)
