# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protection groups: what a rescan discovers, and the computers as objects of an inventory that jobs can name."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import NAMESPACE, Row
from ..bodies import object_sent
from ..errors import bad_request, not_found, require
from ..estate import Estate
from ..kind import Model
from ..kinds import CREDENTIALS
from ..plain.reading import Reading
from ..plain.referring import users
from ..plain.writing import SessionKind, add, remove, replace
from ..rest.resource import reading_of
from ..rest.table import ENTITIES, PROTECTION_GROUPS
from ..revisions import CASE_WAVE, older
from ..server import VbrServer, only_since, shape
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from .inventory import browsed

PATH = PROTECTION_GROUPS.path
SINCE = "1.3-rev0"
RESCAN = SessionKind("Protection Group Rescan")
# Computers that do not answer to a rescan, by name; and what a file on the disk of the server lists: {path, computers}.
OFFLINE, FILES = "offlineComputers", "csvFiles"
GROUPS = reading_of(PROTECTION_GROUPS)


def computers_of(estate: Estate, row: Row) -> list[tuple[str, bool]]:
    """The computers that a group means, each with whether it runs Linux."""
    body = row["body"]
    listed = [*(body.get("computers") or []), *(body.get("servers") or [])]
    names = [(str(each["hostName"]), _has_linux(estate, each)) for each in listed]
    objects = (body.get("activeDirectory") or {}).get("objects") or []
    names += [(str(each["fullName"]), False) for each in objects if each.get("type") == "Computer"]
    path = (body.get("file") or {}).get("path")
    files = [file for file in estate.records(FILES) if file["path"] == path]
    others = [*row["state"].get("computers", []), *(name for file in files for name in file["computers"])]
    others += [str(each["name"]) for each in body.get("cloudMachines") or [] if each.get("name")]
    return names + [(name, "lin" in name.lower()) for name in others]


def _has_linux(estate: Estate, computer: Model) -> bool:
    account = estate.get(CREDENTIALS, str(computer.get("credentialsId")))
    single = computer.get("singleUseCredentials") or {}
    return (account["body"]["type"] if account else single.get("type")) == "Linux"


def _rescan_tasks(server: VbrServer, row_id: str) -> list[Task]:
    row = server.estate.get(PROTECTION_GROUPS.kind, row_id)
    found = computers_of(server.estate, row) if row else []
    return [{"do": "discover", "group": row_id, "name": name, "linux": linux} for name, linux in found] or [
        {"do": "discover", "group": row_id, "name": "", "linux": False}
    ]


@work("discover")
def discover(server: VbrServer, task: Task) -> Outcome:
    """Find one computer of a group; one that does not answer is not discovered."""
    title, name = f"Discovery of {task['name'] or 'computers'}", task["name"]
    if server.estate.get(PROTECTION_GROUPS.kind, task["group"]) is None:
        return Outcome("Failed", title, f"Resource with ID {task['group']} does not exist")
    if not name:
        return Outcome("Succeeded", title, "There are none", task["group"])
    if any(row["name"] == name for row in server.store.rows(OFFLINE)):
        return Outcome("Warning", title, f"{name} does not answer", task["group"])
    body = {"protectionGroupId": task["group"], "name": name, "type": "Computer", "linux": task["linux"]}
    if server.estate.twin(ENTITIES.kind, body) is None:
        server.estate.add(ENTITIES.kind, ENTITIES.kind.name, body, {}, {})
    return Outcome("Succeeded", title, "Discovered", task["group"])


def rescan(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    row = GROUPS.row(server, row_id)
    if row["state"].get("disabled"):
        raise bad_request(f"Protection group {row['body']['name']} is disabled", "UnknownError")
    return start(call, server.sessions, RESCAN.name, RESCAN.type, _rescan_tasks(server, row["id"]))


@work("save group")
def save_group(server: VbrServer, task: Task) -> Outcome:
    """Save a group and, if the request says so, open the session that discovers its computers."""
    done = (replace if "id" in task else add)(server, task)
    if done.resource_id and task.get("rescan"):
        session = server.sessions.open(RESCAN.name, RESCAN.type, _rescan_tasks(server, done.resource_id), task["by"])
        saving = next(row for row in server.sessions.rows() if any(each is task for each in row["tasks"]))
        saving["related"] = session["id"]
        server.sessions.begin(session)
    return done


@work("remove group")
def remove_group(server: VbrServer, task: Task) -> Outcome:
    """The computers of a group go with it."""
    for row in list(server.estate.rows(ENTITIES.kind)):
        if row["body"]["protectionGroupId"] == task["id"]:
            server.estate.remove(ENTITIES.kind, row)
    return remove(server, task)


def switch(on: bool) -> Any:
    """A handler that enables or disables a group: with a session in 1.3-rev0, at once since then."""

    def handle(server: VbrServer, call: Call, row_id: str) -> Response:
        only_since(call, SINCE)
        row = GROUPS.row(server, row_id)
        task: Task = {"do": "switch group", "id": row["id"], "on": on}
        if older(shape(call), "1.3-rev1"):
            return start(call, server.sessions, "Infrastructure Item Saving", "Infrastructure", [task], 200)
        switched(server, task)
        return Response(status=204)

    return handle


@work("switch group")
def switched(server: VbrServer, task: Task) -> Outcome:
    row = server.estate.get(PROTECTION_GROUPS.kind, task["id"])
    if row is None:
        return Outcome("Failed", "Protection group", f"Resource with ID {task['id']} does not exist")
    row["state"].pop("disabled", None)
    row["state"] |= {} if task["on"] else {"disabled": True}
    return Outcome("Succeeded", f"Protection group {row['body']['name']}", "Saved", row["id"])


# --- what was discovered ----------------------------------------------------------------------------------------------


def show_entity(row: Row, estate: Estate, revision: str) -> Model:
    body = row["body"]
    model: Model = {
        "id": row["id"],
        "name": body["name"],
        "parentId": body["protectionGroupId"],
        "protectionGroupId": body["protectionGroupId"],
        "type": "Computer",
        "state": "Online",
        "agentStatus": "Installed",
        "driverStatus": "NotInstalled",
        "ipAddresses": ["10.20.0.17"],
        "operatingSystem": "Linux" if body["linux"] else "WindowsServer2022",
        "objectId": str(uuid.uuid5(NAMESPACE, body["name"])),
        "plugins": [],
    }
    return model if older(revision, "1.3-rev1") else {**model, "isTrusted": True}


DISCOVERED = Reading(f"{PATH}/discoveredEntities", ENTITIES.kind, show_entity, columns=("name", "state"))


def list_entities(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    group = GROUPS.row(server, row_id)
    return DISCOVERED.list(server, call, lambda row: row["body"]["protectionGroupId"] == group["id"])


def list_all_entities(server: VbrServer, call: Call) -> Response:
    only_since(call, "1.3-rev2")
    return DISCOVERED.list(server, call)


def _entity(server: VbrServer, row_id: str, entity_id: str) -> Row:
    row = DISCOVERED.row(server, entity_id)
    if row["body"]["protectionGroupId"] != GROUPS.row(server, row_id)["id"]:
        raise not_found(entity_id)
    return row


def get_entity(server: VbrServer, call: Call, row_id: str, entity_id: str) -> Response:
    _entity(server, row_id, entity_id)
    return DISCOVERED.get(server, call, entity_id)


def delete_entity(server: VbrServer, call: Call, row_id: str, entity_id: str) -> Response:
    only_since(call, SINCE)
    row = _entity(server, row_id, entity_id)
    found = users(server.estate, ENTITIES.kind, row)
    if found:
        raise bad_request(f"Unable to delete {row['body']['name']}: it is in use by: {', '.join(found)}")
    server.estate.remove(ENTITIES.kind, row)
    return Response(status=204)


def trust(server: VbrServer, call: Call, row_id: str) -> Response:
    """Trust the keys of Linux computers: every computer that was discovered is trusted already."""
    only_since(call, CASE_WAVE)
    model = object_sent(call)
    require(model, "entityIds")
    for each in model["entityIds"]:
        _entity(server, row_id, each)
    return Response(status=204)


# --- as an inventory --------------------------------------------------------------------------------------------------


def group_object(row: Row, revision: str) -> Model:
    return _object(row["id"], row["body"]["name"], "ProtectionGroup", row, None, revision)


def computer_object(group: Row, row: Row, revision: str) -> Model:
    kind = "LinuxComputer" if row["body"]["linux"] else "WindowsComputer"
    return _object(row["id"], row["body"]["name"], kind, group, group["id"], revision)


def _object(row_id: str, name: str, kind: str, group: Row, parent: str | None, revision: str) -> Model:
    shown: Model = {"platform": "Agent", "id": row_id, "name": name, "type": kind, "size": "N/A"}
    shown |= {"path": group["body"]["name"], "parentObjectId": parent, "protectionGroupId": group["id"]}
    return shown if older(revision, "1.3-rev2") else {**shown, "protectionGroupType": group["body"]["type"]}


def _computers(server: VbrServer, groups: list[Row], revision: str) -> list[Model]:
    rows = list(server.estate.rows(ENTITIES.kind))
    return [
        computer_object(group, row, revision)
        for group in groups
        for row in rows
        if row["body"]["protectionGroupId"] == group["id"]
    ]


def browse_groups(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    rows = server.estate.rows(PROTECTION_GROUPS.kind)
    return browsed(server, call, [group_object(row, shape(call)) for row in rows], shown=True)


def browse_group(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    group, revision = GROUPS.row(server, row_id), shape(call)
    found = [group_object(group, revision), *_computers(server, [group], revision)]
    return browsed(server, call, found, shown=True)


def browse_all(server: VbrServer, call: Call) -> Response:
    only_since(call, "1.3-rev2")
    groups, revision = list(server.estate.rows(PROTECTION_GROUPS.kind)), shape(call)
    found = [*(group_object(row, revision) for row in groups), *_computers(server, groups, revision)]
    return browsed(server, call, found, shown=True)


ONE = f"{PATH}/<row_id>"
INVENTORY = "/api/v1/inventory/physical"
ROUTES = (
    Route("POST", f"{ONE}/rescan", rescan),
    Route("POST", f"{ONE}/enable", switch(True)),
    Route("POST", f"{ONE}/disable", switch(False)),
    Route("GET", f"{ONE}/discoveredEntities", list_entities),
    Route("POST", f"{ONE}/discoveredEntities/trust", trust),
    Route("GET", f"{ONE}/discoveredEntities/<entity_id>", get_entity),
    Route("DELETE", f"{ONE}/discoveredEntities/<entity_id>", delete_entity),
    Route("GET", "/api/v1/agents/discoveredEntities", list_all_entities),
    Route("POST", INVENTORY, browse_groups, reads=True),
    Route("POST", f"{INVENTORY}/all", browse_all, reads=True),
    Route("POST", f"{INVENTORY}/<row_id>", browse_group, reads=True),
)
