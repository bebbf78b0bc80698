# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of known fields against the vendor's documents: the same fields in every revision, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import kinds_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.known_fields import known_fields

from . import REVISIONS, Contract


def documented(document: Mapping[str, Any], kind: str) -> set[tuple[str, str]]:
    """The pairs of a field and a field in it that the import of a kind takes; of a record itself the field is ''."""
    operation = document["paths"][f"/api/v1/automation/{kind}/import"]["post"]
    pairs: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()

    def walk(schema: Mapping[str, Any], owner: str) -> None:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name:
            if (name, owner) not in seen:
                seen.add((name, owner))
                walk(document["components"]["schemas"][name], owner)
            return
        mapped = (schema.get("discriminator") or {}).get("mapping", {}).values()
        for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *({"$ref": ref} for ref in mapped)):
            walk(part, owner)
        for field, inner in schema.get("properties", {}).items():
            pairs.add((owner, field))
            walk(inner, field)
        if "items" in schema:
            walk(schema["items"], owner)

    walk(operation["requestBody"]["content"]["application/json"]["schema"], "collection")
    lists = {field for owner, field in pairs if owner == "collection"}
    return {("" if owner in lists else owner, field) for owner, field in pairs if owner != "collection"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_known_fields_are_those_of_the_documents(contract: Contract, revision: str) -> None:
    for kind in kinds_of(revision):
        known = {(owner, name) for owner, fields in known_fields(kind, revision).items() for name in fields.values()}
        assert known == documented(contract.document(revision), kind), kind
