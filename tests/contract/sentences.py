# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says a schema error in one sentence: where and what; never the value of a free text, it may be a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_SHOWN_CHOICES = 12


def violations(validator: Draft202012Validator, part: str, value: Any) -> list[str]:
    """All that is wrong with `value`; the sentences call it `part` (`request`, `response`, `query limit`)."""
    found = (sentence for error in validator.iter_errors(value) for sentence in _sentences(part, error))
    return list(dict.fromkeys(found))


def _sentences(part: str, error: ValidationError) -> Iterator[str]:
    place = f"{part} {_path(error)}".rstrip()
    expected: Any = error.validator_value
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        instance: Any = error.instance
        for name in sorted(set(instance) - set(schema.get("properties", ()))):
            yield f"{place}: '{name}' is not declared"
    elif error.validator == "required":
        yield f"{place}: {error.message}"
    elif error.validator == "enum":
        yield f"{place}: {error.instance!r} is none of {_choices(expected)}"
    elif error.validator == "type":
        yield f"{place}: is {_type_name(error.instance)}, not {' or '.join(expected)}"
    else:
        yield f"{place}: breaks {error.validator} {expected!r}"


def _path(error: ValidationError) -> str:
    path = ""
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")


def _choices(values: list[Any]) -> str:
    known = [str(value) for value in values if value is not None]
    more = len(known) - _SHOWN_CHOICES
    return ", ".join(known[:_SHOWN_CHOICES]) + (f" … ({more} more)" if more > 0 else "")


def _type_name(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
