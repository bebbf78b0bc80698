# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and errors in the words of the service: problem documents, with keys by status (facts/vbaz.md 6)."""

from __future__ import annotations

import json
import uuid
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from ...core.call import Call
from ...core.store import NAMESPACE

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
ABOUT = "https://tools.ietf.org/html/rfc9110"
INVALID = "One or more validation errors occurred."
_ANY = ("type", "title", "status", "traceId")
# Status -> the keys of its problem document; any other status has those of `_ANY` and a detail.
KEYS: dict[int, tuple[str, ...]] = {
    400: (*_ANY, "detail", "errors"),
    401: ("type", "title", "status", "detail"),
    403: ("type", "title", "status", "licenseAgreementAcceptanceRequired"),
    404: (*_ANY, "detail", "instance"),
    409: (*_ANY, "detail", "instance"),
    415: _ANY,
    429: ("title", "status", "traceId", "detail"),
}
# A refused sign-in has other keys than a refused token.
SIGN_IN_KEYS = (*_ANY, "detail", "instance")


class Problem(HTTPException):
    """An error. `errors` says what is wrong with each field; `keys` replace the usual keys of the status."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: dict[str, list[str]] | None = None,
        keys: tuple[str, ...] = (),
        agreement: bool = False,
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.errors = errors
        self.keys = keys
        self.agreement = agreement


def invalid(**errors: str) -> Problem:
    """A 400 that says what is wrong with each field."""
    return Problem(400, INVALID, {field: [text] for field, text in errors.items()})


def not_found(what: str, row_id: str) -> Problem:
    return Problem(404, f"{what} with ID {row_id} was not found.")


def translate(error: HTTPException, call: Call) -> Response:
    """Turn an error of the core or of a resource into an answer of the service."""
    if isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    title = HTTP_STATUS_CODES.get(status, "Error")
    known: dict[str, Any] = {
        "type": f"{ABOUT}#section-15",
        "title": INVALID if getattr(error, "errors", None) else title,
        "status": status,
        "traceId": _trace(call),
        "detail": error.description or title,
        "instance": call.request.path,
        "errors": getattr(error, "errors", None) or {},
        "licenseAgreementAcceptanceRequired": getattr(error, "agreement", False),
    }
    keys = getattr(error, "keys", ()) or KEYS.get(status, (*_ANY, "detail"))
    return Response(json.dumps({key: known[key] for key in keys}), status, content_type=PROBLEM)


def _trace(call: Call) -> str:
    """A predictable trace id that looks like a real one."""
    name = uuid.uuid5(NAMESPACE, f"{call.request.method} {call.request.path}").hex
    return f"00-{name}-{name[:16]}-00"


def json_answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type=JSON)
