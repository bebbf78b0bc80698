# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries: secrets that can be found again in whatever form they come out, and the search for them."""

from __future__ import annotations

import base64
import html
import json
import random
import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.collection import records
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS, unique_id

# Quotes, a backslash, letters beyond ASCII, what forms, URLs and pages escape; no `{{`, which would be a template.
AWKWARD = "\"'\\é€𝄞 &+%=#;<>|$`!"
KEY_LINES = 24
# What a song is made of: no way of writing a secret down can change it, except base64.
LETTERS = string.ascii_lowercase + string.digits
SONG_LETTERS = 20

GivenSecrets = dict[str, dict[str, dict[str, str]]]


class Aviary:
    """Makes canaries, no two with the same song, and remembers whose is which."""

    def __init__(self) -> None:
        self.songs: dict[bytes, str] = {}
        self._forms: dict[bytes, tuple[bytes, ...]] = {}
        self._dice = random.Random(7)

    def canary(self, name: str, lines: int = 1) -> str:
        """A secret; with `lines`, a text like a private key with a song in each line."""
        if lines == 1:
            return f"{self._song(name)}{AWKWARD}{self._song(name)}"
        body = "\n".join(f"{self._song(name)}+/{AWKWARD}" for _line in range(lines))
        return f"-----BEGIN KEY-----\n{body}\n-----END KEY-----\n"

    def _song(self, name: str) -> str:
        song = "".join(self._dice.choices(LETTERS, k=SONG_LETTERS))
        self.songs[song.encode()] = name
        return song

    def learn(self, name: str, secret: str) -> None:
        """One more secret to listen for, made by somebody else: a token."""
        self.songs[secret.encode()] = name

    def heard_in(self, place: str, content: bytes) -> list[str]:
        """Sentences about the canaries in a content: as letters, or in base64 wherever they stand in what was encoded.

        All other ways of writing a secret (JSON, URL, form, page, repr) leave the letters and digits as they are.
        """
        found = []
        for song, name in self.songs.items():
            # Listened for in thousands of files.
            forms = self._forms.get(song) or self._forms.setdefault(song, (song, *in_base64(song)))
            if any(form in content for form in forms):
                found.append(f"{place} holds {name}")
        return found

    def heard_under(self, directory: Path) -> list[str]:
        """The same for every file under a directory, and for its name."""
        files = sorted(path for path in directory.rglob("*") if path.is_file())
        return [
            sentence for path in files for sentence in self.heard_in(str(path), str(path).encode() + path.read_bytes())
        ]


def in_base64(text: bytes) -> Iterable[bytes]:
    """What of a text can be seen in the base64 of something that holds it, for the three ways it can be aligned."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + text)
        yield coded[4 if offset else 0 : len(coded) // 4 * 4 - 4]


def every_secret(aviary: Aviary, estate: Mapping[str, Any]) -> GivenSecrets:
    """A canary for every secret that any record of an estate can have."""
    given: GivenSecrets = {}
    for kind, collection in estate.items():
        for name, record in records(collection):
            for word in words(kind, name, record):
                key = unique_id(record)
                bird = aviary.canary(f"{kind}/{key}/{word}", KEY_LINES if word == "private_key" else 1)
                given.setdefault(kind, {}).setdefault(key, {})[word] = bird
    return given


def words(kind: str, name: str, record: Mapping[str, Any]) -> list[str]:
    """Which secrets a record can have, by the list it stands in."""
    all_of_kind = [secret.name for secret in KINDS[kind].secrets]
    of_list = {
        "azureStorage": ["shared_key"],
        "azureCompute": ["application_secret", "certificate", "certificate_password"],
        "amazon": ["secret_key"],
        "google": ["secret_key"],
    }
    if kind == "credentials" and record["type"] != "Linux":
        return ["password"]
    return of_list.get(name, all_of_kind)


def paths(kind: str) -> dict[str, str]:
    """Where a secret stands in a record, dotted, by the user's word for it."""
    return {secret.name: ".".join(secret.path) for secret in KINDS[kind].secrets}


def flat(given: GivenSecrets) -> list[tuple[str, str, str, str]]:
    """(kind, key, word, value) of every secret."""
    return [
        (kind, key, word, value)
        for kind, by_key in given.items()
        for key, fields in by_key.items()
        for word, value in fields.items()
    ]


def page(text: str) -> str:
    """A page that shows a text in each way in which a server may have got it or written it down."""
    spellings = (json.dumps(text), json.dumps(text, ensure_ascii=False), quote(text, safe=""), quote_plus(text))
    return f"<html>{html.escape(text)}<pre>{' '.join((text, *spellings))}</pre></html>"


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
