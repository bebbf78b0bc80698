# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the vendor's OpenAPI 3.0 schemas into closed JSON Schemas: nothing undeclared, null where servers send null.

Closed means that every object schema is flattened (`allOf`), gets the concrete schema that a discriminator chooses, and
refuses properties that none of them declares. The vendor's files do not require that; it finds misspelled fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]

_DEFINITIONS = "#/$defs/"
_PLAIN_SUFFIX = "~base"
_COPIED_KEYWORDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


def component_name(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


@dataclass
class _Shape:
    """The properties of an object schema after everything it inherits has been folded in."""

    properties: Schema = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    nullable: bool = False
    additional: Any = False


class SchemaCompiler:
    """Compiles the `components.schemas` of one document; `aliases` are spellings accepted beside the declared ones."""

    def __init__(self, components: Mapping[str, Schema], aliases: Mapping[str, Mapping[str, str]], strict_nulls: bool):
        self._components = components
        self._aliases = aliases
        self._strict_nulls = strict_nulls

    def definitions(self) -> Schema:
        """All component schemas, closed, as one `$defs` mapping."""
        return {name: schema for component in self._components for name, schema in self._define(component)}

    def compile(self, schema: Schema) -> Schema:
        """A schema as it stands in a property, an item, a parameter or a body."""
        if "$ref" in schema:
            return {"$ref": _DEFINITIONS + component_name(schema["$ref"])}
        inherited = schema.get("allOf")
        if inherited and len(inherited) == 1 and not schema.get("properties"):
            return self.compile(inherited[0])
        if inherited or "properties" in schema:
            return self._closed(self._shape(schema))
        if "oneOf" in schema:
            return {"anyOf": [self.compile(choice) for choice in schema["oneOf"]]}
        return self._leaf(schema)

    def _define(self, name: str) -> Iterator[tuple[str, Schema]]:
        schema = self._components[name]
        if not self._is_object(schema):
            yield name, self.compile(schema)
            return
        shape = self._shape(schema, self._aliases.get(name, {}))
        if "discriminator" not in schema:
            yield name, self._closed(shape)
            return
        yield name + _PLAIN_SUFFIX, self._closed(shape)
        yield name, self._dispatch(name, schema["discriminator"], shape)

    def _is_object(self, schema: Schema) -> bool:
        if "properties" in schema:
            return True
        parents = [self._components.get(component_name(part.get("$ref", "")), part) for part in schema.get("allOf", ())]
        return any(self._is_object(parent) for parent in parents)

    def _shape(self, schema: Schema, aliases: Mapping[str, str] | None = None) -> _Shape:
        shape = _Shape(nullable=bool(schema.get("nullable")), additional=schema.get("additionalProperties", False))
        for part in schema.get("allOf", ()):
            parent = self._shape(self._components[component_name(part["$ref"])] if "$ref" in part else part)
            shape.properties |= parent.properties
            shape.required |= parent.required
        shape.properties |= {name: self.compile(spec) for name, spec in schema.get("properties", {}).items()}
        for declared, alias in (aliases or {}).items():
            shape.properties[alias] = shape.properties[declared]
            shape.required.discard(declared)
        shape.required |= set(schema.get("required", ()))
        return shape

    def _closed(self, shape: _Shape) -> Schema:
        return {
            "type": self._types("object", shape.nullable),
            "properties": shape.properties,
            "required": sorted(shape.required & set(shape.properties)),
            "additionalProperties": self._additional(shape.additional),
        }

    def _dispatch(self, name: str, discriminator: Schema, shape: _Shape) -> Schema:
        """Chooses the concrete schema by the discriminator's value, the base schema for a value that has none."""
        key, mapping = discriminator["propertyName"], discriminator["mapping"]
        targets = {value: component_name(reference) for value, reference in mapping.items()}
        branches = [_when(key, {"const": value}, target) for value, target in targets.items() if target != name]
        others = {"not": {"enum": [value for value, target in targets.items() if target != name]}}
        return {
            "type": self._types("object", shape.nullable),
            "required": [key],
            "allOf": [*branches, _when(key, others, name + _PLAIN_SUFFIX)],
        }

    def _leaf(self, schema: Schema) -> Schema:
        leaf: Schema = {keyword: schema[keyword] for keyword in _COPIED_KEYWORDS if keyword in schema}
        nullable = bool(schema.get("nullable"))
        if "type" in schema:
            leaf["type"] = self._types(schema["type"], nullable)
        if "enum" in schema:
            leaf["enum"] = [*schema["enum"], None] if self._admits_null(nullable) else list(schema["enum"])
        if "items" in schema:
            leaf["items"] = self.compile(schema["items"])
        if isinstance(schema.get("additionalProperties"), dict):
            leaf["additionalProperties"] = self.compile(schema["additionalProperties"])
        if isinstance(schema.get("format"), str):
            leaf["format"] = schema["format"]
        if "additionalProperties" in schema:
            leaf["additionalProperties"] = self._additional(schema["additionalProperties"])
        return leaf

    def _additional(self, allowed: Any) -> Any:
        return self.compile(allowed) if isinstance(allowed, dict) else allowed

    def _admits_null(self, nullable: bool) -> bool:
        return nullable or not self._strict_nulls

    def _types(self, name: str, nullable: bool) -> list[str]:
        return [name, "null"] if self._admits_null(nullable) else [name]


def _when(key: str, value: Schema, target: str) -> Schema:
    condition = {"type": "object", "required": [key], "properties": {key: value}}
    return {"if": condition, "then": {"$ref": _DEFINITIONS + target}}
