# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's table of types, checked by the vendor's documents: every field of the bodies that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from contract.documents import REVISIONS, SpecificationsMissing, find_documents, read_document, spec_directory
from simulator.services.vbr.blueprint import ROUTER
from simulator.services.vbr.shapes.types import ROOT, Type, type_of

SERVED = {(method.lower(), re.sub(r"<[^>]+>", "{}", rule).lower()) for method, rule in ROUTER.operations}
AUTOMATION = re.compile(r"/automation/[^/]+/(import|export)$")
LISTS = {"string": Type.TEXTS, "object": Type.OBJECTS}
SINGLE = {"string": Type.TEXT, "boolean": Type.FLAG, "integer": Type.NUMBER, "object": Type.OBJECT}
# Fields that only answers have, or that the document has in several types in one place.
LEFT_OUT = ("status", "kind")
# Of either type by the object or by the revision; who reads them looks.
EITHER = (
    *((name, ROOT) for name in ("account", "accounts", "certificate", "credentials", "tenant", "volumes")),
    *((name, "objects") for name in ("exclusionMask", "exclusionPathMask", "inclusionMask")),
)
Schema = dict[str, Any]


class Fields:
    """Every (field, field that it stands in, type) of the bodies of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.found: set[tuple[str, str, Type]] = set()
        self._schemas: dict[str, Schema] = document["components"]["schemas"]
        self._seen: set[tuple[str, str]] = set()
        for body in _bodies(document):
            self._visit(body, ROOT)

    def _visit(self, schema: Schema, parent: str) -> None:
        name = schema.get("$ref", "").rpartition("/")[2]
        if name:
            if (name, parent) in self._seen:
                return
            self._seen.add((name, parent))
            for child in self._children(name):
                self._visit({"$ref": child}, parent)
            schema = self._schemas.get(name, {})
        for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
            self._visit(part, parent)
        if "items" in schema:
            self._visit(schema["items"], parent)
        for field, of in schema.get("properties", {}).items():
            kind = self._kind(of)
            if kind is not None:
                self.found.add((field, parent, kind))
            self._visit(of, field)

    def _children(self, name: str) -> Iterator[str]:
        """The schemas that extend this one."""
        for child, schema in self._schemas.items():
            if any(part.get("$ref", "").endswith(f"/{name}") for part in schema.get("allOf", ())):
                yield child

    def _kind(self, schema: Schema) -> Type | None:
        word = self._word(schema)
        if word == "array":
            return LISTS.get(self._word(self._resolved(schema)["items"]))
        return SINGLE.get(word)

    def _word(self, schema: Schema) -> str:
        schema = self._resolved(schema)
        if "type" not in schema and len(schema.get("allOf", ())) == 1:
            return self._word(schema["allOf"][0])
        return str(schema.get("type", "object"))

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas.get(schema["$ref"].rpartition("/")[2], {})
        return schema


def _bodies(document: dict[str, Any]) -> Iterator[Schema]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if (method, re.sub(r"\{[^}]+\}", "{}", path).lower()) in SERVED or AUTOMATION.search(path):
                content = operation.get("requestBody", {}).get("content", {})
                yield from (each["schema"] for media, each in content.items() if "json" in media)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_field_that_is_taken_has_the_type_that_it_is_held_to(revision: str) -> None:
    try:
        document = read_document(find_documents(spec_directory())[revision])
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))
    found = Fields(document).found
    assert len(found) > 150
    wrong = {
        (field, parent, kind): type_of(field, parent)
        for field, parent, kind in found
        if field not in LEFT_OUT and type_of(field, parent) != kind
    }
    assert {place for place in wrong if place[:2] not in EITHER} == set(), wrong
