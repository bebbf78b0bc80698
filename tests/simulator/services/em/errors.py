# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors in the words of the service. A message that no source documents begins with `Simulated:`."""

from __future__ import annotations

from werkzeug.exceptions import HTTPException

# Captured from real servers (facts/em.md 3, 7, 9).
NO_ROOT = "Node [root] does not exist."
NO_OBJECT = "Object reference not set to an instance of an object."
NO_TASK = "There is no backup task with id [{}] in current rest session"
# Ours, for what the core refuses.
MESSAGES = {
    404: "Simulated: there is no such resource",
    405: "Simulated: the resource does not take this method",
    500: "Simulated: the request failed inside the server",
}
HTML = (
    "<html>\r\n<head><title>{0} {1}</title></head>\r\n<body>\r\n<center><h1>{0} {1}</h1></center>\r\n</body>\r\n</html>"
)


class Refusal(HTTPException):
    """An error with its own message; `cause` is the FirstChanceExceptionMessage of the answer."""

    def __init__(self, code: int, message: str, cause: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.cause = cause


def refusal(code: int, message: str, cause: str | None = None) -> Refusal:
    return Refusal(code, message, cause)


def not_found(what: str) -> Refusal:
    return Refusal(404, f"Simulated: {what} does not exist")


def message_of(error: HTTPException) -> str:
    """The message of an error of the service or of the core."""
    if isinstance(error, Refusal):
        return str(error.description)
    return MESSAGES.get(error.code or 500) or str(error.description)
