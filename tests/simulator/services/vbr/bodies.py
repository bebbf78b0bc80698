# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the bodies of requests as the service's own reader does: every field has its type, and an id of zeros is none.

A flag or a number that is written as a text is converted, or refused (switch `text_values`); it is never kept as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ...core.bodies import read_json
from ...core.call import Call
from .errors import bad_request
from .shapes.rules import ZERO_ID
from .shapes.types import ROOT, Type, type_of

# Where `admit` leaves the switch for whoever reads the body.
CONVERTS = "converts"
FLAGS = {"true": True, "false": False}
WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}")
MOST = 2**63 - 1
# The name of a field that holds an id or a unique id.
ID_NAME = re.compile(r"((^i|I)d|IdOrNull|(^t|T)ag)$")


def object_sent(call: Call) -> dict[str, Any]:
    """The JSON object in the body of the request, its values converted; raises a 400 for anything else."""
    return _fields(raw_object(call), "", ROOT, bool(call.context.get(CONVERTS, True)))


def optional_object(call: Call) -> dict[str, Any]:
    """The same for a body that may be missing or null; then it is empty."""
    body = call.request.get_data()
    return object_sent(call) if body.strip() not in (b"", b"null") else {}


def raw_object(call: Call) -> dict[str, Any]:
    """The JSON object in the body of the request as it came."""
    try:
        sent = read_json(call.request.get_data())
    except ValueError:
        raise bad_request("The request body is not JSON") from None
    if not isinstance(sent, dict):
        raise bad_request("The request body must be an object")
    return sent


def expect(model: Mapping[str, Any], kind: Type, *names: str) -> None:
    """Raise a 400 for a field of another type: one whose type depends on the object that it stands in."""
    for name in names:
        value = model.get(name)
        if value is not None and not isinstance(value, dict if kind is Type.OBJECT else str):
            raise _wrong(name, kind)


def _fields(sent: Mapping[str, Any], place: str, parent: str, converts: bool) -> dict[str, Any]:
    return {name: _value(name, value, place, parent, converts) for name, value in sent.items()}


def _value(name: str, value: Any, place: str, parent: str, converts: bool) -> Any:
    """One field. A null is right everywhere; what no revision has is kept as it is, but for what is inside it."""
    here = f"{place}.{name}" if place else name
    kind = type_of(name, parent)
    if kind in (None, Type.OBJECT, Type.OBJECTS):
        return _branch(kind, value, here, name, converts)
    if isinstance(value, dict) or isinstance(value, list) != (kind is Type.TEXTS and value is not None):
        raise _wrong(here, kind)
    if kind is Type.TEXTS and value is not None:
        texts = [_scalar(Type.TEXT, item, f"{here}[{number}]", converts) for number, item in enumerate(value)]
        return [text for text in texts if text != ZERO_ID] if name.endswith("Ids") else texts
    if value is None or (value == ZERO_ID and ID_NAME.search(name)):
        return None
    return _scalar(kind, value, here, converts)


def _branch(kind: Type | None, value: Any, here: str, name: str, converts: bool) -> Any:
    """An object, a list of objects, or a field that is not known."""
    if value is not None and kind is not None and not isinstance(value, dict if kind is Type.OBJECT else list):
        raise _wrong(here, kind)
    if isinstance(value, dict):
        return _fields(value, here, name, converts)
    if not isinstance(value, list):
        return value
    if kind is Type.OBJECTS and not all(isinstance(item, dict) for item in value):
        raise _wrong(here, kind)
    return [
        _fields(item, f"{here}[{number}]", name, converts) if isinstance(item, dict) else item
        for number, item in enumerate(value)
    ]


def _scalar(kind: Type | None, value: Any, here: str, converts: bool) -> Any:
    if isinstance(value, dict | list) or value is None:
        raise _wrong(here, kind)
    if kind is Type.TEXT:
        return _text(value, here, converts)
    if kind is Type.FLAG:
        found = FLAGS.get(value.strip().lower()) if isinstance(value, str) and converts else value
        if not isinstance(found, bool):
            raise _wrong(here, kind)
        return found
    text = value.strip() if isinstance(value, str) and converts else ""
    number = int(text) if WHOLE_NUMBER.fullmatch(text) else value
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > MOST:
        raise _wrong(here, kind)
    return number


def _text(value: Any, here: str, converts: bool) -> str:
    if isinstance(value, str):
        return value
    if not converts:
        raise _wrong(here, Type.TEXT)
    return json.dumps(value)


def _wrong(here: str, kind: Type | None) -> Exception:
    return bad_request(f"{here} must be {kind.value if kind else 'something else'}")
