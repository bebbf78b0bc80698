# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an object has calls of its own: taken out of what is sent of the object, and made into these calls. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from ..._core.compare import Drift, value_at
from ..._core.errors import InvalidInput, quoted
from .calls import Call
from .places import Body, Steps, put, take
from .schema import Resource


def of_new(resource: Resource, body: Mapping[str, Any]) -> tuple[Body, list[Call]]:
    """What a new object is sent at first, and the calls that follow."""
    first: Body = deepcopy(dict(body))
    calls: list[Call] = []
    for dotted, part in resource.apart.items():
        steps = _steps(dotted)
        value = take(first, steps)
        if value is None:
            continue
        at_first = part.at_first(value)
        if at_first is not None:
            put(first, steps, at_first)
        calls += part.calls(at_first, value)
    return first, calls


def of_changed(
    resource: Resource, label: str, actual: Mapping[str, Any], after: Mapping[str, Any], differs: Iterable[Drift]
) -> tuple[Body | None, list[Call]]:
    """What replaces an object, None if nothing has to, and the calls beside that.

    Raises InvalidInput if something differs that no call changes.
    """
    whole: Body = deepcopy(dict(after)) if resource.apart else dict(after)
    calls: list[Call] = []
    changed = {found.field for found in differs}
    for dotted, part in resource.apart.items():
        within = {name for name in changed if f"{name}.".startswith(f"{dotted}.")}
        if not within:
            continue
        steps = _steps(dotted)
        before = value_at(actual, steps)
        calls += part.calls(before, value_at(after, steps))
        _restore(whole, steps, before)
        changed -= within
    if changed and not resource.replaced:
        raise InvalidInput(
            f"The {resource.what} {quoted(label)} has other values than these, and the server has no call that changes "
            f"them: {', '.join(sorted(changed))}.",
            "Remove it first and make it anew, or give the values that it has.",
        )
    return (whole if changed else None), calls


def _restore(body: Body, steps: Steps, value: Any) -> None:
    """Give a part the value back that the server has, which its own calls change."""
    take(body, steps)
    if value is not None:
        put(body, steps, value)


def _steps(dotted: str) -> Steps:
    return tuple(dotted.split("."))
