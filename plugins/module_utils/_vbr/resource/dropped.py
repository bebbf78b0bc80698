# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of `settings` a server took no notice of: it passes over a field that it does not know, without a word. Pure.

It is no error: a server may have fields that nobody here knows, and some that it takes and never shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from ..._core.compare import SECRET, alike, fold
from ..._core.errors import quoted
from ..._core.failures import listed
from .payload import SETTINGS, Desired
from .schema import Resource

# What a server may leave out of an answer as well as show.
NOTHING: tuple[Any, ...] = (None, "", [], {})
Steps = tuple[str, ...]


def dropped(resource: Resource, desired: Desired, shown: Mapping[str, Any], revision: str) -> list[str]:
    """A warning for each field of `settings` that was sent, and that the object does not show afterwards, with those of
    its neighbours that are most like it. A field that an option has is known, wherever a server shows it.
    """
    places = (tuple(spec.steps(name, revision)) for name, spec in resource.fields.items() if name != SETTINGS)
    known = {steps[:end] for steps in places for end in range(1, len(steps) + 1)}
    return [_warning(steps, near) for steps, near in _missing(desired.params.get(SETTINGS) or {}, shown, known, ())]


def _missing(given: Any, shown: Any, known: Set[Steps], above: Steps) -> Iterator[tuple[Steps, list[str]]]:
    if isinstance(given, list) and isinstance(shown, list) and len(given) == len(shown):
        found = (each for pair in zip(given, shown, strict=True) for each in _missing(*pair, known, above))
        yield from dict(found).items()
    if not isinstance(given, Mapping) or not isinstance(shown, Mapping):
        return
    there = {fold(key): part for key, part in shown.items()}
    for key, part in given.items():
        steps = (*above, str(key))
        if fold(key) in there:
            yield from _missing(part, there[fold(key)], known, steps)
        elif part not in NOTHING and key not in SECRET and steps not in known:
            yield steps, alike(str(key), map(str, shown))


def _warning(steps: Steps, near: list[str]) -> str:
    nearest = f" The nearest that it shows: {listed([quoted(name) for name in near])}." if near else ""
    return (
        f"{SETTINGS}.{'.'.join(steps)} was sent, and the server does not show it: it has no such field, or no use for "
        f"it here.{nearest}"
    )
