# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of a revision, put together into the lists of one consistent server.

`composed(contract, revision, paths)` gives the objects of each list: every object that an example of an answer shows,
and one of each type made from the schema. Objects of one id that differ are several objects; what an object refers to
exists, as a copy of an example of its kind where no example has that id. A path with {id} gives what there is of parts
of other objects.
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from .checker import Contract
from .samples import sample
from .schemas import component_name

Row = dict[str, Any]
Lists = dict[str, list[Row]]

API = "/api/v1/"
CREDENTIALS = f"{API}credentials"
CLOUD_CREDENTIALS = f"{API}cloudCredentials"
ENCRYPTION_PASSWORDS = f"{API}encryptionPasswords"
MANAGED_SERVERS = f"{API}backupInfrastructure/managedServers"
REPOSITORIES = f"{API}backupInfrastructure/repositories"
SCALE_OUT_REPOSITORIES = f"{API}backupInfrastructure/scaleOutRepositories"
PROXIES = f"{API}backupInfrastructure/proxies"
JOBS = f"{API}jobs"
KMS_SERVERS = f"{API}kmsServers"
MOUNT_SERVERS = f"{API}backupInfrastructure/mountServers"
UNSTRUCTURED_DATA_SERVERS = f"{API}inventory/unstructuredDataServers"
ROLES, USERS = f"{API}security/roles", f"{API}security/users"
JOB_PERMISSIONS = f"{API}acl/backupJob/{{id}}"
# What the vendor's description calls the path of a part.
DESCRIBED = {JOB_PERMISSIONS: f"{API}acl/{{objectType}}/{{objectId}}"}
NO_ID = "00000000-0000-0000-0000-000000000000"
# What the vendor's examples call the host of the backup server itself.
OWN_HOST = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
# So many variants of a schema have every type of object in them.
VARIANTS = 40
DONORS = {MANAGED_SERVERS: "WindowsHost", CREDENTIALS: "Standard", REPOSITORIES: "WinLocal", PROXIES: "ViProxy"}
NAMES = ("name", "hint", "path")
UNIQUE = ("uniqueId", "tag")

# Which list an id is of, by the key that holds it.
REFERENCES = {
    **dict.fromkeys(("credentialsId", "credsId", "viCredentialsId", "accessCredentialsId"), CREDENTIALS),
    **dict.fromkeys(("hostId", "mountServerId", "gatewayServerId", "gatewayServerIds"), MANAGED_SERVERS),
    **dict.fromkeys(
        ("backupRepositoryId", "extentId", "cacheRepositoryId", "storageHostId", "repositoryId"), REPOSITORIES
    ),
    "kmsServerId": KMS_SERVERS,
    "proxyIds": PROXIES,
    **dict.fromkeys(("passwordId", "encryptionPasswordId", "encryptionPasswordIdOrNull"), ENCRYPTION_PASSWORDS),
}
# Objects with an id and a name in a list, by the key of the list, and an object whose credentials are for a cloud.
MEMBERS = {"performanceExtents": REPOSITORIES, "extents": REPOSITORIES, "roles": ROLES, "principal": ROLES}
HOLDERS = (SCALE_OUT_REPOSITORIES, USERS, JOB_PERMISSIONS)
CLOUD = "account"


def composed(contract: Contract, revision: str, paths: Mapping[str, str]) -> Lists:
    """The rows of each list, ids and references consistent. A path without a list gives its one object.

    `paths` have for each list the end of the path below an object that shows it as a whole, or "".
    """
    document = contract.document(revision)
    served = {path: details for path, details in paths.items() if DESCRIBED.get(path, path) in document["paths"]}
    found = {path: _distinct(_rows(contract, revision, path, details)) for path, details in served.items()}
    _one_on_a_host(found[PROXIES])
    _complete(contract, revision, found)
    for rows in found.values():
        _named_apart(rows)
    for path, rows in found.items():
        for row in rows:
            _agree(row, found, path)
    return found


def _rows(contract: Contract, revision: str, path: str, details: str) -> list[Row]:
    """What the examples show, and what the schema says."""
    document, place = contract.document(revision), DESCRIBED.get(path, path)
    whole = _whole(document, place, details)
    operations = [
        operation
        for each in dict.fromkeys((place, f"{place}/{{id}}", whole))
        for method, operation in document["paths"].get(each, {}).items()
        if method in ("get", "put", "post")
    ]
    shown = [row for operation in operations for answer in _answers(document, operation) for row in _objects(answer)]
    listed, part = _is_list(document, place), "{" in path
    rows = [row for row in shown if "sessionType" not in row and (row.get("id") or not listed)]
    made = _made(contract, revision, path, whole)
    return [*rows, *made] if listed or part else [*rows, *made][:1]


def _answers(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Any]:
    """The examples of an operation's good answers."""
    for status, answer in operation["responses"].items():
        for content in (answer.get("content") or {}).values() if status.startswith("2") else ():
            if "example" in content:
                yield content["example"]
            for example in content.get("examples", {}).values():
                name = component_name(example.get("$ref", ""))
                yield document["components"]["examples"][name]["value"] if name else example["value"]


def _objects(answer: Any) -> Iterator[Row]:
    rows = answer["data"] if isinstance(answer, dict) and isinstance(answer.get("data"), list) else [answer]
    yield from (copy.deepcopy(row) for row in rows if isinstance(row, dict))


def _is_list(document: Mapping[str, Any], path: str) -> bool:
    return f"{path}/{{id}}" in document["paths"]


def _whole(document: Mapping[str, Any], path: str, details: str) -> str:
    """The path of an object as a whole."""
    one = f"{path}/{{id}}" if _is_list(document, path) else path
    return f"{one}{details}" if f"{one}{details}" in document["paths"] else one


def _made(contract: Contract, revision: str, path: str, whole: str) -> list[Row]:
    """Objects made from the schema: each type once, and what every server has, and what it does not."""
    paths = contract.document(revision)["paths"]
    in_list = whole.startswith(f"{path}/")
    answers = [paths[each]["get"]["responses"]["200"] for each in (f"{path}/{{id}}" if in_list else whole, whole)]
    schemas = [answer["content"]["application/json"]["schema"] for answer in answers]
    by_type: dict[tuple[Any, Any], Row] = {}
    for variant in range(VARIANTS if in_list else 1):
        row = {name: value for schema in schemas for name, value in sample(contract, revision, schema, variant).items()}
        by_type.setdefault((row.get("type"), row.get("isBuiltIn")), {**row, "id": _id(path, variant)})
    return list(by_type.values())


def _id(*parts: Any) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


def _distinct(rows: list[Row]) -> list[Row]:
    """Each object once; another object of the same id gets an id of its own."""
    seen: dict[str, list[str]] = {}
    found = []
    for row in rows:
        content = json.dumps(row, sort_keys=True)
        others = seen.setdefault(str(row.get("id")), [])
        if content not in others:
            if others:
                row["id"] = _id(row["id"], len(others))
            others.append(content)
            found.append(row)
    return found


def _complete(contract: Contract, revision: str, lists: Lists) -> None:
    """Add what is referred to and not there, until nothing is missing."""
    waiting = [(row, path) for path, rows in lists.items() for row in rows]
    while waiting:
        for path, row_id in list(_needed(*waiting.pop())):
            if path in lists and not any(row["id"] == row_id for row in lists[path]):
                lists[path].append(_stand_in(lists[path], path, row_id))
                waiting.append((lists[path][-1], path))


def _needed(row: Row, path: str) -> Iterator[tuple[str, str]]:
    """Every list and id that an object of a list needs."""
    if path == MOUNT_SERVERS:
        yield MANAGED_SERVERS, row["id"]
    # A file server has no other account beside its own than one for a cloud.
    yield from _referred(row, CLOUD if path == UNSTRUCTURED_DATA_SERVERS else "")


def _referred(value: Any, key: str = "", within: str = "") -> Iterator[tuple[str, str]]:
    """Every list and id that an object refers to."""
    if isinstance(value, dict):
        if key in MEMBERS and value.get("id"):
            yield MEMBERS[key], value["id"]
        for name, part in value.items():
            yield from _referred(part, name, key)
    elif isinstance(value, list):
        for part in value:
            yield from _referred(part, key, within)
    elif key in REFERENCES and isinstance(value, str) and value not in ("", NO_ID):
        yield (CLOUD_CREDENTIALS if within == CLOUD and key == "credentialsId" else REFERENCES[key]), value


def _stand_in(rows: list[Row], path: str, row_id: str) -> Row:
    """A copy of an example under another id."""
    donor = next((row for row in rows if row.get("type") == DONORS.get(path)), rows[0])
    made = {**copy.deepcopy(donor), "id": row_id}
    made |= {name: row_id.replace("-", "") for name in UNIQUE if name in made}
    if path == PROXIES:
        made["server"]["hostId"] = _id(row_id, "host")
    return made


def _one_on_a_host(proxies: list[Row]) -> None:
    """A second proxy of a type stands on another host."""
    taken = set()
    for row in proxies:
        place = (row["type"], row["server"]["hostId"])
        if place in taken:
            row["server"]["hostId"] = _id(row["id"], "host")
        taken.add(place)


def _named_apart(rows: list[Row]) -> None:
    """No two objects of a kind have a name or a unique id in common."""
    for name in (*NAMES, *UNIQUE):
        taken: set[str] = set()
        for row in rows:
            if isinstance(row.get(name), str):
                wanted, number = row[name], 1
                while row[name].casefold() in taken:
                    number += 1
                    row[name] = f"{wanted} {number}"
                taken.add(row[name].casefold())


def _agree(value: Any, lists: Lists, path: str) -> None:
    """What stands beside an id is what the object of this id has."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _agree(part, lists, path)
    if not isinstance(value, dict):
        return
    for key, members in MEMBERS.items():
        held = value.get(key) or [] if path in HOLDERS else []
        for member in held if isinstance(held, list) else [held]:
            if isinstance(member, dict) and "name" in member:
                member["name"] = next(row["name"] for row in lists[members] if row["id"] == member["id"])
    if path == ROLES and "repositoryName" in value:
        store = (row["name"] for row in lists[REPOSITORIES] if row["id"] == value.get("repositoryId"))
        value["repositoryName"] = next(store, value["repositoryName"])
    for key in ("encryptionPasswordId", "encryptionPasswordIdOrNull"):
        password = next((row for row in lists[ENCRYPTION_PASSWORDS] if row["id"] == value.get(key)), {})
        for beside, unique in (("encryptionPasswordUniqueId", "uniqueId"), ("encryptionPasswordTag", "tag")):
            if password and beside in value:
                value[beside] = password[unique]
