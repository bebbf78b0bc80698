# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What objects are recognised by, against the vendor's documents: such fields exist, and no two objects share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import fold, value_at
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import Kind, link
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import AUTOMATED, kinds_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS as MOVED
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.links import with_links
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.payload import fits
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import KEY, TIEBREAK, Resource
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import OLD_NAMES_UNTIL, rank

from . import REVISIONS, Contract
from .test_known_fields import documented

Steps = tuple[str, ...]
Document = Mapping[str, Any]

# A part of other objects is recognised by them.
LISTED = {kind: resource for kind, resource in KINDS.items() if not resource.always_there}
# The fields that the key of a moved record is made of; the unique id was called otherwise.
UNIQUE, OLD_UNIQUE = ("", "uniqueId"), ("", "tag")
KEY_FIELDS = {
    "credentials": [UNIQUE],
    "cloudcredentials": [UNIQUE],
    "encryptionPasswords": [UNIQUE, ("", "hint")],
    "managedServers": [("", "name")],
    "repositories": [("", "name")],
    "proxies": [("server", "hostName"), ("", "type")],
    "jobs": [("", "name")],
}


def keys_of(resource: Resource, revision: str) -> set[Steps]:
    """Where the rows of a list have what recognises them: all places, whatever their type."""
    types = resource.fields["type"].option.choices if "type" in resource.fields else (None,)
    return {
        spec.steps(name, revision)
        for kind in types
        for name, spec in resource.of(kind).fields.items()
        if spec.role in (KEY, TIEBREAK) and fits(spec, {"type": kind}, revision)
    }


def schemas_within(document: Document, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and all that it consists of or may be, each with its own properties."""
    waiting, seen = [schema], set()
    while waiting:
        one = waiting.pop()
        name = str(one.get("$ref", "")).rpartition("/")[2]
        if name:
            if name not in seen:
                seen.add(name)
                waiting.append(document["components"]["schemas"][name])
            continue
        yield one
        mapped = (one.get("discriminator") or {}).get("mapping", {}).values()
        waiting += [*one.get("allOf", ()), *one.get("oneOf", ()), *({"$ref": ref} for ref in mapped)]


def has_field(document: Document, schema: Mapping[str, Any], steps: Steps) -> bool:
    """Whether objects of a schema may have a field at this path."""
    found = [schema]
    for step in steps:
        parts = (part for one in found for part in schemas_within(document, one))
        found = [part["properties"][step] for part in parts if step in part.get("properties", {})]
    return bool(found)


def listing(document: Document, path: str) -> Mapping[str, Any]:
    """The answer of a list."""
    answer: Mapping[str, Any] = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return answer


def rows_of_examples(document: Document, path: str) -> Iterator[list[Mapping[str, Any]]]:
    """The rows of each example that the vendor gives of a list."""
    answer = listing(document, path)
    examples = [{"value": answer["example"]}] if "example" in answer else [*answer.get("examples", {}).values()]
    for example in examples:
        name = str(example.get("$ref", "")).rpartition("/")[2]
        value = document["components"]["examples"][name]["value"] if name else example["value"]
        yield value["data"]


def served(document: Document, revision: str) -> list[tuple[str, Resource]]:
    return [
        (kind, resource)
        for kind, resource in LISTED.items()
        if rank(resource.since) <= rank(revision) and resource.path in document["paths"]
    ]


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_model_has_what_recognises_an_object(contract: Contract, revision: str) -> None:
    document = contract.document(revision)
    resources = served(document, revision)
    assert {kind for kind, _resource in resources} >= {"credentials", "managed_servers", "proxies", "repositories"}
    for kind, resource in resources:
        for steps in keys_of(resource, revision):
            (row,) = [
                part["properties"]["data"]["items"]
                for part in schemas_within(document, listing(document, resource.path)["schema"])
                if "data" in part.get("properties", {})
            ]
            assert has_field(document, row, steps), (kind, steps)


@pytest.mark.parametrize("revision", REVISIONS)
def test_no_two_objects_of_an_example_are_recognised_by_the_same(contract: Contract, revision: str) -> None:
    document = contract.document(revision)
    for kind, resource in served(document, revision):
        places = sorted(keys_of(resource, revision))
        for rows in rows_of_examples(document, resource.path):
            marks = Counter(tuple(fold(value_at(row, steps)) for steps in places) for row in rows)
            assert not [mark for mark, times in marks.items() if times > 1 or not any(mark)], (kind, places)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_moved_record_has_what_recognises_it(contract: Contract, revision: str) -> None:
    for kind in kinds_of(revision):
        fields = documented(contract.document(revision), kind)
        old = rank(revision) <= rank(OLD_NAMES_UNTIL)
        missing = [
            field for field in KEY_FIELDS[kind] if (OLD_UNIQUE if old and field == UNIQUE else field) not in fields
        ]
        assert not missing, (kind, missing)


@pytest.mark.parametrize("kind", AUTOMATED)
def test_the_key_of_a_moved_record_is_made_of_these_fields(kind: str) -> None:
    def record(values: Mapping[tuple[str, str], str]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for (owner, name), value in values.items():
            (body.setdefault(owner, {}) if owner else body)[name] = value
        return body

    given = {field: f"value of {field[1]}" for field in KEY_FIELDS[kind]}
    key = MOVED[kind].key(record(given))
    assert key
    # The hint is the key where there is no unique id.
    counted = [field for field in given if field != ("", "hint")]
    for field in counted:
        assert MOVED[kind].key(record({**given, field: "other"})) != key, field
    assert MOVED[kind].key(record({**given, ("", "description"): "other", ("", "id"): "other"})) == key


# Not what is always there, and what is shown in something else.
OF_REST = [
    kind
    for kind in MOVED.values()
    if kind.rest and kind.rest.types and not kind.rest.always_there and not kind.rest.shown_in
]


@pytest.mark.parametrize("revision", [revision for revision in REVISIONS if rank(revision) >= rank("1.2-rev1")])
def test_the_key_of_an_object_of_ordinary_rest_tells_it_from_others(contract: Contract, revision: str) -> None:
    document = contract.document(revision)
    seen = set()
    for kind in (kind for kind in OF_REST if rank(kind.since) <= rank(revision)):
        assert kind.rest
        for rows in rows_of_examples(document, kind.rest.path):
            found = Counter(_key_of(kind, row) for row in rows)
            # A row of an example without a name is one that nobody can have.
            assert not [key for key, times in found.items() if times > 1 or not key], kind.name
            seen.add(kind.name)
    assert {"managedServers", "repositories", "proxies", "jobs"} <= seen


def _key_of(kind: Kind, row: Mapping[str, Any]) -> str:
    """The key of a row as an export has it, with links for ids; a mount server is known by its own id."""
    record = with_links(dict(row), lambda kinds, object_id: link(kinds[0], object_id))
    hosted = {**record, "hostId": link("managedServers", str(row.get("id")))} if kind.name == "mountServers" else record
    return fold(kind.natural_key(hosted))
