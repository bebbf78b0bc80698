# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came back from a server, and how an answer that is not 2xx, or of another shape, becomes an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

from .errors import BadAnswer, RestError, of_status, quoted

EXCERPT_CHARACTERS = 300
PROXY_ADVICE = "Is there a proxy or another product at this address?"
LOGS_ADVICE = "The server's own logs tell more."

Value = TypeVar("Value")
# Says whether the content of an answer fits the question that was asked.
Fits: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True)
class Answer:
    """An answer of a server: status, headers (case-insensitive) and text.

    `request` is `METHOD path`, for messages. `redact` takes the secrets of this conversation out of a text. `note` is
    a sentence about how it came, for the error that may be made of it.
    """

    service: str
    request: str
    status: int
    headers: Mapping[str, str]
    text: str
    redact: Callable[[str], str] = field(default=str, repr=False)
    note: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def excerpt(self) -> str:
        """The beginning of the answer, fit to be shown: redacted first and cut then, as half a secret is not found."""
        try:
            # Written anew, because a server may escape any character of a secret.
            whole = json.dumps(json.loads(self.text), ensure_ascii=False)
        except ValueError:
            whole = self.text
        return self.redact(whole)[:EXCERPT_CHARACTERS]

    def json(self) -> Any:
        """The body as JSON; None for an empty body. Raises BadAnswer with an excerpt."""
        if not self.text.strip():
            return None
        try:
            return json.loads(self.text)
        except ValueError:
            raise self.bad("the answer is not JSON") from None

    def json_object(self) -> Mapping[str, Any]:
        """The object that the body is; an empty one if it is none, as with an empty 401 or the page of a proxy."""
        try:
            body = self.json()
        except BadAnswer:
            return {}
        return body if isinstance(body, Mapping) else {}

    def fitting(self, value: Value, fits: Callable[[Value], bool] | None) -> Value:
        """`value`, which was read from this answer, if `fits` accepts it. Raises BadAnswer if not."""
        if fits and not fits(value):
            raise self.bad("the answer is not what this request is answered with")
        return value

    def bad(self, complaint: str) -> BadAnswer:
        """The error for an answer that this service does not give, with an excerpt."""
        return BadAnswer(
            f"{complaint}; it begins with: {quoted(self.excerpt)}" if self.text.strip() else "the answer is empty",
            "Is this the address of the service itself, and not of a proxy or another product?",
            service=self.service,
            request=self.request,
            status=self.status,
        )


def error_of(answer: Answer, message: str, advice: str, kind: type[RestError] | None = None, **facts: Any) -> RestError:
    """The error for an answer that is not 2xx.

    `message` is what the server says; it is redacted here. Where it says nothing, an excerpt is shown. `kind` is the
    kind of error, if the status alone does not say it. `facts` are further arguments of a RestError, such as `code`.
    """
    shown = answer.redact(message) or f"the answer begins with: {quoted(answer.excerpt)}"
    kind = kind or of_status(answer.status)
    advice = " ".join(part for part in (answer.note, advice) if part)
    return kind(shown, advice, service=answer.service, request=answer.request, status=answer.status, **facts)


def advice_for(status: int, known: Mapping[int, str]) -> str:
    """What to do about an answer of this status: advice_for(503, {500: "Look"}) is "Look".

    A status that is not known is treated as the x00 of its class, as HTTP has it (RFC 9110, 15).
    """
    default = PROXY_ADVICE if status < HTTPStatus.BAD_REQUEST else ""
    return known.get(status) or known.get(status // 100 * 100, default)
