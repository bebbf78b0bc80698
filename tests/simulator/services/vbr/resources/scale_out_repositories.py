# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale-out repositories: list, read, create, replace, delete; sealed mode and maintenance mode of their extents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, require
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import REPOSITORIES, SCALE_OUT_REPOSITORIES
from ..plain.id_fields import IdField, show_ids
from ..plain.reading import Reading
from ..plain.writing import SAVING, Stored, Writing, one_type
from ..revisions import older
from ..server import VbrServer, only_since
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from ..shapes.rules import parse, places, render, values

GROUP = SCALE_OUT_REPOSITORIES.groups[0]
EXTENTS = "performanceTier.performanceExtents"
LISTS = (EXTENTS, "capacityTier.extents")
# A stored extent is the name of its repository.
EXTENT = "extent"
ID_FIELDS = (
    *(IdField(f"{path}[].{EXTENT}", "id", "repositories") for path in LISTS),
    IdField(f"placementPolicy.settings[].{EXTENT}", "extentId", "repositories"),
    IdField(f"archiveTier.{EXTENT}", "extentId", "repositories"),
)
# Members of a list that must have an id, and where.
NEEDED = {**{f"{path}[]": "id" for path in LISTS}, "placementPolicy.settings[]": "extentId"}
SEALED, MAINTENANCE = "Sealed", "Maintenance"
MODES = (MAINTENANCE, SEALED)
# Fields of an extent that only answers have.
NOT_STORED = ("name", "status")


def show_scale_out(row: Row, estate: Estate, revision: str) -> Model:
    body = show_ids(ID_FIELDS, render(GROUP.rules, row["body"], revision), estate)
    for container, key in places(body, f"{EXTENTS}[]"):
        extent = container[key]
        extent |= {"name": _name(estate, extent["id"]), "status": _status(row, extent["id"], revision)}
    if older(revision, "1.1-rev0"):
        _show_as_of_old(body, estate)
    return {"id": row["id"], **body}


def _name(estate: Estate, row_id: str) -> str | None:
    row = estate.get(REPOSITORIES, row_id)
    return row["body"]["name"] if row else None


def _status(row: Row, extent_id: str, revision: str) -> Any:
    """A list of modes from 1.3 on; before that one mode, maintenance before sealed."""
    words = [mode for mode in MODES if extent_id in row["state"].get(mode, [])] or ["Normal"]
    return words[0] if older(revision, "1.3-rev0") else words


def _show_as_of_old(body: Body, estate: Estate) -> None:
    """1.0 named the extents of a policy, and had one capacity extent."""
    for container, key in places(body, "placementPolicy.settings[]"):
        container[key]["extentName"] = _name(estate, container[key].pop("extentId"))
    (body.get("placementPolicy") or {}).pop("enforceStrictPlacementPolicy", None)
    for container, key in list(places(body, "capacityTier.extents")):
        container["extentId"] = next((each["id"] for each in container.pop(key)), None)


def read_scale_out(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for what is missing, for an extent that is none, and for one that belongs to another."""
    require(model, "name", "description", "performanceTier")
    require(model["performanceTier"], "performanceExtents")
    body = copy_json({key: value for key, value in model.items() if key != "id"})
    for container, key in places(body, f"{EXTENTS}[]"):
        for name in NOT_STORED:
            container[key].pop(name, None)
    for path in NEEDED:
        for container, key in places(body, path):
            require(container[key], NEEDED[path])
    for field in ID_FIELDS:
        field.read(body, estate)
    stored = parse(GROUP.rules, body, revision)
    _spare(stored, estate)
    return Stored(GROUP.name, stored, {})


def _spare(body: Body, estate: Estate) -> None:
    """An extent belongs to one scale-out repository only."""
    mine = set(extents_of(body))
    for other in estate.rows(SCALE_OUT_REPOSITORIES):
        taken = mine.intersection(extents_of(other["body"]))
        if taken and other["body"]["name"] != body["name"]:
            raise bad_request(f"{', '.join(sorted(taken))} belongs to {other['body']['name']} already")


def extents_of(body: Body) -> list[str]:
    return [name for path in LISTS for name in values(body, f"{path}[].{EXTENT}")]


PATH = "/api/v1/backupInfrastructure/scaleOutRepositories"
WRITTEN_SINCE = "1.1-rev0"
MODE_SESSION = ("Repository Maintenance", "RepositoryMaintenance")
READING = Reading(PATH, SCALE_OUT_REPOSITORIES, show_scale_out, columns=("name", "description"))
WRITING = Writing(READING, read_scale_out, one_type, saving=SAVING)
Handler = Callable[..., Response]


def _since(handler: Handler) -> Handler:
    """A handler that 1.0 does not have: it could only read, and take extents out for maintenance."""

    def handle(server: VbrServer, call: Call, **arguments: str) -> Response:
        only_since(call, WRITTEN_SINCE)
        return handler(server, call, **arguments)

    return handle


def _mode(word: str, on: bool) -> Handler:
    """A handler that puts extents into a mode, or takes them out of it."""

    def change(server: VbrServer, call: Call, row_id: str) -> Response:
        row = READING.row(server, row_id)
        model = object_sent(call)
        require(model, "repositoryIds")
        members = {server.estate.id_of(REPOSITORIES, name) for name in extents_of(row["body"])}
        unknown = [each for each in model["repositoryIds"] if each not in members]
        if unknown:
            raise bad_request(f"{', '.join(unknown)} is no extent of {row['body']['name']}")
        task = {"do": "extent mode", "id": row["id"], "word": word, "on": on, "extents": model["repositoryIds"]}
        return start(call, server.sessions, *MODE_SESSION, [task])

    return change


@work("extent mode")
def extent_mode(server: VbrServer, task: Task) -> Outcome:
    row = server.estate.get(SCALE_OUT_REPOSITORIES, task["id"])
    if row is None:
        return Outcome("Failed", MODE_SESSION[0], f"Resource with ID {task['id']} does not exist")
    others = [each for each in row["state"].get(task["word"], []) if each not in task["extents"]]
    row["state"][task["word"]] = [*others, *task["extents"]] if task["on"] else others
    return Outcome("Succeeded", f"{task['word']} extents of {row['body']['name']}", "Done", row["id"])


ROUTES = (
    *READING.routes(),
    *(Route(route.method, route.rule, _since(route.handler)) for route in WRITING.routes() if route.writes),
    Route("POST", f"{PATH}/<row_id>/enableSealedMode", _since(_mode(SEALED, True))),
    Route("POST", f"{PATH}/<row_id>/disableSealedMode", _since(_mode(SEALED, False))),
    Route("POST", f"{PATH}/<row_id>/enableMaintenanceMode", _mode(MAINTENANCE, True)),
    Route("POST", f"{PATH}/<row_id>/disableMaintenanceMode", _mode(MAINTENANCE, False)),
)
