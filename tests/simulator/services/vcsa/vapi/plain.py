# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as plain JSON, as both REST styles write them; only maps differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import VapiError, invalid, lacking, own
from .scalars import read_scalar, read_word
from .types import Enum, Field, ListOf, MapOf, Release, Scalar, Structure, Type


def read(kind: Type, value: Any, release: Release, lenient: bool = False, place: str = "body") -> Any:
    """Read a value from JSON; unset fields are None. Raises VapiError. `lenient` ignores unknown fields."""
    if isinstance(kind, Structure):
        return read_fields(kind.served_by(release), value, release, lenient, place)
    if isinstance(kind, ListOf):
        if not isinstance(value, list):
            raise invalid(f"'{place}' is no list.", place, message_id="value.type")
        return [read(kind.item, each, release, lenient, place) for each in value]
    if isinstance(kind, Enum):
        return read_word(kind, value, place, release)
    if isinstance(kind, Scalar):
        return read_scalar(kind, value, place)
    raise AssertionError("no operation takes a map")


def read_fields(fields: tuple[Field, ...], value: Any, release: Release, lenient: bool, place: str) -> dict[str, Any]:
    """Read the fields of an object. A missing field is reported before an unknown one."""
    if not isinstance(value, dict):
        raise invalid(f"'{place}' is no object.", place, message_id="value.type")
    for field in fields:
        if value.get(field.name) is None and not field.optional:
            raise lacking(place, field.name)
    unknown = sorted(set(value) - {field.name for field in fields})
    if unknown and not lenient:
        raise VapiError("unexpected_input", own("field.unknown", f"'{place}' knows no field '{unknown[0]}'.", *unknown))
    return {
        field.name: None
        if value.get(field.name) is None
        else read(field.type, value[field.name], release, lenient, field.name)
        for field in fields
    }


def write(kind: Type, value: Any, release: Release, pairs: bool) -> Any:
    """Write a value as JSON without unset fields; a map is a list of `pairs` or an object."""
    if isinstance(kind, Structure):
        return {
            field.name: write(field.type, value[field.name], release, pairs)
            for field in kind.served_by(release)
            if value.get(field.name) is not None or not field.optional
        }
    if isinstance(kind, ListOf):
        return [write(kind.item, each, release, pairs) for each in value]
    if isinstance(kind, MapOf):
        return _write_map(kind, value, release, pairs)
    return value


def _write_map(kind: MapOf, value: Mapping[str, Any], release: Release, pairs: bool) -> Any:
    written = {key: write(kind.value, each, release, pairs) for key, each in value.items()}
    return [{"key": key, "value": each} for key, each in written.items()] if pairs else written
