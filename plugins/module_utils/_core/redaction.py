# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redacting secrets in whatever is shown, in every spelling that servers and protocols use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

SEPARATOR = "\0"
MASK = "********"
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda value: json.dumps(value)[1:-1],
    lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    escape,
    lambda value: quote(value, safe=""),
    quote_plus,
)


class Secrets:
    """The values that must never be shown, and the ways to redact them."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def add(self, *values: Any) -> None:
        """Remember every text in these values, as it is and as it is written in JSON, pages, forms and URLs."""
        for value in _texts(values):
            self._forms |= {value, *(spell(value) for spell in SPELLINGS)}

    def redact(self, text: str) -> str:
        """A text with every secret in it replaced by asterisks."""
        # The longest first: a secret may contain another one. Sorted here, since adding is frequent and this is rare.
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, MASK)
        return text

    def redact_within(self, value: Any) -> Any:
        """A value of JSON with every text in it redacted."""
        if isinstance(value, Mapping):
            return {name: self.redact_within(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.redact_within(part) for part in value]
        return self.redact(value) if isinstance(value, str) else value

    def redact_all(self, texts: Sequence[str]) -> list[str]:
        """Many texts in one pass: a log has as many lines as an estate has objects, and there may be many secrets."""
        clean = self.redact(SEPARATOR.join(texts)).split(SEPARATOR)
        # A server that sends the separator itself gets the slow way.
        return clean if len(clean) == len(texts) else [self.redact(text) for text in texts]


def values_in(secrets: Any) -> Iterator[str]:
    """Every value in a structure of secrets that is worth hiding: texts and numbers, not flags."""
    if isinstance(secrets, Mapping):
        secrets = list(secrets.values())
    if isinstance(secrets, list):
        for part in secrets:
            yield from values_in(part)
    elif secrets not in (None, "", True, False):
        yield str(secrets)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a structure, without the empty ones."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | set):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str) and value:
        yield value
