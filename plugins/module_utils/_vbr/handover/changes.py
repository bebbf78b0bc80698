# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in a job on the source since the bundle, and how it is brought over to the target's job. Pure.

Three records meet: that of the bundle, that of the source now, that of the target now. A field is brought over only
where the target still has what the bundle has; whatever a person changed there is theirs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from ..._core.compare import Drift, Leave, drift, value_at
from ..._core.errors import InvalidInput, quoted
from ..migration.collection import Record
from ..migration.journal_entries import SCHEDULE_FLAG
from ..migration.keeping import OF_ONE_SERVER

# Sections of a record that the model of the job calls otherwise (facts/vbr.md 3.9).
MODEL_NAMES = {"applicationAwareProcessing": "appAwareProcessing", "guestFileSystemIndexing": "guestFSIndexing"}
NAME = "name"
BY_HAND = "Change it on the target by hand and take it for done (changed_since: ignore), or change it back."


def changes(base: Record, now: Record) -> tuple[Drift, ...]:
    """The fields that the source has otherwise now: `before` is that of the bundle, `after` that of the source."""
    leave = Leave(OF_ONE_SERVER)
    found = {change.field: change for change in drift(now, base, leave)}
    # What is null now is left alone by a comparison, and is a change all the same.
    gone = (change for change in drift(base, now, leave) if change.field not in found)
    return (*found.values(), *(Drift(each.field, each.after, each.before) for each in gone))


def to_bring(found: Iterable[Drift], ours: Record) -> tuple[Drift, ...]:
    """Those of the changes that the target's job does not have yet. Raises InvalidInput that names what is in the way.

    Its own start is no change of the definition: that is given back at the cutover in any case.
    """
    left = []
    for change in found:
        there = value_at(ours, change.field.split("."))
        if change.field == SCHEDULE_FLAG or _same(change.field, change.after, there):
            continue
        if change.field == NAME:
            raise InvalidInput(f"it is called {quoted(change.after)} now.", "Give it its old name on the source.")
        if not _same(change.field, change.before, there):
            raise InvalidInput(f"{change.field} is {quoted(there)} on the target, and was changed there.", BY_HAND)
        left.append(change)
    return tuple(left)


def lacks(found: Iterable[Drift], ours: Record) -> bool:
    """Whether a record of the target does not have all of these changes."""
    return any(not _same(each.field, each.after, value_at(ours, each.field.split("."))) for each in found)


def patched(model: Mapping[str, Any], found: Iterable[Drift]) -> dict[str, Any]:
    """The model of the target's job with these changes. Raises InvalidInput for what has another form there."""
    body: dict[str, Any] = copy.deepcopy(dict(model))
    for change in found:
        *above, last = (MODEL_NAMES.get(step, step) for step in change.field.split("."))
        holder = value_at(body, above)
        if not isinstance(holder, dict) or last not in holder or not _is_either(holder[last], change):
            raise InvalidInput(f"{change.field} cannot be brought over: it refers to objects of the source.", BY_HAND)
        holder[last] = change.after
    return body


def _is_either(value: Any, change: Drift) -> bool:
    return _same(change.field, change.before, value) or _same(change.field, change.after, value)


def _same(field: str, one: Any, other: Any) -> bool:
    # How two texts compare depends on the name of the field.
    name = field.rpartition(".")[2]
    return not drift({name: one}, {name: other}) and not drift({name: other}, {name: one})


def in_words(found: Iterable[Drift]) -> str:
    """Each change with both values."""
    return "; ".join(f"{each.field} was {quoted(each.before)}, is {quoted(each.after)}" for each in found)
