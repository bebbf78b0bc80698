# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came back from a server, and how an answer that is not 2xx, or of another shape, becomes an error."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

from .errors import BadAnswer, RestError, UnknownOutcome, of_status, quoted
from .strangers import advice_about

EXCERPT_CHARACTERS = 300
# So much of an answer is looked at for an excerpt.
EXCERPT_WINDOW = 64 * 1024
MASKED_WHOLE = "********"
BYTE_ORDER_MARK = "\ufeff"
# Deeper than any answer of these services, and far from where Python gives up.
DEEPEST = 100
# The digits of a 64-bit number with its sign; the rest is room.
LONGEST_NUMBER = 30
# To look for so many digits without regard to which they are.
MANY_DIGITS = b"0" * LONGEST_NUMBER
DIGITS_ALIKE = bytes.maketrans(b"123456789", b"0" * 9)
# To look for brackets without regard to what they hold.
BRACKETS_ALIKE = bytes.maketrans(b"{}", b"[]")
NO_MARKS = bytes(set(range(256)) - set(b'[]{}"'))
LONGEST_MEDIA_TYPE = 60
PROXY_ADVICE = "Is there a proxy or another product at this address?"
WHERE_ADVICE = "Is this the address and the port of the service?"
LOGS_ADVICE = "The server's own logs tell more."

Value = TypeVar("Value")
# Says whether the content of an answer fits the question that was asked; raises Misfit where it can name the field.
Fits: TypeAlias = Callable[[Any], bool]


LOST_HINT = "The request was carried out as far as the status says; run the task again: it looks before it writes."


class Misfit(ValueError):
    """Why the content of an answer does not fit: a field, and what is wrong with it."""


@dataclass(frozen=True)
class Answer:
    """An answer of a server: status, headers (case-insensitive) and text.

    `request` is `METHOD path`, for messages. `redact` makes a text fit for a message, without the secrets of this
    conversation. Nothing of a `sealed` answer is quoted: it may hold tokens, in whatever shape. `note` is a
    sentence about how it came, for the error that may be made of it.
    """

    service: str
    request: str
    status: int
    headers: Mapping[str, str]
    text: str
    redact: Callable[[str], str] = field(default=str, repr=False)
    note: str = ""
    sealed: bool = False

    @property
    def ok(self) -> bool:
        """Whether this is the whole of a good answer; nobody here asks for a part."""
        return 200 <= self.status < 300 and self.status != HTTPStatus.PARTIAL_CONTENT

    @property
    def excerpt(self) -> str:
        """The beginning of the answer, fit to be shown: redacted first and cut then, as half a secret is not found."""
        whole, cut = self.text[:EXCERPT_WINDOW], len(self.text) > EXCERPT_WINDOW
        with suppress(ValueError, RecursionError):
            # Written anew, as a person reads it.
            whole = self.text if cut else json.dumps(json.loads(self.text), ensure_ascii=False)
        clean = self.redact(whole[:EXCERPT_WINDOW])
        # Nearly all of it is secret, so what is left may be the beginning of another one.
        return MASKED_WHOLE if cut and len(clean) < EXCERPT_WINDOW / 2 else clean[:EXCERPT_CHARACTERS]

    @property
    def beginning(self) -> str:
        """How the answer begins, for a message; of a sealed one its kind and size alone."""
        if not self.sealed:
            return f"it begins with: {quoted(self.excerpt)}"
        media = self.redact(str(self.headers.get("Content-Type") or ""))[:LONGEST_MEDIA_TYPE] or "no type"
        return f"{len(self.text)} characters of {media}, which are not shown because it answers a sign-in"

    def json(self) -> Any:
        """The body as JSON; None for an empty body. Raises BadAnswer with an excerpt."""
        try:
            return parsed(self.text)
        except ValueError as reason:
            raise self.bad(f"the answer is not JSON that can be read ({reason})") from None

    def json_object(self) -> Mapping[str, Any]:
        """The object that the body is; an empty one if it is none, as with an empty 401 or the page of a proxy."""
        try:
            body = self.json()
        except BadAnswer:
            return {}
        return body if isinstance(body, Mapping) else {}

    def anothers(self) -> str:
        """What to do if another service than the one that was asked gave this answer; `''` if it may be its own."""
        return advice_about(self.service, self.status, self.headers, self.json_object(), self.text)

    def fitting(self, value: Value, fits: Callable[[Value], bool] | None) -> Value:
        """`value`, which was read from this answer, if `fits` accepts it. Raises BadAnswer if not."""
        try:
            good = not fits or fits(value)
        except Misfit as reason:
            raise self.bad(f"the answer is not what this request is answered with: {reason}") from None
        if not good:
            raise self.bad("the answer is not what this request is answered with")
        return value

    def content(self, fits: Fits | None, writes: bool) -> Any:
        """The JSON of a good answer, if `fits` accepts it.

        Raises BadAnswer; for a request that `writes` UnknownOutcome, because what such an answer was to say is lost.
        """
        return self.unless_lost(lambda: self.fitting(self.json(), fits), writes)

    def unless_lost(self, read: Callable[[], Value], writes: bool) -> Value:
        """What `read` reads from this answer. Its BadAnswer is an UnknownOutcome if the request `writes`."""
        try:
            return read()
        except BadAnswer as error:
            if not writes or self.request.startswith("GET "):
                raise
            where: dict[str, Any] = {"service": self.service, "request": self.request, "status": self.status}
            raise UnknownOutcome(error.server_message, LOST_HINT, **where) from None

    def bad(self, complaint: str) -> BadAnswer:
        """The error for an answer that this service does not give, with an excerpt."""
        return BadAnswer(
            f"{complaint}; {self.beginning}" if self.text.strip() else "the answer is empty",
            "Is this the address of the service itself, and not of a proxy or another product?",
            service=self.service,
            request=self.request,
            status=self.status,
        )


def parsed(text: str) -> Any:
    """A text as JSON; None for an empty one, and a byte order mark is skipped. Raises ValueError with a reason.

    What Python reads and nothing can be done with is refused: texts that are no Unicode, and what is too deep for
    whatever goes through it.
    """
    text = text.lstrip(BYTE_ORDER_MARK).strip()
    if not text:
        return None
    # A look at each value in Python would take longer than the reading, so C looks at the bytes.
    data = text.encode("utf-8", "surrogatepass")
    parse_int = _number if MANY_DIGITS in data.translate(DIGITS_ALIKE) else None
    try:
        value = json.loads(text, parse_int=parse_int, parse_float=_fraction, parse_constant=_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it is malformed") from None
    if b"\\ud" in data or b"\\uD" in data:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a character") from None
    left = _brackets(data)
    for _depth in range(DEEPEST):
        # The innermost ones go.
        left = left.replace(b"[]", b"")
    if left:
        raise ValueError("it is nested too deeply")
    return value


def _brackets(data: bytes) -> bytes:
    """The brackets of a JSON that are not in its strings, all of them as square ones."""
    if b'\\"' in data:
        # What is left of these begins or ends a string.
        data = data.replace(rb"\\", b"").replace(b'\\"', b"")
    # A string without a bracket is a pair of quotation marks here. If one has a bracket, at least one mark stays.
    found = data.translate(BRACKETS_ALIKE, NO_MARKS).replace(b'""', b"")
    if b'"' in found:
        found = b"".join(data.split(b'"')[::2]).translate(BRACKETS_ALIKE, NO_MARKS)
    return found


def _number(digits: str) -> int:
    """Raises ValueError for what is no number (NaN) and for one of more digits than any number of a server has."""
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number of too many digits")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number of too many digits")
    return number


def error_of(answer: Answer, message: str, advice: str, kind: type[RestError] | None = None, **facts: Any) -> RestError:
    """The error for an answer that is not 2xx.

    `message` is what the server says; it is redacted here. Where it says nothing, an excerpt is shown. `kind` is the
    kind of error, if the status alone does not say it. `facts` are further arguments of a RestError, such as `code`.
    """
    shown = answer.redact(message) or (
        f"the answer is {answer.beginning}" if answer.sealed else f"the answer begins with: {quoted(answer.excerpt)}"
    )
    kind = kind or of_status(answer.status)
    # Each of these services has words for what it does not find; who says nothing may be another.
    nothing = answer.status == HTTPStatus.NOT_FOUND and not answer.text.strip()
    advice = answer.anothers() or advice or (WHERE_ADVICE if nothing else "")
    advice = " ".join(part for part in (answer.note, advice) if part)
    facts |= {"code": answer.redact(facts["code"])} if "code" in facts else {}
    return kind(shown, advice, service=answer.service, request=answer.request, status=answer.status, **facts)


def advice_for(status: int, known: Mapping[int, str]) -> str:
    """What to do about an answer of this status: advice_for(503, {500: "Look"}) is "Look".

    A status that is not known is treated as the x00 of its class, as HTTP has it (RFC 9110, 15).
    """
    default = PROXY_ADVICE if status < HTTPStatus.BAD_REQUEST else ""
    return known.get(status) or known.get(status // 100 * 100, default)
