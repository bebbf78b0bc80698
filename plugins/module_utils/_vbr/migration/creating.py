# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating and changing objects by ordinary REST, one by one, in the order of the plan.

As with the automation section it counts what the target shows afterwards, whatever the answers said.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Names
from ..._core.errors import AuthFailed, InvalidInput, RestError, Unreachable, quoted
from ..._core.failures import listed
from ..objects import Objects
from .collection import Record
from .kinds import KINDS, PROTECTION_GROUPS, is_always_there
from .plan import ObjectKey, PlanItem

# The record of an item as it is sent: with its secrets, and asleep if it is a job to be staged.
Complete = Callable[[PlanItem], Record]


@dataclass
class Outcome:
    """What became of some objects. `over` says why nothing more may be sent, `doubted` that a write may have worked."""

    done: list[PlanItem] = field(default_factory=list)
    failed: dict[ObjectKey, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    over: str = ""
    doubted: bool = False
    # Those that are there, and have not all that they take.
    unfinished: set[ObjectKey] = field(default_factory=set)


def takes_more(kind: str) -> bool:
    """Whether an object is not finished when it is there: it takes another call, or came with what it is a part of."""
    rest = KINDS[kind].rest
    return kind == PROTECTION_GROUPS.name or is_always_there(kind) or bool(rest and rest.then)


def created(
    objects: Objects, items: list[PlanItem], complete: Complete, timeout: float, names: Container[str]
) -> Outcome:
    """Create objects of one kind, and look which of them are there. `names` are those of all that is brought in."""
    outcome, kind = Outcome(), items[0].kind
    if is_always_there(kind):
        # It came with what it is a part of.
        return changed(objects, items, complete, timeout)
    for item in items:
        _attempt(objects, outcome, item, lambda item: objects.create(item.kind, complete(item), timeout))
    if not outcome.over:
        _look(objects, outcome, items, complete, timeout, names)
    if kind == PROTECTION_GROUPS.name and not outcome.over:
        outcome.unfinished = {
            item.object_key for item in outcome.done if not _discovered(objects, outcome, item, timeout)
        }
    return outcome


def finished(objects: Objects, items: list[PlanItem], complete: Complete, timeout: float) -> Outcome:
    """Do for objects that are there what an earlier run did not get to."""
    outcome = Outcome()
    for item in items:
        if item.kind == PROTECTION_GROUPS.name:
            done = _discovered(objects, outcome, item, timeout)
        else:
            done = _attempt(objects, outcome, item, lambda item: objects.finish(item.kind, complete(item), timeout))
        if done:
            outcome.done.append(item)
    return outcome


def changed(objects: Objects, items: list[PlanItem], complete: Complete, timeout: float) -> Outcome:
    """Change objects to what their records say."""
    outcome = Outcome()
    for item in items:
        if _attempt(
            objects, outcome, item, lambda item: objects.change(item.kind, complete(item), timeout, item.patch)
        ):
            outcome.done.append(item)
    return outcome


def _attempt(objects: Objects, outcome: Outcome, item: PlanItem, write: Callable[[PlanItem], object]) -> bool:
    """Write one object; whether that went well. What makes it pointless to go on ends the run."""
    if outcome.over:
        outcome.failed[item.object_key] = f"not sent: {outcome.over}"
        return False
    try:
        write(item)
    except (Unreachable, AuthFailed) as error:
        outcome.over = outcome.failed[item.object_key] = str(error)
    except (RestError, InvalidInput) as error:
        outcome.failed[item.object_key] = str(error)
    else:
        return True
    outcome.doubted = outcome.doubted or objects.service.connection.trail.written
    return False


def _look(
    objects: Objects,
    outcome: Outcome,
    items: list[PlanItem],
    complete: Complete,
    timeout: float,
    names: Container[str],
) -> None:
    """Which of these are there now: also one whose answer was lost, which may lack what comes after it."""
    there = Names((key, True) for key in objects.keys(items[0].kind))
    for item in items:
        if there.meant(item.key, besides=names):
            outcome.done.append(item)
            if outcome.failed.pop(item.object_key, None):
                _attempt(objects, outcome, item, lambda item: objects.finish(item.kind, complete(item), timeout))
        else:
            said = outcome.failed.get(item.object_key, "the server took it, but it is not there")
            outcome.failed[item.object_key] = instead_of(item, there, said)


def instead_of(item: PlanItem, there: Names[Any], said: str) -> str:
    """Why an object is not there, with what is there in its place: another one, whose name is alike."""
    others = listed(sorted(str(quoted(other)) for other in there.meant(item.key)))
    if not others:
        return said
    return (
        f"{said.rstrip('.')}. What is there is {others}, whose name differs by case only. "
        "The target takes them for one: give one of them another name (rename, vbr_import_rename in the roles)."
    )


def _discovered(objects: Objects, outcome: Outcome, item: PlanItem, timeout: float) -> bool:
    """Have the computers of a protection group discovered: jobs name them. Whether that went well."""
    if outcome.over:
        return False
    try:
        objects.rescan(item.key, timeout)
    except RestError as error:
        outcome.warnings.append(f"The protection group {quoted(item.key)} could not be rescanned: {error}")
        return False
    return True
