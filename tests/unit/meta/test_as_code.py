# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role vbr_as_code, the options of vbr_estate and the kinds they manage are one list, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.doc_fragments._estate import MODULES, order
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS as MOVED
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.codecs import Ref
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import Field, Resource
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from tooling.as_code_role import BESIDE, OF_ROLE, PREFIX, ROLE


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def test_every_kind_is_documented() -> None:
    assert list(MODULES) == list(KINDS)
    assert all(kind.replace("_", " ") in order() for kind in KINDS)


def test_the_role_passes_every_kind_on() -> None:
    name = "backupfleet.rest.vbr_estate"
    (options,) = (task[name] for task in _yaml("tasks/main.yml") if name in task)
    assert options == {name: f"{{{{ {PREFIX}{name} }}}}" for name in (*KINDS, *BESIDE)}
    beside = {f"{PREFIX}{name}": option["default"] for name, option in (BESIDE | OF_ROLE).items()}
    kinds = {f"{PREFIX}{kind}": {} if resource.singleton else [] for kind, resource in KINDS.items()}
    # Nothing is removed unless somebody says so.
    assert _yaml("defaults/main.yml") == kinds | beside and beside[f"{PREFIX}purge"] is False


def test_each_kind_has_a_name_and_a_place() -> None:
    assert {kind: resource.kind for kind, resource in KINDS.items()} == {kind: kind for kind in KINDS}
    assert all(one.order < other.order for one, other in pairwise(KINDS.values()))


# What a migration knows of and an estate has no kind for, and why.
NOT_IN_AN_ESTATE = {
    "wanAccelerators": "no call makes one",
    "datastoreLatencies": "they are a part of storage_latency, with calls of their own",
    "recoveryTokens": "a token expires and is issued anew, and is no state of a server",
    "otherWorkloads": "no list has them: a migration knows them by signs, and names them to people",
    "otherSettings": "they belong to one server, and a migration names them to people",
}


def test_an_estate_has_every_kind_that_a_migration_moves() -> None:
    moved = {kind.rest.path: kind for kind in MOVED.values() if kind.rest}
    declared = {resource.path: resource for resource in KINDS.values()}
    left = {kind.name for kind in MOVED.values() if not kind.rest or kind.rest.path not in declared}
    assert left == set(NOT_IN_AN_ESTATE)
    assert "datastores" in KINDS["storage_latency"].fields
    assert set(declared) <= set(moved)
    for path, resource in declared.items():
        rest = moved[path].rest
        assert rest and (rest.singleton, rest.details) == (resource.singleton, resource.details), path
        assert bool(rest.part_of) == bool(resource.part_of), path


def references(fields: dict[str, Field]) -> Iterator[Ref]:
    """Everything that an object may refer to."""
    for spec in fields.values():
        if spec.ref:
            yield spec.ref
        yield from references(dict(spec.fields or {}))


@pytest.mark.parametrize("resource", KINDS.values(), ids=KINDS)
def test_a_kind_refers_to_kinds_before_it_and_to_its_own(resource: Resource) -> None:
    later = {other.path: kind for kind, other in KINDS.items() if other.order > resource.order}
    named = {path for ref in references(dict(resource.fields)) for path in ref.lists}
    assert not [later[path] for path in named if path in later]
