# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing what is wanted with what a server has: field by field, only what is wanted, secrets left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

# Fields whose letters' case is the user's own; any other single word is an enum, which servers spell as they like.
FREE_TEXT = frozenset({"name", "description", "username", "hint", "notes", "subject", "command"})
# Ids of one server, and what a server only reports: they say nothing about the wish (facts/vbr.md 2.3).
LOCAL = frozenset(
    {"hostUniqueId", "encryptionPasswordId", "encryptionPasswordIdOrNull", "size", "metadata", "powerState"}
)
SECRET = frozenset(
    {
        "password",
        "privateKey",
        "passphrase",
        "rootPassword",
        "sharedKey",
        "secretKey",
        "secret",
        "certificate",
    }
)
IGNORED = LOCAL | SECRET


@dataclass(frozen=True)
class Drift:
    """One field that differs: dotted path, the server's value, the wanted value."""

    field: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def drift(wanted: Mapping[str, Any], actual: Mapping[str, Any], ignored: frozenset[str] = frozenset()) -> list[Drift]:
    """The fields of `wanted` that `actual` has otherwise. Null in `wanted` means: no wish. `ignored` are dotted
    paths.
    """
    return [found for found in _differences(wanted, actual, "") if found.field not in ignored]


def _differences(wanted: Any, actual: Any, path: str) -> Iterator[Drift]:
    # Nearly everything is equal, whole branches at a time.
    if wanted is None or wanted == actual:
        return
    if isinstance(wanted, dict):
        there = actual if isinstance(actual, dict) else {}
        for key, value in wanted.items():
            if key not in IGNORED or isinstance(value, dict):
                yield from _differences(value, there.get(key), f"{path}.{key}" if path else key)
    elif not _same(wanted, actual, path.rpartition(".")[2]):
        yield Drift(path, actual, wanted)


def _same(wanted: Any, actual: Any, field: str) -> bool:
    if isinstance(wanted, list):
        there = actual if isinstance(actual, list) else []
        return len(wanted) == len(there) and all(_same(a, b, field) for a, b in zip(wanted, there, strict=True))
    if isinstance(wanted, dict):
        return not any(True for _difference in _differences(wanted, actual, field))
    if isinstance(wanted, str):
        return _same_text(wanted, actual, field)
    return bool(wanted == actual or (not wanted and actual is None))


def _same_text(wanted: str, actual: Any, field: str) -> bool:
    if actual is None:
        return not wanted
    if wanted == actual or not isinstance(actual, str):
        return bool(wanted == actual)
    return field not in FREE_TEXT and wanted.isalnum() and wanted.casefold() == actual.casefold()
