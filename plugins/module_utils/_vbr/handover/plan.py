# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cutover or a rollback as data: what is desired, what both servers show, what happens to each job, how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..._core.compare import Drift
from ..._core.connection import Connection
from ..._core.errors import quoted
from ..._core.failures import NAMES_SHOWN, listed
from ..migration.bundle import Bundle
from ..migration.chains import Adoption, Chain
from ..migration.collection import Record, records
from ..migration.journal_entries import JournalJob
from ..migration.kinds import JOBS, KINDS
from ..migration.listed import ListedJob
from ..migration.stage import CUT_OVER, JOB_PHASES, NOT_YET_THERE, ROLLED_BACK, Journal, has_switch, runs_by_itself
from .objects import TargetObjects
from .removal import RemovalPlan
from .servers import SOURCE, TARGET, Seen

CUT, BACK = "cut_over", "rolled_back"
WAIT, STOP, FAIL = "wait", "stop", "fail"
NOT_THERE = "not there"
UPDATE, IGNORE = "update", "ignore"
# What those who read a result or its report go by, though it were somebody's password.
WORDS = {"kind": tuple(KINDS), "phase": JOB_PHASES, "state": (CUT, BACK), "side": (SOURCE, TARGET)}


@dataclass(frozen=True)
class DesiredHandover:
    """What the user wants: which bundle, which jobs of it, where they are to run, and how to meet what is not plain."""

    bundle: Bundle
    state: str
    jobs: tuple[str, ...]
    source: Connection
    running: str
    running_timeout: float
    changed_since: str
    settings: Mapping[str, Any]
    remove: bool = False
    # By which ways jobs go on with what they have on the source.
    adopt: tuple[str, ...] = ()

    @cached_property
    def bundled(self) -> Mapping[str, list[tuple[str, Record]]]:
        """The jobs of the bundle by their name on the source, each with the list in which it stands there."""
        found: dict[str, list[tuple[str, Record]]] = {}
        for list_name, record in records(self.bundle.estate.get(JOBS.name, {})):
            found.setdefault(str(record.get("name")), []).append((list_name, record))
        return found


@dataclass(frozen=True)
class Standing:
    """A job of the journal and what both servers show of it now; None where one does not show it."""

    job: JournalJob
    source: ListedJob | None
    target: ListedJob | None
    starts_on_source: bool = False
    starts_on_target: bool = False
    # Whether it can be enabled without starting by itself.
    has_switch: bool = True
    # Whether the target does not have it, and has another job of its name instead that is enabled.
    replaced: bool = False

    @property
    def gone(self) -> bool:
        """Whether it was handed over, and the target does not have it any more."""
        return self.job.phase == CUT_OVER and self.target is None and not self.replaced

    @property
    def awake_on_target(self) -> bool:
        return self.target is not None and not self.target.disabled


@dataclass(frozen=True)
class ActualHandover:
    """What was seen: both servers, the journal, the models of those of the target's jobs that are to be changed, and if
    it is to be removed what the target has of what was created there. `chains` is what each job of the source has made,
    by its folded id, if jobs are to go on with it.
    """

    source: Seen
    target: Seen
    journal: Journal
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    objects: TargetObjects | None = field(default=None, repr=False)
    chains: Mapping[str, tuple[Chain, ...]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class HandoverItem:
    """What happens to one job: where it is to be disabled and enabled, whether it is to start by itself on the target,
    and which fields of the target's job change. `disabled` is what it was on the source.

    `stuck` is why nothing happens to it. `rescans` names the repository that is rescanned before it wakes, and
    `adopts` is how it goes on with its chain.
    """

    standing: Standing
    phase: str
    disabled: bool
    rest: bool
    wake: bool
    starts: bool
    patch: tuple[Drift, ...] = ()
    stuck: str = ""
    diverged: str = ""
    rescans: str = ""
    adopts: Adoption | None = None

    @property
    def name(self) -> str:
        return self.standing.job.name

    @property
    def rewrites(self) -> bool:
        """Whether the target's job is written."""
        target = self.standing.target
        return target is not None and (self.starts != self.standing.starts_on_target or bool(self.patch))

    @property
    def lost(self) -> bool:
        """Whether it stays handed over, is gone from the target, and is off on the source, which ran it.

        Who has removed it from both servers meant it.
        """
        now = self.standing
        off = now.source is not None and now.source.disabled
        return self.phase == CUT_OVER and now.gone and not self.disabled and off

    @property
    def changed(self) -> bool:
        moves = self.phase != self.standing.job.phase
        return not self.stuck and (self.rest or self.wake or self.rewrites or moves)


@dataclass(frozen=True)
class HandoverPlan:
    """What a cutover or a rollback would do."""

    state: str
    items: tuple[HandoverItem, ...]
    journal: Journal
    seen: ActualHandover
    running: str
    running_timeout: float
    warnings: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    removal: RemovalPlan | None = None

    @property
    def changed(self) -> bool:
        return any(item.changed for item in self.items) or bool(self.removal and self.removal.changed)

    def report(self) -> dict[str, Any]:
        """Small: of each phase how many jobs there are, and the first of their names."""
        return {
            "state": self.state,
            "source": _who(self.seen.source),
            "target": _who(self.seen.target),
            **shown(self.items, {item.name: item.standing.job.phase for item in self.items}),
            **(self.removal.report() if self.removal else {}),
            "warnings": [*self.warnings, *said_of_lost(self.items)],
        }

    def diff(self) -> list[dict[str, Any]]:
        """Before and after, a job a line, a changed field a line below it."""
        changing = [item for item in self.items if item.changed]
        removal = self.removal.diff() if self.removal else []
        if not changing:
            return removal
        before = "".join(_line_before(item) for item in changing)
        after = "".join(_line_after(item, self.state) for item in changing)
        after += "".join(f"repository {name}: rescanned on the target\n" for name in repositories(changing))
        after += "".join(
            f"{item.name}: goes on with its chain ({item.adopts.way.name})\n" for item in changing if item.adopts
        )
        jobs = {"before_header": self.state, "after_header": self.state, "before": before, "after": after}
        return [jobs, *removal]


def repositories(items: Iterable[HandoverItem]) -> list[str]:
    """The repositories that are rescanned before these jobs wake."""
    return list(dict.fromkeys(item.rescans for item in items if item.rescans))


def shown(items: Iterable[HandoverItem], phases: Mapping[str, str]) -> dict[str, Any]:
    """Where jobs stand: of each phase how many and the first names, and what is not as it should be."""
    everything = list(items)
    by_phase: dict[str, list[str]] = {}
    for item in everything:
        by_phase.setdefault(phases[item.name], []).append(item.name)
    diverged = {item.name: item.diverged for item in everything if item.diverged}
    return {
        "counts": {phase: len(by_phase[phase]) for phase in JOB_PHASES if phase in by_phase},
        "jobs": {phase: by_phase[phase][:NAMES_SHOWN] for phase in JOB_PHASES if phase in by_phase},
        "diverged": dict(list(diverged.items())[:NAMES_SHOWN]),
        "lost": [item.name for item in everything if item.lost][:NAMES_SHOWN],
    }


def said_of_lost(items: Iterable[HandoverItem]) -> list[str]:
    """What is to be done about jobs that no server runs any more, if there are any."""
    names = [quoted(item.name) for item in items if item.lost]
    if not names:
        return []
    return [
        f"{len(names)} job(s) were handed over and are off on both servers: the target does not have them any more, "
        "and they are disabled on the source. Take them back (rollback), or delete on the source what nobody needs: "
        f"{listed(names)}."
    ]


def _who(seen: Seen) -> dict[str, str]:
    return {"name": seen.identity.name, "build": seen.identity.build, "vbr_id": seen.identity.vbr_id}


def standings(jobs: Iterable[JournalJob], source: Seen, target: Seen) -> list[Standing]:
    """What both servers show of these jobs. By its id where that is known: names are no proof."""
    on_source, on_target = source.jobs, target.jobs
    found = []
    for job in jobs:
        there = on_source.find(job.source_id, job.source_name or job.name)
        # What has the name of a job that is not brought in yet is somebody else's.
        here = None if job.phase in NOT_YET_THERE else on_target.find(job.id, job.name)
        found.append(
            Standing(
                job,
                there,
                here,
                there is not None and starts(source, there),
                here is not None and starts(target, here),
                here is None or has_switch(record_of(target, here) or {}),
                here is None and any(not other.disabled for other in on_target.called(job.name)),
            )
        )
    return found


def nowhere(there: Iterable[Standing], bundle: Bundle) -> set[str]:
    """The jobs that were rolled back, and are neither on one of the servers nor in the bundle, by their names."""
    if bundle.states is None:
        return set()
    named = {record.get("name") for _list, record in records(bundle.estate.get(JOBS.name, {}))}
    gone = (now.job for now in there if now.job.phase == ROLLED_BACK and now.source is None and now.target is None)
    return {job.name for job in gone if (job.source_name or job.name) not in named}


def record_of(seen: Seen, job: ListedJob) -> Record | None:
    """What the export shows of a job; None if it does not show it, or two of its name."""
    found = [record for alike in seen.records.meant(job.name).values() for record in alike]
    return found[0] if len(found) == 1 else None


def starts(seen: Seen, job: ListedJob) -> bool:
    """Whether a job is to start by itself, enabled or not."""
    record = record_of(seen, job)
    return record is not None and runs_by_itself(record)


def _line_before(item: HandoverItem) -> str:
    now = item.standing
    fields = "".join(f"    {change.field}: {change.before}\n" for change in item.patch)
    return _line(item, _asleep(now.source), _on_target(now, _asleep(now.target), now.starts_on_target)) + fields


def _line_after(item: HandoverItem, state: str) -> str:
    now = item.standing
    rest, wake = item.rest, item.wake
    on_source = True if state == CUT and rest else False if state == BACK and wake else _asleep(now.source)
    on_target = True if state == BACK and rest else False if state == CUT and wake else _asleep(now.target)
    # What is not there yet is brought in asleep, and wakes when all is done.
    comes = f"{_started(item.disabled, item.starts)}, once it is brought in" if state == CUT and not now.target else ""
    fields = "".join(f"    {change.field}: {change.after}\n" for change in item.patch)
    return _line(item, on_source, comes or _on_target(now, on_target, item.starts)) + fields


def _asleep(job: ListedJob | None) -> bool:
    return job is not None and job.disabled


def _line(item: HandoverItem, source_disabled: bool, on_target: str) -> str:
    source = item.standing.source
    called = f"{item.name} ({source.name} on the source)" if source and source.name != item.name else item.name
    on_source = _word(source_disabled) if source else NOT_THERE
    return f"{called}: source {on_source}; target {on_target}\n"


def _on_target(now: Standing, disabled: bool, starts_there: bool) -> str:
    return _started(disabled, starts_there) if now.target else NOT_THERE


def _started(disabled: bool, starts_there: bool) -> str:
    """A job that is disabled does not start, whatever its schedule says."""
    if disabled:
        return f"{_word(disabled)}, {'with' if starts_there else 'without'} a start of its own"
    return f"{_word(disabled)}, {'starts' if starts_there else 'does not start'} by itself"


def _word(disabled: bool) -> str:
    return "disabled" if disabled else "enabled"
