# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the vCenter: a closed set of kinds and a list of messages; each face writes them in its own way."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import HTTPException

from .types import STRING, Field, ListOf, Structure, maybe

Message = dict[str, Any]
PREFIX = "com.vmware.vapi.std.errors."
AUTHENTICATION_TEXT = "Authentication required."
AUTHENTICATION_REQUIRED = "com.vmware.vapi.endpoint.method.authentication.required"
FIELD_MISSING = "vapi.data.structure.field.missing"
NO_SUCH_PATH = "com.vmware.vapi.rest.httpNotFound"
# Ids of messages that no source documents begin with this.
OWN = "simulator."
SINCE_ERROR_TYPE = (7, 0)

MESSAGE = Structure(
    "com.vmware.vapi.std.localizable_message",
    (
        Field("id", STRING),
        Field("default_message", STRING),
        Field("args", ListOf(STRING)),
        maybe("params", STRING),
        maybe("localized", STRING),
    ),
)


class VapiError(HTTPException):
    """An error of a kind, such as `feature_in_use`; `code` is set only where the core decides the status."""

    def __init__(self, kind: str, *messages: Message, code: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.messages = messages
        self.code = code


def message(message_id: str, text: str, *args: str) -> Message:
    return {"id": message_id, "default_message": text, "args": list(args)}


def own(message_id: str, text: str, *args: str) -> Message:
    """A message that the simulator has invented."""
    return message(OWN + message_id, text, *args)


def error(kind: str, message_id: str, text: str, *args: str) -> VapiError:
    return VapiError(kind, own(message_id, text, *args))


def invalid(text: str, *args: str, message_id: str = "argument.invalid") -> VapiError:
    return error("invalid_argument", message_id, text, *args)


def lacking(place: str, name: str) -> VapiError:
    """A required field is missing: the usual error for a body in the wrong style."""
    text = f"'{place}' lacks the required field '{name}'."
    return VapiError("invalid_argument", message(FIELD_MISSING, text, place, name))


def unauthenticated() -> VapiError:
    return VapiError("unauthenticated", message(AUTHENTICATION_REQUIRED, AUTHENTICATION_TEXT))


def structure_of(kind: str) -> Structure:
    """The structure of an error of this kind."""
    fields: tuple[Field, ...] = (
        Field("messages", ListOf(MESSAGE)),
        maybe("data", STRING),
        maybe("error_type", STRING, since=SINCE_ERROR_TYPE),
    )
    if kind == "unauthenticated":
        fields += (maybe("challenge", STRING, since=SINCE_ERROR_TYPE),)
    return Structure(PREFIX + kind, fields)


def value_of(problem: VapiError) -> dict[str, Any]:
    """An error as a value of its structure."""
    value: dict[str, Any] = {"messages": list(problem.messages), "error_type": problem.kind.upper()}
    if problem.kind == "unauthenticated":
        value["challenge"] = 'Basic realm="VAPI endpoint"'
    return value


# Status of an error of the core, or of an injected one -> its kind.
KINDS = {
    400: "invalid_request",
    401: "unauthenticated",
    403: "unauthorized",
    404: "not_found",
    405: "operation_not_found",
    503: "service_unavailable",
}


def of_core(problem: HTTPException) -> VapiError:
    """An error of the core in the words of the service; its status stays."""
    if isinstance(problem, VapiError):
        return problem
    status = problem.code or 500
    text = problem.description or "The operation failed."
    worded = {
        401: message(AUTHENTICATION_REQUIRED, AUTHENTICATION_TEXT),
        404: message(NO_SUCH_PATH, "Not found."),
    }.get(status, own(f"status.{status}", text))
    return VapiError(KINDS.get(status, "error"), worded, code=status)
