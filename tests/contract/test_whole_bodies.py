# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of each kind as objects of a source: what is sent to create or change them is as documented.

Ids become links and ids again; nothing else may be wrong with the body than what is wrong with the example itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import links
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bodies import (
    changed_body,
    new_body,
    wanted_of,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import ANY_TYPE, Kind, link
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import (
    ENTRA_TENANTS,
    JOBS,
    KINDS,
    KMS_SERVERS,
    MOUNT_SERVERS,
    USERS,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.secrets import filled
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.settings import SETTINGS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import asleep, runs_by_itself

from . import Contract
from .samples import sample
from .test_rest_examples import answers, jobs, samples, without_nulls

REVISIONS = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
OTHER_ID = "0b5b6c7d-1f3e-4a5b-9c8d-7e6f5a4b3c2d"
# What the examples have of another server, besides links: it is looked up again.
LOOKED_UP = {"HyperV": {"objectId": "1"}, "Agent": {"id": OTHER_ID}}
# These start when the job has run that they copy.
WITHOUT_SWITCH = {"FileBackupCopy", "EntraIDTenantBackupCopy"}
CREATED = [kind for kind in KINDS.values() if kind.rest and kind.rest.types]
VARIANTS = range(8)
# What the user gives.
GIVEN = {
    KMS_SERVERS.name: {"server_certificate": "S", "client_certificate": "C", "client_certificate_password": "P"},
    ENTRA_TENANTS.name: {"application_secret": "A"},
}
# No example says what the answer is; and the sampler fills in certificates, which are secrets, in objects of tenants.
FORGIVEN = ("came without its JSON body", "is not documented", "authentication.certificate: 'certificate' is")
Body = dict[str, Any]


def request(contract: Contract, revision: str, method: str, path: str, body: Body) -> set[str]:
    """What is wrong with a request, without the values that are shown of it."""
    status = 201 if method == "POST" else 200
    found = contract.check(method, path, {}, body, status, None, revision)
    return {each for each in found if not any(words in each for words in FORGIVEN)}


def record_of(example: Body) -> tuple[Body, list[str]]:
    """An example as an export has it, and the names of the kinds that it links."""
    kinds: list[str] = []

    def to_link(of: links.Kinds, object_id: str) -> Body:
        kinds.append(of[0])
        return link(of[0], object_id)

    return links.with_links({key: value for key, value in example.items() if key != "id"}, to_link), kinds


def body_of(kind: Kind, record: Body, revision: str) -> Body:
    """The body of a new object of this record."""
    return on_target(new_body(kind.name, record, revision))


def on_target(body: Body) -> Body:
    """A body with ids, those that are looked up again, too."""
    body = links.with_ids(body, lambda meant: str(meant["name"]))
    for found in links.inventory_in(body):
        found.update(LOOKED_UP.get(found["platform"], {}))
    for found in links.directory_in(body):
        found["id"] = OTHER_ID
    return body


def left(value: Any) -> Iterator[str]:
    """The marks of links in a body."""
    if isinstance(value, dict):
        yield from (key for key in value if key == "refersTo")
        for each in value.values():
            yield from left(each)
    elif isinstance(value, list):
        for each in value:
            yield from left(each)


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_creates_a_job_like_an_example_is_as_documented(contract: Contract, revision: str) -> None:
    wrong, types = {}, set()
    for example in (*jobs(contract.document(revision)), *samples(contract, revision)):
        record, kinds = record_of({**example, "isDisabled": True})
        body = body_of(JOBS, asleep(record), revision)
        types.add(example["type"])
        assert not list(left(body)) and kinds
        assert example["type"] in WITHOUT_SWITCH or not runs_by_itself(body) or "mode" in body
        path = "/api/v1/jobs"
        new = request(contract, revision, "POST", path, body) - request(contract, revision, "POST", path, example)
        if new:
            wrong[f"{example['type']} {example['name']}"] = new
    assert wrong == {}
    creatable = JOBS.rest.types_in(revision) if JOBS.rest else set()
    assert types - {"Backup", "VSphereBackup"} == creatable


def shown(contract: Contract, revision: str, kind: Kind) -> Iterator[Body]:
    """The objects of a kind that the vendor's examples show, and each type with every documented field of it."""
    assert kind.rest
    document = contract.document(revision)
    paths = [f"{kind.rest.path}/{{id}}{kind.rest.details}"] if kind.rest.details else [kind.rest.path]
    for answer in (answer for path in paths for answer in answers(document, path)):
        rows = answer["data"] if isinstance(answer, Mapping) and isinstance(answer.get("data"), list) else [answer]
        yield from (without_nulls(row) for row in rows if isinstance(row, dict) and "id" in row and not _is_other(row))
    components = document["components"]["schemas"]
    item = _model(document, kind)
    mapping = (components[item["$ref"].rpartition("/")[2]].get("discriminator") or {}).get("mapping")
    for word, reference in (mapping or {"": item["$ref"]}).items():
        for variant in VARIANTS:
            yield sample(contract, revision, {"$ref": reference}, variant) | ({"type": word} if word else {})


def _is_other(row: Body) -> bool:
    """Whether it is a session, or an object that nothing else is said of."""
    return "sessionType" in row or {*row} <= {"id", "name", "description", "type", "isBuiltIn"}


def _model(document: Mapping[str, Any], kind: Kind) -> Mapping[str, Any]:
    """The schema of one object."""
    assert kind.rest
    one = document["paths"].get(f"{kind.rest.path}/{{id}}{kind.rest.details}", {}).get("get")
    found: Mapping[str, Any] = one["responses"]["200"]["content"]["application/json"]["schema"]
    return found


def movable(contract: Contract, revision: str, kind: Kind) -> Iterator[tuple[Body, Body]]:
    """The shown objects of which ordinary REST creates some in a revision, each with its record."""
    types = kind.rest.types_in(revision) if kind.rest else frozenset()
    for example in shown(contract, revision, kind):
        if {str(example.get("type")), ANY_TYPE} & types and not links.uses_single_use(example):
            record, _kinds = record_of(example)
            if kind.name == MOUNT_SERVERS.name:
                record["hostId"] = link("managedServers", OTHER_ID)
            yield example, filled(kind, record, GIVEN.get(kind.name, {}))


def of_the_example(found: set[str], example: Body) -> set[str]:
    """Those that are about the letter case of a word of the example itself."""
    words = {word for word in json.dumps(example).split('"') if word}
    return {
        each for each in found if " is none of " in each and each.partition(" is none of ")[0].split("'")[-2] in words
    }


@pytest.mark.parametrize("kind", [kind for kind in CREATED if kind != JOBS], ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("revision", REVISIONS)
def test_what_creates_an_object_like_a_shown_one_is_as_documented(
    contract: Contract, revision: str, kind: Kind
) -> None:
    assert kind.rest
    types, wrong, seen = kind.rest.types_in(revision), {}, set()
    for number, (example, record) in enumerate(movable(contract, revision, kind) if types else ()):
        if kind.name == USERS.name and not any(role.get("isBuiltIn", True) for role in record["roles"]):
            with pytest.raises(InvalidInput, match="no built-in role"):
                body_of(kind, record, revision)
            continue
        body = body_of(kind, record, revision)
        assert not list(left(body))
        seen.add(example["type"] if example.get("type") in types else ANY_TYPE)
        found = request(contract, revision, "POST", kind.rest.path, body)
        if new := found - of_the_example(found, example):
            wrong[f"{number} {example.get('type')}"] = new
    assert wrong == {}
    assert seen == types


@pytest.mark.parametrize(
    "kind", [kind for kind in CREATED if kind.rest and kind.rest.updates], ids=lambda kind: str(kind.name)
)
@pytest.mark.parametrize("revision", REVISIONS)
def test_what_changes_an_object_to_a_shown_one_is_as_documented(contract: Contract, revision: str, kind: Kind) -> None:
    """Every shown object is made like every other one of its type."""
    assert kind.rest
    path = f"{kind.rest.path}/{OTHER_ID}"
    types, wrong = kind.rest.types_in(revision), {}
    known = list(movable(contract, revision, kind)) if types and kind != JOBS else []
    if kind == JOBS and types:
        known = [
            (each, record_of(each)[0]) for each in (*jobs(contract.document(revision)), *samples(contract, revision))
        ]
    for there, _record in known:
        for number, (example, record) in enumerate(known):
            if there.get("type") == example.get("type"):
                body = changed_body(there, on_target(wanted_of(kind.name, record)))
                assert not list(left(body))
                found = request(contract, revision, "PUT", path, body)
                found -= request(contract, revision, "PUT", path, example)
                if new := found - request(contract, revision, "PUT", path, there):
                    wrong[f"{number} {example.get('type')}"] = new
    assert wrong == {}
    assert known or not types


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("revision", REVISIONS)
def test_what_changes_settings_to_shown_ones_is_as_documented(contract: Contract, revision: str, kind: Kind) -> None:
    assert kind.rest
    served = kind.served_in(revision)
    document, path = contract.document(revision), kind.rest.path
    assert served == ("put" in document["paths"].get(path, {}))
    schema = (
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"] if served else {}
    )
    examples = [*answers(document, path), *(sample(contract, revision, schema, each) for each in VARIANTS if served)]
    wrong = {}
    for number, (there, example) in enumerate((there, example) for there in examples for example in examples):
        record, _kinds = record_of(example)
        body = changed_body(there, on_target(wanted_of(kind.name, filled(kind, record, {"community": "Public7"}))))
        assert not list(left(body))
        own = request(contract, revision, "PUT", path, example) | request(contract, revision, "PUT", path, there)
        if new := request(contract, revision, "PUT", path, body) - own:
            wrong[number] = new
    assert wrong == {}
