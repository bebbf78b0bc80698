# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as typed JSON, as JSON-RPC writes them: structures by name, optionals and secrets marked.

The form is that of facts/vcsa.md 5.1.
"""

from __future__ import annotations

from typing import Any

from .errors import VapiError, invalid, lacking, own
from .scalars import read_scalar, read_word
from .types import SECRET, Enum, Field, ListOf, MapOf, Release, Scalar, Structure, Type

STRUCTURE, OPTIONAL, SECRET_MARK, MAP_ENTRY = "STRUCTURE", "OPTIONAL", "SECRET", "map-entry"


def read(kind: Type, value: Any, release: Release, place: str = "input") -> Any:
    """Read a value from typed JSON; unset fields are None. Raises VapiError."""
    if isinstance(kind, Structure):
        return _read_structure(kind, value, release, place)
    if isinstance(kind, ListOf):
        if not isinstance(value, list):
            raise invalid(f"'{place}' is no list.", place, message_id="value.type")
        return [read(kind.item, each, release, place) for each in value]
    if isinstance(kind, Enum):
        return read_word(kind, value, place, release)
    if kind == SECRET:
        return read_scalar(SECRET, _marked(value, SECRET_MARK, place), place)
    assert isinstance(kind, Scalar), "no operation takes a map"
    return read_scalar(kind, value, place)


def _marked(value: Any, mark: str, place: str) -> Any:
    if not isinstance(value, dict) or set(value) != {mark}:
        raise invalid(f"'{place}' is not marked as {mark}.", place, message_id="value.type")
    return value[mark]


def _read_structure(kind: Structure, value: Any, release: Release, place: str) -> dict[str, Any]:
    fields = _marked(_marked(value, STRUCTURE, place), kind.name, place)
    if not isinstance(fields, dict):
        raise invalid(f"'{place}' is no object.", place, message_id="value.type")
    known = kind.served_by(release)
    # A client of a newer release sends the fields it knows, unset.
    unknown = sorted(set(fields) - {field.name for field in known})
    surplus = [name for name in unknown if fields[name] != {OPTIONAL: None}]
    if surplus:
        raise VapiError("unexpected_input", own("field.unknown", f"'{place}' knows no field '{surplus[0]}'.", *surplus))
    return {field.name: _read_field(kind, field, fields, release) for field in known}


def _read_field(kind: Structure, field: Field, fields: dict[str, Any], release: Release) -> Any:
    if not field.optional:
        if field.name not in fields:
            raise lacking(kind.name, field.name)
        return read(field.type, fields[field.name], release, field.name)
    value = _marked(fields.get(field.name, {OPTIONAL: None}), OPTIONAL, field.name)
    return None if value is None else read(field.type, value, release, field.name)


def write(kind: Type, value: Any, release: Release) -> Any:
    """Write a value as typed JSON."""
    if isinstance(kind, Structure):
        fields = {field.name: _write_field(field, value.get(field.name), release) for field in kind.served_by(release)}
        return structure(kind.name, fields)
    if isinstance(kind, ListOf):
        return [write(kind.item, each, release) for each in value]
    if isinstance(kind, MapOf):
        entries = ((key, write(kind.value, each, release)) for key, each in value.items())
        return [structure(MAP_ENTRY, {"key": key, "value": each}) for key, each in entries]
    return {SECRET_MARK: value} if kind == SECRET else value


def _write_field(field: Field, value: Any, release: Release) -> Any:
    if not field.optional:
        return write(field.type, value, release)
    return {OPTIONAL: None if value is None else write(field.type, value, release)}


def structure(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {STRUCTURE: {name: fields}}
