# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security: whether a second factor is asked for, the users and their roles, and who owns a job or a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..accounts import ADMINISTRATOR
from ..bodies import object_sent, optional_object
from ..chains import BACKUPS
from ..errors import bad_request, json_answer, not_found, require
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import JOBS
from ..plain.singleton import Singleton
from ..rest.references import check_references
from ..rest.resource import body_shown, reading_of, writing_of
from ..rest.seeding import BUILT_IN, lasting_id
from ..rest.table import ROLES, USERS
from ..rest.types import REV2
from ..revisions import CASE_WAVE, older
from ..server import VbrServer, only_since, shape

SINCE = CASE_WAVE
# Accounts that a test or a seed marks as service accounts, and accounts that were taken from the list, by name; names
# that neither the operating system nor a directory knows.
SERVICE_ACCOUNTS, GONE, UNKNOWN = "serviceAccounts", "goneUsers", "unknownAccounts"


def new_settings(_estate: Estate) -> Body:
    return {"mfaEnabled": False}


SETTINGS = Singleton("/api/v1/security/settings", "Security", new_settings, required=("mfaEnabled",), since=SINCE)


def know_everyone(server: VbrServer) -> None:
    """A user for each account that can sign in."""
    estate = server.estate
    gone = {row["name"] for row in server.store.rows(GONE)}
    for account in server.accounts.all():
        row_id = lasting_id(account.username)
        if estate.get(USERS.kind, row_id) is None and account.username not in gone:
            role = "Backup Administrator" if account.role == ADMINISTRATOR else "Backup Viewer"
            body = {"name": account.username, "type": "ExternalUser", "roles": [{"id": lasting_id(role)}]}
            estate.add(USERS.kind, USERS.kind.name, body, {}, {"mfa": True} if account.mfa else {}, row_id)


# --- roles ------------------------------------------------------------------------------------------------------------


def show_role(row: Row, estate: Estate, revision: str) -> Model:
    built_in, name = bool(row["state"].get("builtin")), row["body"]["name"]
    shown = BUILT_IN.get(name, name) if older(revision, REV2) else name
    model: Model = {"id": row["id"], "name": shown, "description": row["body"].get("description", "")}
    return model if older(revision, REV2) else {**model, "isBuiltIn": built_in}


def show_details(row: Row, estate: Estate, revision: str) -> Model:
    every = {"manageBackups": True, "manageRestores": True} if row["state"].get("builtin") else {}
    return {"id": row["id"], **every, **body_shown(ROLES.kind.groups[0], row, revision)}


ROLE_LIST = replace(reading_of(ROLES), show=show_role)
ROLE_WRITING = replace(writing_of(ROLES), reading=replace(reading_of(ROLES), show=show_details))


def _roles(handler: Any, since: str = SINCE) -> Any:
    """A handler of roles or users, before which everyone is known."""

    def handle(server: VbrServer, call: Call, **arguments: str) -> Response:
        only_since(call, since)
        know_everyone(server)
        answer: Response = handler(server, call, **arguments)
        return answer

    return handle


def _custom(server: VbrServer, row_id: str) -> Row:
    row = ROLE_LIST.row(server, row_id)
    if row["state"].get("builtin"):
        raise bad_request(f"The built-in role {row['body']['name']} cannot be changed", "UnknownError")
    return row


def replace_role(server: VbrServer, call: Call, row_id: str) -> Response:
    _custom(server, row_id)
    return ROLE_WRITING.replace(server, call, row_id)


def delete_role(server: VbrServer, call: Call, row_id: str) -> Response:
    _custom(server, row_id)
    return ROLE_WRITING.delete(server, call, row_id)


def clone_role(server: VbrServer, call: Call, row_id: str) -> Response:
    row = ROLE_LIST.row(server, row_id)
    body = copy_json(show_details(row, server.estate, shape(call)))
    body.pop("id")
    names = (f"{body['name']}_clone{number}" for number in count(1))
    body["name"] = next(name for name in names if not server.estate.named(ROLES.kind, name))
    made = server.estate.add(ROLES.kind, ROLES.kind.name, body, {}, {})
    return json_answer(show_details(made, server.estate, shape(call)), 201)


def get_details(server: VbrServer, call: Call, row_id: str) -> Response:
    return json_answer(show_details(ROLE_LIST.row(server, row_id), server.estate, shape(call)))


def get_permissions(server: VbrServer, call: Call, row_id: str) -> Response:
    row = ROLE_LIST.row(server, row_id)
    return json_answer({"roleId": row["id"], "permissions": ["ViewBackups"]})


# --- users ------------------------------------------------------------------------------------------------------------


def show_user(row: Row, estate: Estate, revision: str) -> Model:
    """An account that signs in where a second factor is on has to be a service account."""
    body = row["body"]
    marked = any(each["name"] == body["name"] for each in estate.records(SERVICE_ACCOUNTS))
    model: Model = {"id": row["id"], "name": body["name"], "type": body["type"]}
    model["isServiceAccount"] = bool(body.get("isServiceAccount")) or marked
    if not older(revision, REV2):
        model["mfaEnabled"] = bool(row["state"].get("mfa"))
    return {**model, "roles": list(_roles_of(row, estate, revision))}


def _roles_of(row: Row, estate: Estate, revision: str) -> Iterator[Model]:
    for each in row["body"]["roles"]:
        role = estate.get(ROLES.kind, each["id"])
        if role is not None:
            yield show_role(role, estate, revision)


USER_READING = replace(reading_of(USERS), show=show_user)


def _only_ids(server: VbrServer, roles: list[Body]) -> list[Body]:
    check_references({"roles": roles}, USERS.kind.name, server.estate)
    return [{"id": each["id"]} for each in roles]


def create_user(server: VbrServer, call: Call) -> Response:
    """A new user can have roles of every server only; the account itself must exist outside."""
    model = object_sent(call)
    require(model, "name", "type", "roles", "isServiceAccount")
    if any(row["name"] == model["name"] for row in server.store.rows(UNKNOWN)):
        raise bad_request(f"There is no account {model['name']}", "UnknownError")
    given = _only_ids(server, model["roles"])
    rows = (server.estate.get(ROLES.kind, each["id"]) for each in given)
    if not given or not all(row is not None and row["state"].get("builtin") for row in rows):
        raise bad_request("A new user takes built-in roles only")
    body = {**{name: model[name] for name in ("name", "type", "isServiceAccount")}, "roles": given}
    if server.estate.twin(USERS.kind, body) is not None:
        raise bad_request(f"A user {body['name']} exists already", "UnknownError")
    row = server.estate.add(USERS.kind, USERS.kind.name, body, {}, {})
    return json_answer(show_user(row, server.estate, shape(call)), 201)


def delete_user(server: VbrServer, call: Call, row_id: str) -> Response:
    row = USER_READING.row(server, row_id)
    if row["body"]["name"] == call.account.username:
        raise bad_request("An account cannot take itself from the list", "UnknownError")
    server.store.add(GONE, {"name": row["body"]["name"]})
    server.estate.remove(USERS.kind, row)
    return Response(status=204)


def get_roles(server: VbrServer, call: Call, row_id: str) -> Response:
    row = USER_READING.row(server, row_id)
    return json_answer({"roles": list(_roles_of(row, server.estate, shape(call)))})


def put_roles(server: VbrServer, call: Call, row_id: str) -> Response:
    row, model = USER_READING.row(server, row_id), object_sent(call)
    require(model, "roles")
    row["body"]["roles"] = _only_ids(server, model["roles"])
    return get_roles(server, call, row_id)


def change_mode(server: VbrServer, call: Call, row_id: str) -> Response:
    """An account that becomes a service account has no second factor any more."""
    row, model = USER_READING.row(server, row_id), object_sent(call)
    require(model, "isServiceAccountEnable")
    row["body"]["isServiceAccount"] = model["isServiceAccountEnable"]
    if model["isServiceAccountEnable"]:
        row["state"].pop("mfa", None)
    return json_answer(show_user(row, server.estate, shape(call)))


def reset_factor(server: VbrServer, call: Call, row_id: str) -> Response:
    USER_READING.row(server, row_id)
    return Response(status=204)


# --- owners -----------------------------------------------------------------------------------------------------------

OBJECT_TYPES = {"backupjob": "Job", "backup": "Backup"}


def _owned(server: VbrServer, object_type: str, row_id: str) -> Row:
    table = {"backupjob": JOBS.name, "backup": BACKUPS}.get(object_type.lower())
    row = server.store.get(table, row_id) if table else None
    if row is None:
        raise not_found(row_id)
    return row


def _record(server: VbrServer, row: Row, kind: str, whole: bool = True) -> Model:
    """Who owns an object: whoever administers the server, where nobody was named."""
    kept = row.setdefault("state", {}).get("acl", {})
    first = next((account.username for account in server.accounts.all()), "")
    name = kept.get("owner", first)
    principal: Model = {"owner": {"userIdentifier": lasting_id(name), "name": name}, "rights": ["full"]}
    if whole:
        roles = ((server.estate.get(ROLES.kind, each["role"]), each["rights"]) for each in kept.get("access", []))
        shown = [(show_role(role, server.estate, REV2), rights) for role, rights in roles if role is not None]
        principal["effectiveAccess"] = [{"principal": role, "rights": rights} for role, rights in shown]
    return {"object": {"id": row["id"], "type": kind}, "principal": principal}


def list_owners(server: VbrServer, call: Call) -> Response:
    paging = optional_object(call).get("pagination") or {}
    rows = [(row, "Job") for row in server.store.rows(JOBS.name)]
    rows += [(row, "Backup") for row in server.store.rows(BACKUPS)]
    skip, limit = paging.get("skip") or 0, paging.get("limit") or server.switches.page_size
    shown = [_record(server, row, kind, whole=False) for row, kind in rows[skip : skip + limit]]
    pagination = {"total": len(rows), "count": len(shown), "skip": skip, "limit": limit}
    return json_answer({"data": shown, "pagination": pagination})


def get_owner(server: VbrServer, call: Call, object_type: str, row_id: str) -> Response:
    row = _owned(server, object_type, row_id)
    return json_answer(_record(server, row, OBJECT_TYPES[object_type.lower()]))


def change_owner(server: VbrServer, call: Call, object_type: str, row_id: str) -> Response:
    row, model = _owned(server, object_type, row_id), object_sent(call)
    require(model, "owner")
    if not server.estate.named(USERS.kind, model["owner"]):
        raise bad_request(f"There is no user {model['owner']}")
    acl = row.setdefault("state", {}).setdefault("acl", {})
    acl["owner"] = model["owner"]
    return get_owner(server, call, object_type, row_id)


def change_access(server: VbrServer, call: Call, object_type: str, row_id: str) -> Response:
    row, model = _owned(server, object_type, row_id), object_sent(call)
    require(model, "effectiveAccess")
    check_references(model, "acl", server.estate)
    given = [{"role": each["principal"]["id"], "rights": each["rights"]} for each in model["effectiveAccess"]]
    row.setdefault("state", {}).setdefault("acl", {})["access"] = given
    return get_owner(server, call, object_type, row_id)


ROLE, USER, ACL = f"{ROLES.path}/<row_id>", f"{USERS.path}/<row_id>", "/api/v1/acl"
OBJECT = f"{ACL}/<object_type>/<row_id>"
ROUTES = (
    *SETTINGS.routes(),
    Route("GET", ROLES.path, _roles(ROLE_LIST.list)),
    Route("GET", ROLE, _roles(ROLE_LIST.get)),
    Route("GET", f"{ROLE}/permissions", _roles(get_permissions)),
    Route("GET", f"{ROLE}/details", _roles(get_details, REV2)),
    Route("POST", ROLES.path, _roles(ROLE_WRITING.create, REV2)),
    Route("PUT", ROLE, _roles(replace_role, REV2)),
    Route("DELETE", ROLE, _roles(delete_role, REV2)),
    Route("POST", f"{ROLE}/clone", _roles(clone_role, REV2)),
    Route("GET", USERS.path, _roles(USER_READING.list)),
    Route("POST", USERS.path, _roles(create_user)),
    Route("GET", USER, _roles(USER_READING.get)),
    Route("DELETE", USER, _roles(delete_user)),
    Route("GET", f"{USER}/roles", _roles(get_roles)),
    Route("PUT", f"{USER}/roles", _roles(put_roles)),
    Route("POST", f"{USER}/changeServiceAccountMode", _roles(change_mode)),
    Route("POST", f"{USER}/resetMFA", _roles(reset_factor)),
    Route("POST", ACL, _roles(list_owners, REV2), reads=True),
    Route("GET", OBJECT, _roles(get_owner, REV2)),
    Route("POST", f"{OBJECT}/changeOwner", _roles(change_owner, REV2)),
    Route("POST", f"{OBJECT}/changeEffectiveAccess", _roles(change_access, REV2)),
)
