# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format that a client accepts and the format in which it has written (facts/em.md 3)."""

from __future__ import annotations

from enum import Enum

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ...core.call import Call
from .codecs import json, xml
from .errors import NO_OBJECT, NO_ROOT, refusal
from .shapes.description import Child, Shape, Value
from .switches import EmSwitches


class Format(Enum):
    """The two formats, by their media types."""

    XML = xml.TYPE
    JSON = json.TYPE


def wanted(call: Call) -> Format:
    """JSON when the Accept header names it, also as one of several; else XML."""
    return Format.JSON if Format.JSON.value in call.request.headers.get("Accept", "").lower() else Format.XML


def sent(call: Call) -> Format:
    """The format that the Content-Type names; XML when it names none."""
    return Format.JSON if call.request.mimetype == Format.JSON.value else Format.XML


def written(shape: Shape, value: Value, call: Call, switches: EmSwitches, status: int = 200) -> Response:
    """The answer in the format that the client accepts."""
    if wanted(call) is Format.XML:
        return Response(xml.write(shape, value), status, content_type=xml.CONTENT_TYPE)
    style = json.Style(switches.json_keys == "camel", switches.nulls == "all", switches.empty_lists == "null")
    return Response(json.write(shape, value, style), status, content_type=json.CONTENT_TYPE)


def received(shape: Shape, call: Call, switches: EmSwitches) -> Value:
    """Read the body of a request.

    A real server reads it in the format in which it will answer, whatever the Content-Type says; in a body of the other
    format it finds no root (facts/em.md 3, switch `deserializer`).
    """
    reader = wanted(call) if switches.deserializer == "accept" else sent(call)
    body = call.request.get_data()
    try:
        if reader is Format.JSON:
            return json.read(shape, body)
        return xml.read(shape, body, ordered=switches.wrong_order != "accept")
    except xml.Disordered as error:
        raise disordered(str(error), switches) from None
    except xml.Unreadable as error:
        raise refusal(400, NO_ROOT if reader is not sent(call) else f"Simulated: {error}") from None


def disordered(reason: str, switches: EmSwitches) -> HTTPException:
    if switches.wrong_order == "null_reference":
        return refusal(500, NO_OBJECT)
    return refusal(400, f"Simulated: wrong order, {reason}")


def complete(value: Value, children: tuple[Child, ...]) -> None:
    """Raise the error that the server answers when a required element is missing."""
    if any(child.required and value.get(child.name) is None for child in children):
        raise refusal(500, NO_OBJECT)
