# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of ordinary REST on their way to a neighbouring revision: right there, or refused, and never in silence.

Each type of each kind is converted as the vendor's examples have it, and with every documented field.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import links
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.access import access_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bodies import new_body, unfit
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import Finding
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import (
    ANY_TYPE,
    BY_REST,
    Kind,
    Rest,
    link,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import JOB_PERMISSIONS, KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import rank

from . import Contract
from .samples import sample
from .schemas import component_name
from .test_links import WORDS_IN_PATHS
from .test_rest_examples import answers, folded, without_nulls

REVISIONS = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
NEIGHBOURS = [pair for old, new in pairwise(REVISIONS) for pair in ((old, new), (new, old))]
VARIANTS = range(12)
BY_REST_KINDS = [kind for kind in KINDS.values() if kind.rest and (kind.rest.types or kind.rest.always_there)]
# The answer is not checked here.
ANSWER = re.compile("status 201|without its JSON body")
# What examples of newer revisions still say of older ones.
OLD_WORDS = (
    ("VMware", "VSphere"),
    ("LANTarget", "512KB"),
    ("LocalTarget", "1MB"),
    ("LocalTargetLarge", "4MB"),
    ("WANTarget", "256KB"),
)
# What only a server says of an object.
SAID = ("id", "isDisabled")
# Where examples stand of what is written: the vendor has some for the object alone, and for the list.
Record = dict[str, Any]


def place(rest: Rest) -> str:
    """Where one object is read."""
    if rest.singleton or rest.part_of:
        return WORDS_IN_PATHS.get(rest.path, rest.path)
    return f"{rest.path}/{{id}}{rest.details}"


def model(document: Mapping[str, Any], rest: Rest) -> Mapping[str, Any]:
    """The schema of an object as its server shows it."""
    answer = document["paths"][place(rest)]["get"]["responses"]["200"]
    schema: Mapping[str, Any] = answer["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][component_name(schema["$ref"])]
    return schema


def made(contract: Contract, revision: str, kind: Kind, rest: Rest) -> Iterator[Record]:
    """Objects with every documented field, of each type that can be created."""
    schema = model(contract.document(revision), rest)
    chosen = schema.get("discriminator") or {"propertyName": "type", "mapping": {"": ""}}
    for each, reference in chosen["mapping"].items():
        for variant in VARIANTS:
            body = sample(contract, revision, {"$ref": reference} if reference else dict(schema), variant)
            yield {**body, **({chosen["propertyName"]: each} if each else {})}


def shown(contract: Contract, revision: str, rest: Rest) -> Iterator[Record]:
    """The objects of the vendor's examples."""
    for answer in answers(contract.document(revision), rest.path):
        if isinstance(answer, dict):
            rows = answer["data"] if isinstance(answer.get("data"), list) else [answer]
            yield from (row for row in copy.deepcopy(rows) if isinstance(row, dict) and "sessionType" not in row)


def records(contract: Contract, revision: str, kind: Kind, rest: Rest) -> list[Record]:
    """Every object that can move, with links in the place of ids."""
    found: dict[str, Record] = {}
    types = rest.types_in(revision)
    for row in (*made(contract, revision, kind, rest), *shown(contract, revision, rest)):
        if not (rest.always_there or ANY_TYPE in types or row.get("type") in types) or links.uses_single_use(row):
            continue
        said = {name: value for name, value in without_nulls(row).items() if name not in SAID}
        if kind == JOB_PERMISSIONS:
            said = access_of(said)
        if rest.singleton:
            said = links.without(said, rest.only_read)
        record = links.with_links(said, lambda kinds, object_id: link(kinds[0], object_id))
        found.setdefault(json.dumps(record, sort_keys=True), record)
    return list(found.values())


def wrong(contract: Contract, revision: str, kind: Kind, rest: Rest, record: Record) -> set[str]:
    """What a server of a revision has against the body that creates or changes an object."""
    method, path = ("PUT", rest.path) if rest.always_there else ("POST", rest.path)
    if reason := unfit(kind.name, record):
        return {str(reason)}
    body = links.with_ids(
        record if rest.always_there else new_body(kind.name, record, revision), lambda meant: str(meant["name"])
    )
    said = contract.check(method, path.replace("{id}", "1"), {}, body, 201, None, revision)
    # What an object is asked for that is never shown comes with its secrets; settings have the rest from their server.
    lacking = "is a required property" if rest.always_there else "nothing is lacking"
    return {
        re.sub(r"^\S+ \S+ \(\S+\): |\[\d+\]| is none of .*", "", each)
        for each in said
        if not ANSWER.search(each) and lacking not in each and not only_case(each)
    }


def only_case(sentence: str) -> bool:
    """Whether a word is wrong by its letters' case only: the examples have either, and servers read both."""
    found = re.search(r"'(\w+)' is none of (.*)", sentence)
    return bool(found and found[1].casefold() in map(str.casefold, found[2].split(", ")))


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two records differ, without places in lists."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {*one, *other}:
            yield from differences(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right, path)
    elif folded(one) != folded(other) and (one, other) not in OLD_WORDS:
        yield path


def in_silence(record: Record, back: Record, findings: list[Finding]) -> Iterator[str]:
    """Where a record came back otherwise, and nobody said that it would."""
    named = [re.sub(r"\[\d+\]", "", each.field) for each in findings]
    for path in differences(record, back):
        if not any(f"{path}.".startswith(f"{each}.") or f"{each}.".startswith(f"{path}.") for each in named if each):
            yield path


def moved(kind: Kind, record: Record, source: str, target: str) -> tuple[Record | None, list[Finding]]:
    before = copy.deepcopy(record)
    estate, findings = convert({kind.name: {BY_REST: [record]}}, source, target)
    assert record == before
    rows = estate[kind.name][BY_REST]
    return (rows[0] if rows else None), findings


@pytest.mark.parametrize(("source", "target"), NEIGHBOURS)
@pytest.mark.parametrize("kind", BY_REST_KINDS, ids=lambda kind: kind.name)
def test_what_is_converted_is_as_documented_or_refused(
    contract: Contract, kind: Kind, source: str, target: str
) -> None:
    rest = kind.rest
    assert rest is not None
    if rank(kind.since) > rank(source) or not (rest.always_there or rest.types_in(source)):
        return
    amiss: dict[str, set[str]] = {}
    seen: set[Any] = set()
    for number, record in enumerate(records(contract, source, kind, rest)):
        result, findings = moved(kind, record, source, target)
        seen |= {ANY_TYPE, record.get("type")}
        assert all(each.kind == kind.name and each.message and each.code for each in findings)
        if result is None:
            assert findings and all(each.remedy for each in findings if each.severity == "error")
            continue
        new = wrong(contract, target, kind, rest, result) - wrong(contract, source, kind, rest, record)
        if new:
            amiss[f"{record.get('type')} {number}"] = new
        back, lost = moved(kind, result, target, source)
        if silent := set(in_silence(record, back or {}, [*findings, *lost])):
            amiss[f"{record.get('type')} {number} back"] = silent
    assert amiss == {}
    assert rest.always_there or seen >= rest.types_in(source), "each type has a record"
