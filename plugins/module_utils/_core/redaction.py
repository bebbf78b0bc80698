# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redacting secrets in whatever is shown: those that are known, in every spelling, and whatever looks like a token.

Where it cannot be said exactly what belongs to a secret, more is redacted, never less.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from .decoding import fold
from .errors import visible
from .spellings import SHORTEST, Index, Span, merged

SEPARATOR = "\0"
# A text with one of these has to be read in more than one way; the last one separates texts here.
ESCAPES = re.compile(r"[\\&%\0]")
MASK = "********"
# What may stand between a name and its value: "name": "value", name=value, <name>value, and the same escaped.
LINK = r"(?:[\s\"'\\=:>\[]|&quot;|&#34;|&gt;|%22|%3[aAdD]|u0022|u003[aAdDeE])+"
VALUE = r"(?P<value>[^\s\"'\\&<>,;{}\[\]]+)"
TOKEN_NAME = (
    r"(?:access|refresh|id|mfa|auth|bearer|session)[_-]?token|X-RestSvcSessionId|vmware-api-session-id|client_secret"
)
NAMED_TOKEN = re.compile(rf"(?:{TOKEN_NAME}){LINK}(?P<value>[^\s\"'\\&<>,;{{}}\[\]]{{8,}})", re.I)
TOKENS = (
    NAMED_TOKEN,
    # With a digit in it, or so long that it is no word: "Bearer authentication is required" stays.
    re.compile(
        r"\b(?:bearer|basic)(?:\s|%20|\+)+(?P<value>(?=[\w.~+/%-]*[0-9=])[\w.~+/=%-]{8,}|[\w.~+/=%-]{24,})", re.I
    ),
    # A JSON web token.
    re.compile(r"(?P<value>\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]+)*)"),
    # The password of an account in a URL.
    re.compile(r"://[^\s/:@\"'<>]*:(?P<value>[^\s/@\"'<>]+)(?=@)"),
)
# How the name of a secret value ends: adminPassword, private_key, share.password. A plural does not count:
# {"encryptionPasswords": 4} is a number of them.
SECRET_NAME = re.compile(
    r"(?:pass(?:word|phrase)|(?:private|shared|secret|account|api)[_-]?key|key[_-]?file|client[_-]?secret"
    rf"|community[_-]?string|handshake[_-]?code|recovery[_-]?token|{TOKEN_NAME})$|^secret$",
    re.I,
)
# Where a short secret is redacted: between quotes, and after the name of a secret.
QUOTED = re.compile(r"(?<=(?P<quote>[\"'`>]))(?P<value>[^\"'`<>]{1,3}?)(?=\\?(?P=quote)|<)")
NAMED = re.compile(rf"(?:password|passphrase|secret|key|token|code|pin){LINK}{VALUE}", re.I)
# The keys of results, which are names and no values.
WORD = re.compile(r"[a-z_]+")
# A key of a server that is a plain word and shorter is taken for a name, though it be somebody's password.
SHORTEST_KEY = 5
# Records have the same few hundred names again and again; those that a server makes up are not all to be kept.
NAMES_REMEMBERED = 4096
# Words of ours, by the key under which they stand; each may be a key itself.
Words = Mapping[str, Collection[str]]
NO_WORDS: Words = {}


class Secrets:
    """The values that must never be shown, and the ways to redact them.

    While one thread redacts, another may add: an index is made anew, and never changed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._short: set[str] = set()
        self._index: Index | None = None
        self._exact: re.Pattern[str] | None = None

    def add(self, *values: Any) -> None:
        """Remember every text and every number in these values."""
        fresh = {value for value in values_in(list(values)) if value not in self._known}
        if fresh:
            with self._lock:
                self._known |= fresh
                self._short |= {value.strip() for value in fresh if len(value.strip()) < SHORTEST} - {""}
                self._index = None

    def redact(self, text: str) -> str:
        """A text with every secret in it replaced by asterisks."""
        if self._short and text.strip() in self._short:
            return MASK
        pieces: list[str] = []
        done = 0
        for start, end in self._spans(text):
            pieces += [text[done:start], MASK]
            done = end
        return "".join([*pieces, text[done:]]) if pieces else text

    def line(self, text: str) -> str:
        """What a server says, as a message has it: without secrets, and with nothing that acts on a terminal."""
        return visible(self.redact(text))

    def redact_all(self, texts: Sequence[str]) -> list[str]:
        """Many texts in one pass: a log has as many lines as an estate has objects, and there may be many secrets."""
        plain = [text for text in dict.fromkeys(texts) if not ESCAPES.search(text)]
        together = self.redact(SEPARATOR.join(plain)).split(SEPARATOR)
        clean = dict(zip(plain, together, strict=True)) if len(plain) == len(together) else {}
        # One by one: what has escapes, whose decoding costs more, and what is nothing but a short secret.
        return [
            clean[text] if text in clean and text.strip() not in self._short else self.redact(text) for text in texts
        ]

    def redact_within(self, value: Any, words: Words | None = None, answers: Collection[str] = ()) -> Any:
        """A value of JSON with every text in it redacted, and every number that is or holds a secret.

        What stands under the name of a secret is none to be shown, even if nobody registered it. A text that is as a
        whole one of the `words` of its place stays, also if it is somebody's password: others go by it. Under the keys
        `answers` is what a server answered, as it is: no name in it is one of ours.
        """
        texts = list(_shown_texts(value))
        clean = self.redact_all(texts)
        changed = {old: new for old, new in zip(texts, clean, strict=True) if old != new}
        return Rebuilding(changed, words or NO_WORDS, answers).rebuilt(value)

    def _spans(self, text: str) -> list[Span]:
        index, exact = self._prepared()
        found = index.spans(text)
        found += [match.span("value") for pattern in TOKENS for match in pattern.finditer(text)]
        if exact:
            found += [match.span() for match in exact.finditer(text)]
        if self._short:
            alone = (match for pattern in (QUOTED, NAMED) for match in pattern.finditer(text))
            found += [match.span("value") for match in alone if match["value"].strip() in self._short]
        return merged(found)

    def _prepared(self) -> tuple[Index, re.Pattern[str] | None]:
        """What is looked for. Sorted here and not when a secret is added: adding is frequent, showing is rare."""
        with self._lock:
            if self._index is None:
                # Almost nothing but blanks and quoting, which the index looks through.
                bare = [value for value in self._known if len(fold(value)) < SHORTEST <= len(value.strip())]
                written = {form for value in bare for form in _written(value)}
                ordered = sorted(written, key=len, reverse=True)
                self._exact = re.compile("|".join(map(re.escape, ordered))) if ordered else None
                self._index = Index(self._known)
            return self._index, self._exact


def values_in(secrets: Any) -> Iterator[str]:
    """Every value in a structure of secrets that is worth hiding: texts and numbers, not flags, nor 0 and 1."""
    if isinstance(secrets, Mapping):
        secrets = list(secrets.values())
    if isinstance(secrets, list | tuple | set | frozenset):
        for part in secrets:
            yield from values_in(part)
    elif secrets not in (None, "", True, False):
        yield str(secrets)


def is_secret(name: Any, value: Any) -> bool:
    """Whether a value is a secret because of its name: a text or a number, not a flag."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == "":
        return False
    return _names_a_secret(name if isinstance(name, str) else str(name))


@lru_cache(maxsize=NAMES_REMEMBERED)
def _names_a_secret(name: str) -> bool:
    return SECRET_NAME.search(name) is not None


def _written(value: str) -> Iterable[str]:
    return value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], escape(value), quote(value, "")


def _shown_texts(value: Any) -> Iterator[str]:
    """Every text in a structure as it would be shown, keys and numbers too."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, (dict, Mapping)):
            left += part
            left += part.values()
        elif isinstance(part, (list, tuple)):
            left += part
        elif isinstance(part, (int, float)) and not isinstance(part, bool):
            yield str(part)


@dataclass(frozen=True)
class Rebuilding:
    """How a structure is made anew with its `changed` texts in their places; see `Secrets.redact_within`."""

    changed: Mapping[str, str]
    words: Words
    answers: Collection[str]

    def rebuilt(self, value: Any, place: Any = None, ours: bool = True) -> Any:
        """`place` is the key under which a value stands, `ours` whether its keys that are plain words are ours."""
        if isinstance(value, str):
            kept = value not in self.changed or value in self.words.get(place, ())
            return value if kept else self.changed[value]
        if isinstance(value, (dict, Mapping)):
            return {
                self._key(name, ours): MASK
                if is_secret(name, part)
                else self.rebuilt(part, name, ours and name not in self.answers)
                for name, part in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.rebuilt(part, place, ours) for part in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            # A number of one to three digits is everywhere: it is hidden by its name alone.
            return MASK if str(value) in self.changed and len(str(value)) >= SHORTEST else value
        return value

    def _key(self, name: Any, ours: bool) -> Any:
        """A key without secrets. One that is a plain word is a name of ours, unless a server chose it."""
        if not isinstance(name, str) or name not in self.changed:
            return name
        clean = self.changed[name]
        if WORD.fullmatch(name) and (ours or clean != MASK or len(name) < SHORTEST_KEY):
            return name
        return name if any(name in of_place for of_place in self.words.values()) else clean
