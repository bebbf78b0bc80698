# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which format a client wants, and in which it has written: facts/em.md 3."""

from __future__ import annotations

from enum import Enum

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ...core.call import Call
from .codecs import json, xml
from .errors import NO_OBJECT, NO_ROOT, refusal
from .shapes.description import Part, Shape, Value
from .switches import EmSwitches


class Format(Enum):
    """The two formats, by what stands in the headers."""

    XML = xml.TYPE
    JSON = json.TYPE


def wanted(call: Call) -> Format:
    """JSON only when it is asked for by name, also as one of several; anything else is answered in XML."""
    return Format.JSON if Format.JSON.value in call.request.headers.get("Accept", "").lower() else Format.XML


def sent(call: Call) -> Format:
    return Format.JSON if call.request.mimetype == Format.JSON.value else Format.XML


def written(shape: Shape, value: Value, call: Call, switches: EmSwitches, status: int = 200) -> Response:
    """The answer in the format that the client wants."""
    if wanted(call) is Format.XML:
        return Response(xml.write(shape, value), status, content_type=xml.CONTENT_TYPE)
    style = json.Style(switches.json_keys == "camel", switches.nulls == "all", switches.empty_lists == "null")
    return Response(json.write(shape, value, style), status, content_type=json.CONTENT_TYPE)


def received(shape: Shape, call: Call, switches: EmSwitches) -> Value:
    """The value in the body, as far as the server finds it.

    The server of facts/em.md 3 reads a body in the format that it is to answer in, whatever the body's own type says;
    a body in the other format has no root for it.
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


def complete(value: Value, parts: tuple[Part, ...]) -> None:
    """Raises what the server does when a node that it needs is not there."""
    if any(part.required and value.get(part.name) is None for part in parts):
        raise refusal(500, NO_OBJECT)
