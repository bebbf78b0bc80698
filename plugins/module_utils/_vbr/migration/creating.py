# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating and changing objects by ordinary REST: those of one kind side by side, each after what it needs.

As with the automation section it counts what the target shows afterwards, whatever the answers said, but for what was
refused: if that is there, somebody else made it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Names
from ..._core.errors import AuthFailed, Failure, RestError, UnknownOutcome, Unreachable, quoted
from ..._core.failures import listed
from ..._core.operation import Progress
from ..._core.parallel import BLOCK, Attempt, Lanes, worst
from ..._core.steps import Steps, side_by_side
from ..._core.transport import is_busy
from ..objects import Objects
from .collection import Record
from .dependencies import levels
from .kinds import KINDS, PROTECTION_GROUPS, is_always_there
from .ours import Ours, had_no_effect, not_ours
from .plan import ObjectKey, PlanItem

# The record of an item as it is sent: with its secrets, and asleep if it is a job to be staged.
Complete = Callable[[PlanItem], Record]
Begin = Callable[[PlanItem], Steps[None]]
Written = Attempt[PlanItem, None]


@dataclass
class Outcome:
    """What became of some objects: why they `failed`, by which `errors` if they were sent. `over` says why nothing more
    may be sent, `doubted` that a write may have worked.
    """

    done: list[PlanItem] = field(default_factory=list)
    failed: dict[ObjectKey, str] = field(default_factory=dict)
    errors: dict[ObjectKey, Failure] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    over: str = ""
    doubted: bool = False
    # Those that are there, and have not all that they take.
    unfinished: set[ObjectKey] = field(default_factory=set)


@dataclass(frozen=True)
class Writing:
    """How objects are written: with which records, how long a session is waited for, and who hears of it."""

    objects: Objects
    complete: Complete
    timeout: float
    progress: Progress
    ours: Ours

    def create(self, item: PlanItem) -> Steps[None]:
        return self.objects.create(item.kind, self.complete(item), self.timeout)

    def finish(self, item: PlanItem) -> Steps[None]:
        return self.objects.finish(item.kind, self.complete(item), self.timeout)

    def change(self, item: PlanItem) -> Steps[None]:
        return self.objects.change(item.kind, self.complete(item), self.timeout, item.patch)


def takes_more(kind: str) -> bool:
    """Whether an object is not finished when it is there: it takes another call, or came with what it is a part of."""
    rest = KINDS[kind].rest
    return kind == PROTECTION_GROUPS.name or is_always_there(kind) or bool(rest and rest.then)


def created(writing: Writing, items: list[PlanItem], names: Container[str]) -> Outcome:
    """Create objects of one kind, and look which of them are there. `names` are those of all that is brought in."""
    outcome, kind = Outcome(), items[0].kind
    if is_always_there(kind):
        # It came with what it is a part of.
        return changed(writing, items)
    crowded = _create(writing, outcome, items)
    if not outcome.over:
        _look(writing, outcome, items, crowded, names)
    if kind == PROTECTION_GROUPS.name and not outcome.over:
        outcome.unfinished = {item.object_key for item in outcome.done if not _discovered(writing, outcome, item)}
    return outcome


def finished(writing: Writing, items: list[PlanItem]) -> Outcome:
    """Do for objects that are there what an earlier run did not get to."""
    outcome = Outcome()
    if items[0].kind == PROTECTION_GROUPS.name:
        outcome.done = [item for item in items if _discovered(writing, outcome, item)]
    else:
        _write_again(writing, outcome, items, writing.finish)
        outcome.done = [item for item in items if item.object_key not in outcome.failed]
    return outcome


def changed(writing: Writing, items: list[PlanItem]) -> Outcome:
    """Change objects to what their records say."""
    outcome = Outcome()
    _write_again(writing, outcome, items, writing.change)
    outcome.done = [item for item in items if item.object_key not in outcome.failed]
    return outcome


def _create(writing: Writing, outcome: Outcome, items: list[PlanItem], alone: bool = False) -> list[PlanItem]:
    """Send new objects as `_write` does, and keep in mind of which of them it is certain that they were not created."""
    crowded = _write(writing, outcome, items, writing.create, alone)
    for item in items:
        error = outcome.errors.get(item.object_key)
        if error is not None and had_no_effect(error):
            writing.ours.refused([item], str(error))
        elif error is not None:
            writing.ours.doubted([item])
    return crowded


def _write_again(writing: Writing, outcome: Outcome, items: list[PlanItem], begin: Begin) -> None:
    """Write what may be written twice; what a busy server refused because of others is."""
    crowded = _write(writing, outcome, items, begin)
    if crowded and not outcome.over:
        _write(writing, outcome, crowded, begin, alone=True)


def _write(
    writing: Writing, outcome: Outcome, items: list[PlanItem], begin: Begin, alone: bool = False
) -> list[PlanItem]:
    """Write objects of one kind, each `alone` or beside others; what makes it pointless to go on ends the run.

    Returns those that may have failed only because there were others beside them.
    """
    lanes, over = writing.objects.service.lanes, None
    crowded: set[ObjectKey] = set()
    became: dict[ObjectKey, Written] = {}
    for block in ([item] for item in items) if alone else in_blocks(lanes, items):
        tried = side_by_side(lanes, block, begin, _ends_run) if over is None else [Written(item) for item in block]
        over = over or worst(tried, _ends_run)
        crowded |= {each.item.object_key for each in tried if _was_crowded(each, len(block), crowded)}
        so_far = len(became) // BLOCK
        became |= {each.item.object_key: each for each in tried}
        if so_far < len(became) // BLOCK and len(became) < len(items):
            writing.progress(f"{items[0].kind}: {len(became)} of {len(items)} sent")
    outcome.over = str(over or "")
    for item in items:
        outcome.failed.pop(item.object_key, None)
        outcome.errors.pop(item.object_key, None)
        each = became[item.object_key]
        if not each.begun:
            outcome.failed[item.object_key] = f"not sent: {outcome.over}"
        elif each.error is not None:
            outcome.failed[item.object_key] = str(each.error)
            outcome.errors[item.object_key] = each.error
            outcome.doubted = outcome.doubted or writing.objects.service.connection.trail.written
    return [item for item in items if item.object_key in crowded]


def _was_crowded(written: Written, count: int, crowded: set[ObjectKey]) -> bool:
    """Whether a busy server may have refused one of `count` that were side by side, or what it needs of `crowded`.

    Of what had no answer nobody knows: it is not sent again.
    """
    error = written.error
    if is_busy(error) and count > 1:
        return True
    return error is not None and not isinstance(error, UnknownOutcome) and not crowded.isdisjoint(written.item.needs)


def in_blocks(lanes: Lanes, items: list[PlanItem]) -> Iterator[Sequence[PlanItem]]:
    """What goes side by side, one after the other: nothing beside what it needs, and no two parts of one setting."""
    rest = KINDS[items[0].kind].rest
    if lanes.limit == 1 or (rest and rest.shown_in):
        yield from ([item] for item in items)
        return
    for level in levels(items):
        yield from lanes.blocks(level)


def _ends_run(error: Failure) -> bool:
    return isinstance(error, Unreachable | AuthFailed)


def _look(
    writing: Writing, outcome: Outcome, items: list[PlanItem], crowded: list[PlanItem], names: Container[str]
) -> None:
    """Which of these are there now: also one whose answer was lost, which may lack what comes after it.

    What was refused because of others, and is not there, is sent once more, alone.
    """
    there = _there(writing, items)
    again = [item for item in crowded if not there.meant(item.key, besides=names)]
    if again:
        _create(writing, outcome, again, alone=True)
        there = there if outcome.over else _there(writing, items)
    failed = [item for item in items if item.object_key in outcome.failed]
    others = writing.ours.strangers([item for item in failed if there.meant(item.key, besides=names)], names)
    outcome.failed.update({key: not_ours(why) for key, why in others.items()})
    lacking: list[PlanItem] = []
    for item in items:
        if item.object_key in others:
            continue
        if there.meant(item.key, besides=names):
            outcome.done.append(item)
            lacking += [item] if item.object_key in outcome.failed else []
        else:
            said = outcome.failed.get(item.object_key, "the server took it, but it is not there")
            outcome.failed[item.object_key] = instead_of(item, there, said)
    if lacking and not outcome.over:
        _write_again(writing, outcome, lacking, writing.finish)


def _there(writing: Writing, items: list[PlanItem]) -> Names[Any]:
    return Names((key, True) for key in writing.objects.keys(items[0].kind))


def instead_of(item: PlanItem, there: Names[Any], said: str) -> str:
    """Why an object is not there, with what is there in its place: another one, whose name is alike."""
    others = listed(sorted(str(quoted(other)) for other in there.meant(item.key)))
    if not others:
        return said
    return (
        f"{said.rstrip('.')}. What is there is {others}, whose name differs by case only. "
        "The target takes them for one: give one of them another name (rename, vbr_import_rename in the roles)."
    )


def _discovered(writing: Writing, outcome: Outcome, item: PlanItem) -> bool:
    """Have the computers of a protection group discovered: jobs name them. Whether that went well."""
    if outcome.over:
        return False
    try:
        writing.objects.rescan(item.key, writing.timeout)
    except RestError as error:
        outcome.warnings.append(f"The protection group {quoted(item.key)} could not be rescanned: {error}")
        return False
    return True
