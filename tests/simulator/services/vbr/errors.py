# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and errors in the words of the service, and the checks of a request's body that raise them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException

JSON = "application/json; charset=utf-8"
# Codes for errors raised by the core; a status that is not here is an unknown error.
CODES = {
    400: "UnexpectedContent",
    401: "AccessDenied",
    403: "AccessDenied",
    404: "NotFound",
    405: "MethodNotAllowed",
    500: "ServiceUnavailable",
    503: "ServiceUnavailable",
}
MESSAGES = {
    404: "The requested path does not exist",
    405: "This method is not served on this path",
    500: "The request failed inside the server",
}


def answer(status: int, code: str, message: str, resource_id: str | None = None) -> Response:
    body = {"errorCode": code, "message": message, "resourceId": resource_id}
    return Response(json.dumps(body), status, content_type=JSON)


def refusal(status: int, code: str, message: str, resource_id: str | None = None) -> HTTPException:
    """An exception that becomes this answer."""
    return HTTPException(response=answer(status, code, message, resource_id))


def bad_request(message: str, code: str = "UnexpectedContent") -> HTTPException:
    return refusal(400, code, message)


def not_found(resource_id: str) -> HTTPException:
    return refusal(404, "NotFound", f"Resource with ID {resource_id} does not exist", resource_id)


def translate(error: HTTPException) -> Response:
    """Turn an error of the core or of a resource into an answer of the service."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    message = MESSAGES.get(status) or error.description or "Error"
    return answer(status, CODES.get(status, "UnknownError"), message)


def json_answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type=JSON)


def require(model: Mapping[str, Any], *names: str) -> None:
    """Raise a 400 that lists the missing fields; null is missing."""
    missing = [name for name in names if model.get(name) is None]
    if missing:
        raise bad_request(f"{', '.join(missing)} is required")
