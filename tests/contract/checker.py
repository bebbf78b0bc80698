# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks whole exchanges and automation collections by the vendor's documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from . import quirks
from .documents import find_documents, read_document, spec_directory
from .formats import format_checker
from .operations import FORM, JSON, Operation, OperationTable
from .schemas import Schema, SchemaCompiler
from .sentences import violations

QueryValue = str | Sequence[str]

_SCHEMA_URI = "urn:vbr"
_FIRST_ERROR_STATUS = 400


class Revision:
    """One document of the vendor; schemas are compiled when they are needed."""

    def __init__(self, revision: str, read: Callable[[], dict[str, Any]]):
        self.revision = revision
        self._read = read
        self.validator: Callable[[str, bool], Draft202012Validator] = cache(self._validator)
        self._registry: Callable[[bool], Registry[Any]] = cache(self._build_registry)
        self._judged: dict[bytes, list[str]] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        return self._read()

    @cached_property
    def operations(self) -> OperationTable:
        return OperationTable(self.document)

    def violations(self, schema: Schema, part: str, value: Any, strict_nulls: bool = False) -> list[str]:
        """All that is wrong with `value` by a schema of the document.

        Servers say the same again and again, and judging it takes longer than saying it; so what was judged is kept.
        """
        key = blake2b(json.dumps([schema, part, value, strict_nulls]).encode()).digest()
        if key not in self._judged:
            self._judged[key] = violations(self.inline_validator(schema, strict_nulls), part, value)
        return list(self._judged[key])

    def inline_validator(self, schema: Schema, strict_nulls: bool) -> Draft202012Validator:
        """A validator of any schema of the document; one of a named component is kept."""
        if "$ref" in schema:
            return self.validator(schema["$ref"].rsplit("/", 1)[-1], strict_nulls)
        return self._make(_absolute(self._compiler(strict_nulls).compile(schema)), strict_nulls)

    def _validator(self, component: str, strict_nulls: bool) -> Draft202012Validator:
        return self._make({"$ref": f"{_SCHEMA_URI}#/$defs/{component}"}, strict_nulls)

    def _make(self, schema: Schema, strict_nulls: bool) -> Draft202012Validator:
        clock = format_checker(twelve_hour_clock=self.revision in quirks.TWELVE_HOUR_REVISIONS)
        return Draft202012Validator(schema, registry=self._registry(strict_nulls), format_checker=clock)

    def _build_registry(self, strict_nulls: bool) -> Registry[Any]:
        definitions = {"$defs": self._compiler(strict_nulls).definitions()}
        registry: Registry[Any] = Registry().with_resource(_SCHEMA_URI, DRAFT202012.create_resource(definitions))
        return registry

    def _compiler(self, strict_nulls: bool) -> SchemaCompiler:
        aliases = quirks.ALIASES.get(self.revision, {})
        return SchemaCompiler(self.document["components"]["schemas"], aliases, strict_nulls)


class Contract:
    """The vendor's documents of all revisions. Every check returns sentences; `[]` means as documented."""

    def __init__(self, directory: Path):
        files = find_documents(directory)
        self._revisions = {name: Revision(name, partial(read_document, file)) for name, file in files.items()}
        # What observers were given, and what is wrong with it: the same comes again and again, in test after test.
        self.judged: dict[Hashable, list[str]] = {}

    @classmethod
    def load(cls, spec_dir: Path | str | None = None) -> Contract:
        """The contract in `spec_dir`, else `spec_directory()`; raises `SpecificationsMissing`. Files are read late."""
        return cls(spec_directory() if spec_dir is None else Path(spec_dir))

    @property
    def revisions(self) -> tuple[str, ...]:
        return tuple(self._revisions)

    def document(self, revision: str) -> Mapping[str, Any]:
        """The vendor's document itself, for tests that read examples from it."""
        return self._revisions[revision].document

    def check(
        self,
        method: str,
        path: str,
        query: Mapping[str, QueryValue] | None,
        request_json: Any,
        status: int,
        response_json: Any,
        revision: str,
        *,
        strict_nulls: bool = False,
    ) -> list[str]:
        """What is wrong with one exchange. A form body is passed as a mapping of its fields in `request_json`.

        The request is checked only when the server accepted it: a refused one may have been wrong on purpose.
        """
        documents = self._revisions[revision]
        found = judge(documents, method, path, query or {}, request_json, status, response_json, strict_nulls)
        return [f"{method} {path} ({revision}): {sentence}" for sentence in found]

    def check_collection(self, revision: str, kind: str, body: Any, *, strict_nulls: bool = False) -> list[str]:
        """What is wrong with `body` as the body of the import of an automation kind, named as in the URL."""
        documents = self._revisions[revision]
        operation = documents.operations.find("POST", f"/api/v1/automation/{kind}/import")
        if isinstance(operation, str):
            return [f"{kind} ({revision}): {operation}"]
        found = check_request(documents, operation, body, strict_nulls)
        return [f"{kind} ({revision}): {sentence}" for sentence in found]


def judge(
    documents: Revision,
    method: str,
    path: str,
    query: Mapping[str, QueryValue],
    request_json: Any,
    status: int,
    response_json: Any,
    strict_nulls: bool,
) -> list[str]:
    """What is wrong with one exchange by one document."""
    operation = documents.operations.find(method, path)
    if isinstance(operation, str):
        return [operation]
    found = _check_response(documents, operation, status, response_json, strict_nulls)
    if status < _FIRST_ERROR_STATUS:
        found += check_parameters(documents, operation, query)
        found += check_request(documents, operation, request_json, strict_nulls)
    return found


def _check_response(documents: Revision, operation: Operation, status: int, body: Any, strict_nulls: bool) -> list[str]:
    declared = operation.response(status)
    if declared is None:
        return [f"status {status} is not documented (only {', '.join(operation.statuses)})"]
    content = declared.get("content", {})
    if JSON not in content:
        return [] if content or not body else [f"status {status} is documented without a body"]
    if body is None:
        return [] if status in quirks.BODILESS_STATUSES else [f"status {status} came without its JSON body"]
    return documents.violations(content[JSON]["schema"], "response", body, strict_nulls)


def check_request(documents: Revision, operation: Operation, body: Any, strict_nulls: bool) -> list[str]:
    content = operation.request.get("content", {})
    if body is None or not content:
        # Clients send `{}` where no body is documented; servers accept it.
        missing = body is None and (JSON in content or FORM in content) and operation.request.get("required")
        return (
            ["request came without its body"]
            if missing
            else (["request has a body, none is documented"] if body else [])
        )
    if FORM in content:
        return _check_form(documents, content[FORM]["schema"], body)
    if JSON not in content:
        return []
    return documents.violations(content[JSON]["schema"], "request", body, strict_nulls)


def _check_form(documents: Revision, schema: Schema, fields: Mapping[str, Any]) -> list[str]:
    properties = _component(documents, schema).get("properties", {})
    typed = {name: _typed(documents, properties.get(name, {}), value, name) for name, value in fields.items()}
    return documents.violations(schema, "form", typed)


def check_parameters(documents: Revision, operation: Operation, query: Mapping[str, QueryValue]) -> list[str]:
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.place == "query"}
    found = [f"query '{name}' is not declared" for name in query if name not in declared]
    found += [f"query '{p.name}' is required" for p in declared.values() if p.required and p.name not in query]
    given = {**query, **operation.path_values}
    for parameter in operation.parameters:
        if parameter.place in ("query", "path") and parameter.name in given:
            value = _typed(documents, parameter.schema, given[parameter.name])
            found += documents.violations(parameter.schema, f"{parameter.place} {parameter.name}", value)
    return found


def _typed(documents: Revision, schema: Schema, value: Any, name: str = "") -> Any:
    """A value of a URL or form, converted to the JSON type of its schema; unchanged when that is impossible."""
    schema = _component(documents, schema)
    if schema.get("type") == "array":
        return [
            _typed(documents, schema.get("items", {}), item) for item in ([value] if isinstance(value, str) else value)
        ]
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
        return _typed(documents, schema, value[0], name)
    if schema.get("type") == "integer" and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if schema.get("type") == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if name in quirks.CASELESS_FORM_FIELDS:
        return next((choice for choice in schema.get("enum", ()) if choice.lower() == str(value).lower()), value)
    return value


def _component(documents: Revision, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    component: Schema = documents.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return component


def _absolute(schema: Any) -> Any:
    """An inline schema with absolute references."""
    if isinstance(schema, dict):
        return {
            key: _SCHEMA_URI + value if key == "$ref" and isinstance(value, str) else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema
