# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signs of what has no list, against the vendor's documents: where they are asked for, and every type they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.instead import INSTEAD
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.signs import (
    LISTED_BACKUPS,
    LISTED_PLATFORMS,
    SESSIONS,
    SIGNS,
    Sign,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import rank

from .test_links import NOT_BY_REST, WITH_REST, Document, documents

__all__ = ["documents"]
# Of these types a server lists objects that are created by hand; the generic sentence is right for repositories.
ENUMS = {
    "jobs": "EJobType",
    "managedServers": "EManagedServerType",
    "proxies": "EProxyType",
    "protectionGroups": "EProtectionGroupType",
}


def rows_shown(document: Document, sign: Sign) -> Mapping[str, Any]:
    """The schema of a row, or of the single object."""
    answer = document["paths"][sign.path]["get"]["responses"]["200"]["content"]
    whole = _resolved(document, next(iter(answer.values()))["schema"])
    if sign.inside == "":
        return whole
    rows = _properties(document, whole)[sign.inside or "data"]["items"]
    return _resolved(document, rows)


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _properties(document: Document, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an object, of whatever type it is."""
    found = dict(schema.get("properties", {}))
    others = [*schema.get("allOf", ()), *({"$ref": each} for each in _types(schema))]
    for part in others:
        found |= _resolved(document, part).get("properties", {})
        for deeper in _resolved(document, part).get("allOf", ()):
            found |= deeper.get("properties", {})
    return found


def _types(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (schema.get("discriminator", {}).get("mapping") or {}).values()


@pytest.mark.parametrize("revision", WITH_REST)
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.what)
def test_a_sign_is_asked_for_where_a_revision_has_it(
    documents: Mapping[str, Document], revision: str, sign: Sign
) -> None:
    document = documents[revision]
    if rank(sign.since) > rank(revision):
        # The states of jobs have been there before, without types that are created by hand.
        assert sign.path not in document["paths"] or sign.path.endswith(("/states", "/sessions"))
        return
    known = _properties(document, rows_shown(document, sign))
    assert isinstance(sign.row, Mapping)
    # Rows are read with one shape; of the platform there may be no word.
    wanted = {name.rstrip("!") for name in sign.row} - {"platformType", "platformName", "type"}
    assert wanted <= set(known)


@pytest.mark.parametrize("revision", WITH_REST)
def test_sessions_are_asked_for_by_types_that_a_revision_knows(
    documents: Mapping[str, Document], revision: str
) -> None:
    known = documents[revision]["components"]["schemas"]["ESessionType"]["enum"]
    asked = {each for since, types in SESSIONS.items() for each in types if rank(since) <= rank(revision)}
    assert asked <= set(known)


def test_every_platform_has_a_list_or_something_to_do(documents: Mapping[str, Document]) -> None:
    schemas = documents[WITH_REST[-1]]["components"]["schemas"]
    workloads = INSTEAD["otherWorkloads"]
    assert set(schemas["ELicensePlatformType"]["enum"]) <= LISTED_PLATFORMS | set(workloads)
    assert set(schemas["EPlatformType"]["enum"]) <= LISTED_BACKUPS | set(workloads)


@pytest.mark.parametrize("kind", ENUMS)
def test_every_type_that_no_call_creates_has_something_to_do(documents: Mapping[str, Document], kind: str) -> None:
    revision = WITH_REST[-1]
    rest = KINDS[kind].rest
    assert rest
    named = set(documents[revision]["components"]["schemas"][ENUMS[kind]]["enum"])
    created = rest.types_in(revision) | NOT_BY_REST.get(kind, set())
    assert named - created <= set(INSTEAD[kind])
