# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies in which one or two values, at any depth, have another type than they should have."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

ZERO_ID = "00000000-0000-0000-0000-000000000000"
WRONG: tuple[Any, ...] = (
    *(None, "", "x", "-1", "true", ZERO_ID, "\ud800", "²"),
    *(-1, 0, 1.5, 10**30, True, False),
    *([], [None], [[]], [""], [-1], [{}], {}, {"x": None}, {"id": -1}),
)
GONE = object()
Steps = tuple[Any, ...]


def falsified(body: Any, dice: Random, number: int) -> Iterator[Any]:
    """`number` copies of a body, each falsified in one place or two; a field may also be missing."""
    where = list(_places(body, ()))
    for _copy in range(number):
        wrong = copy.deepcopy(body)
        for steps in dice.sample(where, min(len(where), dice.choice((1, 1, 2)))):
            wrong = _put(wrong, steps, GONE if dice.random() < 0.1 else copy.deepcopy(dice.choice(WRONG)))
        yield wrong


def _places(value: Any, steps: Steps) -> Iterator[Steps]:
    yield steps
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*steps, key))


def _put(body: Any, steps: Steps, value: Any) -> Any:
    """The body with the value in that place, if the place is still there."""
    if not steps:
        return None if value is GONE else value
    holder = body
    for step in steps[:-1]:
        try:
            holder = holder[step]
        except (LookupError, TypeError):
            return body
    if isinstance(holder, dict) and value is GONE:
        holder.pop(steps[-1], None)
    elif isinstance(holder, dict) or (isinstance(holder, list) and steps[-1] in range(len(holder))):
        holder[steps[-1]] = None if value is GONE else value
    return body
