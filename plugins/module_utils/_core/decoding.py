# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a text as its writer meant it: escapes decoded, blanks folded, and every place mapped back to the text.

A server quotes what it was sent in its own way: JSON, HTML, a URL, or one of them within another. A `View` is the text
after some of these were undone. A secret is looked for in all views; `View.origin` says where it stands in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

# What gets lost, doubled or added on the way: blanks, line ends, quotes, backslashes, and + (a blank in a form).
QUOTING = "\"'\\+"
BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200C))
)
FOLDED = dict.fromkeys(map(ord, QUOTING + BLANKS))
FOLDS = re.compile(f"[{re.escape(QUOTING + BLANKS)}]+")
# How JSON, JavaScript, Java, C# and Python escape a character; the pair of a character beyond U+FFFF comes first.
BACKSLASH = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)",
    re.S,
)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+|%u[0-9a-fA-F]{4}")
ANY_ESCAPE = re.compile(f"{BACKSLASH.pattern}|{ENTITY.pattern}|{PERCENT.pattern}", re.S)
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "b": "\b", "0": "\0"}
# A text within a text within a text; deeper than this, all kinds of escapes are undone at once.
EXACT_LAYERS = 3
MOST_ROUNDS = 8


@dataclass(frozen=True)
class View:
    """A text in which escapes were replaced, and the view that it was made of (None: it is the text itself).

    The `number`th replacement stands at `starts` to `ends` here, and stood at `old_starts` to `old_ends` there.
    """

    text: str
    parent: View | None = None
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    old_starts: tuple[int, ...] = ()
    old_ends: tuple[int, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` come from; what is replaced in part counts as a whole."""
        view = self
        while view.parent is not None:
            start, end = view._before(start)[0], view._before(end - 1)[1]
            view = view.parent
        return start, end

    def _before(self, place: int) -> tuple[int, int]:
        """The beginning and the end of what one character was made of."""
        number = bisect_right(self.starts, place) - 1
        if number < 0:
            return place, place + 1
        if place < self.ends[number]:
            return self.old_starts[number], self.old_ends[number]
        old = self.old_ends[number] + place - self.ends[number]
        return old, old + 1

    def replaced(self, pattern: re.Pattern[str], meaning: Callable[[str], str]) -> View:
        """The view in which everything that a pattern finds is replaced by its meaning; itself if there is nothing."""
        pieces: list[str] = []
        places: list[tuple[int, int, int, int]] = []
        at = done = 0
        for found in pattern.finditer(self.text):
            piece = meaning(found[0])
            pieces += [self.text[done : found.start()], piece]
            at += found.start() - done
            places.append((at, at + len(piece), found.start(), found.end()))
            at, done = at + len(piece), found.end()
        if not places:
            return self
        pieces.append(self.text[done:])
        return View("".join(pieces), self, *zip(*places, strict=True))

    def folded(self) -> View:
        """The view without blanks and quoting."""
        return self.replaced(FOLDS, lambda _found: "")


def views(text: str) -> Iterator[View]:
    """A text as it stands, with up to three layers of escapes undone, each of one kind, and with all of them undone.

    How many there are depends on the kinds of escapes in the text, and not on its length. None comes twice.
    """
    layer = [View(text)]
    seen = {text}
    yield from layer
    for _depth in range(EXACT_LAYERS):
        deeper = [view.replaced(pattern, meaning) for view in layer for pattern, meaning in CODECS]
        layer = _fresh(deeper, seen)
        yield from layer
    if len(seen) > 1:
        yield from _fresh(settled(text), seen)


def _fresh(found: list[View], seen: set[str]) -> list[View]:
    """Those whose text was not seen, which is now."""
    fresh = list({view.text: view for view in found if view.text not in seen}.values())
    seen.update(view.text for view in fresh)
    return fresh


def settled(text: str) -> list[View]:
    """The views in which no escape of one kind is left, however deep it was, or none of any kind."""
    return [_settled(View(text), pattern, meaning) for pattern, meaning in (*CODECS, (ANY_ESCAPE, _of_any))]


def _settled(view: View, pattern: re.Pattern[str], meaning: Callable[[str], str]) -> View:
    for _round in range(MOST_ROUNDS):
        after = view.replaced(pattern, meaning)
        if after is view:
            break
        view = after
    return view


def fold(text: str) -> str:
    """A text without blanks and quoting."""
    return text.translate(FOLDED)


def _of_backslash(found: str) -> str:
    kind, digits = found[1], found[2:]
    if kind not in "uUx" or not digits:
        return CONTROLS.get(kind, kind)
    if "\\" in digits:
        high, low = int(digits[:4], 16), int(digits[6:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else found


def _of_percent(found: str) -> str:
    if found[1] == "u":
        return chr(int(found[2:], 16))
    encoded = unquote_to_bytes(found)
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        return encoded.decode("latin-1")


def _of_any(found: str) -> str:
    codec = {"\\": _of_backslash, "&": unescape, "%": _of_percent}[found[0]]
    return codec(found)


CODECS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (BACKSLASH, _of_backslash),
    (ENTITY, unescape),
    (PERCENT, _of_percent),
)
