# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding many secrets in a text at once, in every spelling, at a cost that does not grow with their number.

Each secret is registered in the few forms that no decoding of a text leads to (base64, the wrong character set, line by
line). All forms are folded (see `decoding.fold`) and looked for together (see `sought`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Literal
from unicodedata import normalize

from .decoding import QUOTING, View, fold, settled, views
from .sought import Sought

# What is shorter is found where it stands alone (see `redaction`): in running text it would be found everywhere.
SHORTEST = 4
SHORTEST_LINE = 8
SHORTEST_OTHER_CASE = 8
NORMAL_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
# So much of a secret is looked for in base64; what follows it there is taken for the rest.
ENCODED_BYTES = 96
ESCAPING = re.compile(r"[\\&%]")
LINES = re.compile(r"[\r\n\u2028\u2029]+|\\+[rn]")
ESCAPED_QUOTING = (
    r"[\"'\\+]|%(?:25)*(?:2[27bB]|5[cC])|&(?:amp;)*(?:quot|apos|plus|bsol|#3[49]|#43|#92|#x2[27bB]|#x5[cC]);"
)
AFTER = re.compile(f"(?:{ESCAPED_QUOTING}|u00(?:2[27bB]|5[cC]))*")
BEFORE = re.compile(f"(?:{ESCAPED_QUOTING}|\\\\+u00(?:2[27bB]|5[cC]))*$")
BASE64 = r"[\w+/=-]|%2[bBfF]|%3[dD]|\\+u00(?:2[bBfF]|3[dD])|\\+/"
BASE64_AFTER = re.compile(rf"(?:{BASE64})*(?:(?:\s|\\+[rn])+(?:{BASE64}){{16,}})*")
# Of a text that is read backwards.
BASE64_BEFORE = re.compile(r"[\w+/=%\\-]*")
# How far a find is looked around for what belongs to it.
AROUND = 128
AROUND_BASE64 = 16 * 1024
# What belongs to a find: quoting before it, quoting after it, the base64 around it.
LEADS, TRAILS, ENCODED = 1, 2, 4

Span = tuple[int, int]


def forms(secret: str) -> Iterator[tuple[str, int]]:
    """Every form of a secret, folded, with what belongs to a find of it around it."""
    edges = (LEADS if secret[:1] in QUOTING else 0) | (TRAILS if secret[-1:] in QUOTING else 0)
    # A backslash before it may take its first letter for that of an escape.
    read = [view.text for text in (secret, f"\\{secret}") if ESCAPING.search(text) for view in settled(text)]
    plain = {secret, *read, *_misread(secret), *_alike(secret)}
    yield from ((fold(form), edges) for form in plain)
    lines = [part.strip() for part in LINES.split(secret)]
    if len(lines) > 1:
        yield from ((fold(line), edges) for line in lines if len(fold(line)) >= SHORTEST_LINE)
    if len(fold(secret)) >= SHORTEST:
        yield from ((form, ENCODED) for form in _in_base64(secret))


def _alike(secret: str) -> Iterator[str]:
    """A secret in the other normal forms of Unicode, and in small and large letters alone unless it may be a word."""
    normal = {secret} if secret.isascii() else {secret, *(normalize(name, secret) for name in NORMAL_FORMS)}
    yield from normal
    if len(secret) >= SHORTEST_OTHER_CASE:
        yield from (other for form in normal for other in (form.lower(), form.upper()))


def _misread(secret: str) -> Iterator[str]:
    """A secret as a server has it that took its UTF-8 for something else, or cannot write its letters."""
    if secret.isascii():
        return
    raw = secret.encode("utf-8", "surrogatepass")
    yield raw.decode("latin-1")
    yield raw.decode("cp1252", "replace")
    yield from (secret.encode(charset, "replace").decode(charset) for charset in ("ascii", "latin-1", "cp1252"))
    yield "".join(char if char.isascii() else "\ufffd" for char in secret)
    yield secret.encode("latin-1", "replace").decode("utf-8", "replace")


def _in_base64(secret: str) -> Iterator[str]:
    """What base64 of anything that holds the secret has in it: it may begin at any of three places of a group."""
    for raw in (secret.encode("utf-8", "surrogatepass"), secret.encode("utf-16-le", "surrogatepass")):
        head = raw[:ENCODED_BYTES]
        for shift in range(3):
            whole = b64encode(bytes(shift) + head).decode()
            # Only the characters that are made of bits of the secret alone.
            inner = whole[-(-8 * shift // 6) : 8 * (shift + len(head)) // 6]
            for form in (fold(inner), inner.replace("+", "-").replace("/", "_")):
                if len(form) >= SHORTEST:
                    yield form


class Index:
    """The forms of all secrets, to be looked for together."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._around: dict[str, int] = {}
        for secret in secrets:
            for form, around in forms(secret):
                if len(form) >= SHORTEST:
                    self._around[form] = self._around.get(form, 0) | around
        self._forms = Sought(self._around)

    def spans(self, text: str) -> list[Span]:
        """Where secrets stand in a text, in whatever spelling; overlapping ones are one."""
        found = [span for view in views(text) for span in self._in_view(text, view)] if self._forms else []
        return merged(found)

    def _in_view(self, text: str, view: View) -> Iterator[Span]:
        # Where something stands in the folded view is worked out only if there is something.
        seen = fold(view.text)
        places = self._forms.places(seen)
        if not places:
            return
        folded = view.folded()
        for place in places:
            form = self._forms.at(seen, place)
            if form:
                start, end = folded.origin(place, place + len(form))
                yield _widened(text, start, end, self._around[form])


def _widened(text: str, start: int, end: int, around: int) -> Span:
    """A find together with what belongs to it around it."""
    if around & TRAILS:
        end = _end(AFTER, text, end, AROUND)
    if around & LEADS:
        before = BEFORE.search(text[max(0, start - AROUND) : start])
        start -= len(before[0]) if before else 0
    if around & ENCODED:
        end = _end(BASE64_AFTER, text, end, AROUND_BASE64)
        before = BASE64_BEFORE.match(text[max(0, start - AROUND_BASE64) : start][::-1])
        start -= before.end() if before else 0
    return start, end


def _end(pattern: re.Pattern[str], text: str, end: int, reach: int) -> int:
    found = pattern.match(text, end, end + reach)
    return found.end() if found else end


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in their order; those that overlap are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
