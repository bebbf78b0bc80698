# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generic resource: lists, shows and takes the objects of a kind as the tables say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import bad_request, require
from ..estate import Estate
from ..kind import Body, Group, Model, name_of
from ..kinds import MANAGED_SERVERS, REPOSITORIES
from ..listing import flag
from ..plain.reading import Reading
from ..plain.writing import DELETION, SAVING, Stored, Writing, refuse_type
from ..revisions import older
from ..server import VbrServer, only_since, shape
from ..sessions.running import Task
from ..shapes.rules import parse, places, render
from .directory import check_directory
from .references import check_references
from .table import (
    AD_DOMAINS,
    ENTITIES,
    EXCLUSIONS,
    KMS,
    MOUNT_SERVERS,
    PROTECTION_GROUPS,
    REST_KINDS,
    ROLES,
    TENANTS,
    UNSTRUCTURED,
    USERS,
    RestKind,
)
from .types import Type, missing

Shown = Callable[[Row, Estate, str], Model]
THUMBPRINT_LENGTH = 40


def body_shown(group: Group, row: Row, revision: str) -> Model:
    """The body of a row in the shape of a revision, without any secret."""
    body = render(group.rules, row["body"], revision)
    for path in group.secrets:
        for container, key in list(places(body, path)):
            del container[key]
    return body


def read_body(model: Model, kind: str, group: Group, estate: Estate, revision: str) -> Body:
    """A body as it is stored; raises a 400 for an id that belongs to nothing."""
    body = parse(group.rules, model, revision)
    check_references(body, kind, estate)
    return body


def require_all(model: Model, of: Type, revision: str, but: tuple[str, ...] = ()) -> None:
    """Raise a 400 that lists what the type needs and the model has not."""
    paths = tuple(path for path in of.needs(revision) if path.partition(".")[0] not in but)
    lacking = missing(model, paths)
    if lacking:
        raise bad_request(f"{', '.join(lacking)} is required")


def type_in(types: Mapping[str, Type], noun: str) -> Callable[[Model, str], None]:
    """What raises a 400 for a type that cannot be created in a revision."""

    def serves(model: Model, revision: str) -> None:
        if "" not in types:
            require(model, "type")
            known = (name for name, each in types.items() if each.since and not older(revision, each.since))
            refuse_type(model, noun, known, revision)

    return serves


# --- what a kind has of its own -----------------------------------------------------------------------------------


def thumbprint(sealed: str) -> str:
    return hashlib.sha256(sealed.encode()).hexdigest()[:THUMBPRINT_LENGTH].upper()


def _show_kms(row: Row, estate: Estate, revision: str) -> Model:
    sides = ("serverCertificate", "clientCertificate")
    return {f"{side}Thumbprint": thumbprint(row["secrets"].get(f"{side}.certificate", "")) for side in sides}


def _show_domain(row: Row, estate: Estate, revision: str) -> Model:
    return {"name": row["body"]["serverName"]}


def _show_group(row: Row, estate: Estate, revision: str) -> Model:
    names = {"computerNames": row["state"].get("computers", [])} if row["body"].get("type") == "CSVFile" else {}
    return {**names, "isDisabled": bool(row["state"].get("disabled"))}


def _show_unstructured(row: Row, estate: Estate, revision: str) -> Model:
    body = row["body"]
    if body["type"] in ("S3Compatible", "AmazonS3", "AzureBlob", "AzureDataLake"):
        return {}
    if body["type"] != "FileServer":
        storage = estate.get(REPOSITORIES, str(body.get("storageHostId")))
        return {"name": storage["body"]["name"] if storage else body.get("path")}
    host = estate.get(MANAGED_SERVERS, body["hostId"])
    itself = host is not None and host["state"].get("backupServer")
    group = host["group"] if host else ""
    word = "BackupServer" if itself else "Linux" if group == "linuxHosts" else "Windows"
    name = {"name": name_of(MANAGED_SERVERS, host["body"]) if host else ""}
    return name if older(revision, "1.3-rev2") else {**name, "hostType": word}


def _show_tenant(row: Row, estate: Estate, revision: str) -> Model:
    account = row["body"].get("authentication") or {}
    shown: Model = {"authentication": {"applicationId": account.get("applicationId", "")}}
    if not older(revision, "1.3-rev2"):
        # A tenant that is replaced does not say it again, and keeps its secrets.
        kind = "Certificate" if "authentication.certificate.certificate" in row["secrets"] else "Secret"
        shown |= {"name": row["state"].get("name", row["body"]["azureTenantId"]), "credentialsType": kind}
    return shown


def _show_mount_server(row: Row, estate: Estate, revision: str) -> Model:
    host = estate.get(MANAGED_SERVERS, row["id"])
    word = "Linux" if host and host["group"] == "linuxHosts" else "Windows"
    shown = word.lower() if older(revision, "1.3-rev1") else word
    return {"type": shown, "isDefault": bool(row["state"].get("default"))}


SHOWN: dict[str, Shown] = {
    KMS.kind.name: _show_kms,
    AD_DOMAINS.kind.name: _show_domain,
    PROTECTION_GROUPS.kind.name: _show_group,
    UNSTRUCTURED.kind.name: _show_unstructured,
    TENANTS.kind.name: _show_tenant,
    MOUNT_SERVERS.kind.name: _show_mount_server,
}


def _read_tenant(body: Body, estate: Estate) -> None:
    """A new tenant comes with the account that signs in to it, and is given a cache if it names none."""
    account = (body.pop("existingAccount", None) or {}).get("authentication")
    if account or body.get("newAccount"):
        body["authentication"] = account or {"applicationId": ""}
    if not body.get("cacheRepositoryId"):
        body["cacheRepositoryId"] = next((row["id"] for row in estate.repositories()), None)


def _read_exclusion(body: Body, estate: Estate) -> None:
    body["inventoryObject"] = body.pop("vmObject")


READ: dict[str, Callable[[Body, Estate], None]] = {
    TENANTS.kind.name: _read_tenant,
    EXCLUSIONS.kind.name: _read_exclusion,
    PROTECTION_GROUPS.kind.name: check_directory,
}


def _nothing_more(row: Row, estate: Estate, revision: str) -> Model:
    return {}


def _rescans(call: Call) -> Task:
    """Whether a saved group is discovered at once; 1.3-rev0 has no such parameter."""
    wanted = not older(shape(call), "1.3-rev1") and flag(call.query, "performRescan", False)
    return {"rescan": wanted, "by": call.account.username}


MORE: dict[str, Callable[[Call], Task]] = {PROTECTION_GROUPS.kind.name: _rescans}


# --- the resource ---------------------------------------------------------------------------------------------------


def show_of(kind: RestKind) -> Shown:
    group = kind.kind.groups[0]
    more = SHOWN.get(kind.kind.name, _nothing_more)

    def show(row: Row, estate: Estate, revision: str) -> Model:
        body = body_shown(group, row, revision)
        for name in kind.spec:
            body.pop(name, None)
        return {"id": row["id"], **body, **more(row, estate, revision)}

    return show


def read_of(kind: RestKind) -> Callable[[Model, Estate, str], Stored]:
    group = kind.kind.groups[0]

    def read(model: Model, estate: Estate, revision: str) -> Stored:
        of = kind.types.get(str(model.get("type", "")), kind.types.get("", Type("")))
        new = "id" not in model
        require_all(model, of, revision, () if new else (*kind.spec, "vmObject"))
        body = copy_json(
            {name: value for name, value in model.items() if name not in ("id", "isDisabled", *kind.model)}
        )
        if kind.kind.name in READ:
            READ[kind.kind.name](body, estate)
        disabled = {"disabled": model["isDisabled"]} if isinstance(model.get("isDisabled"), bool) and not new else {}
        return Stored(group.name, read_body(body, kind.kind.name, group, estate, revision), disabled)

    return read


def reading_of(kind: RestKind) -> Reading:
    return Reading(kind.path, kind.kind, show_of(kind), columns=kind.columns, equal=kind.equal)


def writing_of(kind: RestKind, operation: str = "create") -> Writing:
    """How one operation of a kind is carried out."""
    session = SAVING if operation in kind.sessions else None
    return Writing(
        reading_of(kind),
        read_of(kind),
        type_in(kind.types, kind.kind.noun),
        saving=session,
        deleting=DELETION if "delete" in kind.sessions else None,
        inside=kind.spec,
        adding=kind.works[0],
        changing=kind.works[1],
        removing=kind.works[2],
        more=MORE.get(kind.kind.name, lambda call: {}),
    )


def _from(kind: RestKind, handler: Callable[..., Response]) -> Callable[..., Response]:
    """A handler that revisions before the first that writes the kind do not have."""

    def handle(server: VbrServer, call: Call, **arguments: str) -> Response:
        only_since(call, kind.written)
        return handler(server, call, **arguments)

    return handle


def routes_of(kind: RestKind) -> tuple[Route, ...]:
    one = f"{kind.path}/<row_id>"
    operations = {"create": ("POST", kind.path), "replace": ("PUT", one), "delete": ("DELETE", one)}
    return (
        *reading_of(kind).routes(),
        *(
            Route(method, rule, _from(kind, getattr(writing_of(kind, name), name)))
            for name, (method, rule) in operations.items()
            if name not in kind.without
        ),
    )


# Those without a resource of their own.
GENERIC = tuple(kind for kind in REST_KINDS if kind not in (ENTITIES, MOUNT_SERVERS, USERS, ROLES))
