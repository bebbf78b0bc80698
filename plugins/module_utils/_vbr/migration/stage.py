# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staging jobs: what is changed so that a moved job cannot run on two servers, and the journal of where each stands.

The import endpoint knows no disabled job (facts/vbr.md 2.3), so a job goes in without its automatic schedule and is
disabled right after. The journal, a file beside the bundle, holds what was changed until cutover, what each job was on
the source, and what was created on the target; it is pinned to both servers and never holds a secret.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..._core.answer import Misfit
from ..._core.compare import Drift, fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.files import name_of, write_file
from ..._core.local_json import read_json
from ..._core.shape import STRING, Shape, check
from .bundle import Bundle, ServerIdentity, dump
from .chains import Chain
from .collection import Record, records
from .journal_entries import ENTRY, OBJECT, JournalJob, JournalObject, read_job, read_object
from .kinds import JOBS, KINDS, is_always_there
from .listed import ListedJob
from .mapping import Mappings

FORMATS = "backupfleet.rest/journal/"
JOURNAL_FORMAT = f"{FORMATS}2"
# It knew a job by its name on the target only, and called its phase a state.
FIRST_FORMAT = f"{FORMATS}1"
ANOTHER_FILE = "Name another file as journal."
# What the journal of a target is called, in the bundle.
JOURNAL = "journal-"
# The phases of a job, in the order in which it goes through them. Only one that waits for the cutover, because of what
# it needs, is not staged at first: its source comes to rest before it is brought in.
WAITING = "waiting"
COMING_TO_REST = "coming to rest"
AT_REST = "at rest"
PENDING = "pending"
STAGED = "staged"
CUTTING_OVER = "cutting over"
CUT_OVER = "cut over"
ROLLING_BACK = "rolling back"
ROLLED_BACK = "rolled back"
CONTENT: Shape = {"target!": STRING, "source": STRING, "jobs!": {}, "created": [OBJECT]}
JOB_PHASES = (WAITING, COMING_TO_REST, AT_REST, PENDING, STAGED, CUTTING_OVER, CUT_OVER, ROLLING_BACK, ROLLED_BACK)
# Those of a job that is not on the target before its source has come to rest.
NOT_YET_THERE = (WAITING, COMING_TO_REST, AT_REST)


# Jobs that have no switch for their start: they begin when they are created, or when another job has run.
WITHOUT_SWITCH = frozenset({"FileBackupCopy", "EntraIDTenantBackupCopy"})
COPY, IMMEDIATE = "BackupCopy", "immediate"


def has_switch(job: Record) -> bool:
    """Whether a job can be created so that it does not start by itself (facts/vbr_beyond_automation.md 0, 4)."""
    mode = job.get("mode") or value_at(job, ("schedule", "type"))
    return job.get("type") not in WITHOUT_SWITCH and not (job.get("type") == COPY and fold(mode) == IMMEDIATE)


def runs_by_itself(job: Record) -> bool:
    """Whether the job starts without somebody who starts it, if it is enabled."""
    return not has_switch(job) or bool(value_at(job, ("schedule", "runAutomatically")))


def asleep(job: Record) -> Record:
    """The job without its automatic start; everything else of the schedule stays. Some jobs have none."""
    return {**job, "schedule": {**(job.get("schedule") or {}), "runAutomatically": False}} if has_switch(job) else job


def without_start(job: Record) -> Record:
    """The job without a word of when it starts by itself: it is left to whoever has it."""
    schedule = job.get("schedule")
    if not isinstance(schedule, dict):
        return job
    return {**job, "schedule": {name: value for name, value in schedule.items() if name != "runAutomatically"}}


@dataclass(frozen=True)
class Origin:
    """What a job is on the source: its name, its id, whether it is disabled, and what it has made, as far as the
    bundle says it.
    """

    name: str
    id: str = ""
    disabled: bool | None = None
    chains: tuple[Chain, ...] = ()


def origins(bundle: Bundle, mappings: Mappings) -> dict[str, Origin]:
    """What each job of the bundle is on the source, by the name that it has on the target."""
    listed: dict[str, list[ListedJob]] = {}
    for job in bundle.states or ():
        if job.moves:
            listed.setdefault(job.name, []).append(job)
    found = {}
    for _list, record in records(bundle.estate.get(JOBS.name, {})):
        name = str(record.get("name") or "")
        same = [job for job in listed.get(name, []) if job.is_of(record)]
        known = Origin(name, same[0].id, same[0].disabled, same[0].chains) if len(same) == 1 else Origin(name)
        found[mappings.new_name(JOBS.name, name) or name] = known
    return found


def _content(path: Path) -> dict[str, Any]:
    """What a journal holds, of either format. Raises InvalidInput."""
    read: dict[str, Any] = read_json(path, {"format!": STRING}, what="The journal", remedy=ANOTHER_FILE)
    if read["format"] not in (JOURNAL_FORMAT, FIRST_FORMAT):
        raise InvalidInput(f"The journal {path} is of a format that this version does not read.", "Update.")
    try:
        check(read, CONTENT)
        check(list(read["jobs"].values()), [ENTRY], "jobs")
    except Misfit as misfit:
        raise InvalidInput(f"The journal {path} cannot be read: {misfit}.", ANOTHER_FILE) from None
    return read


@dataclass
class Journal:
    """What was staged on one target from one source: name on the target -> the job.

    `pending` is written before jobs are sent, `staged` when they are proved disabled; a run that died in between leaves
    `pending`, and the next one knows which jobs are its own and have to be put to sleep. Names are taken exactly:
    another job may differ by case only. `origins` are what a run that stages them knows of the source, and
    `days_per_point` is the rule that it converts retention by.

    `created` are the objects of every kind that were sent and are, for all that is known, on the target.
    """

    path: Path | None
    target: str
    jobs: dict[str, JournalJob] = field(default_factory=dict)
    source: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    created: dict[tuple[str, str], JournalObject] = field(default_factory=dict)
    days_per_point: str = ""
    # Whether an earlier run wrote it: then what it does not know was not brought in by one.
    is_read: bool = False
    # By folded id, what the jobs of the target are called now.
    called: Mapping[str, str] = field(default_factory=dict)
    # The jobs of which nothing is on the target, under names which the bundle has no more; None if nobody has asked.
    _old_names: list[JournalJob] | None = field(default=None, init=False, repr=False)

    def note(self, job: Record, phase: str) -> None:
        """Remember a job in this phase. What it was on the source when it was noted first is kept."""
        name = str(job.get("name"))
        noted = self.jobs.get(name)
        if noted is None or noted.phase == ROLLED_BACK:
            origin = self.origins.get(name, Origin(""))
            self._forget_old_name(name, origin)
            known = {"source_name": origin.name, "source_id": origin.id, "disabled": origin.disabled}
            self.jobs[name] = noted = JournalJob(name, phase, runs_by_itself(job), **known)  # type: ignore[arg-type]
            noted.days_per_point = self.days_per_point
        noted.phase = phase

    def _forget_old_name(self, name: str, origin: Origin) -> None:
        """A job that is not on the target and was renamed since is not to come in under its old name, too."""
        if self._old_names is None:
            absent = (job for job in self.jobs.values() if job.phase in (WAITING, ROLLED_BACK))
            self._old_names = [job for job in absent if job.name not in self.origins]
        for job in self._old_names:
            if origin.name and is_job_of(job, origin) and job.phase in (WAITING, ROLLED_BACK) and job.name != name:
                self.jobs.pop(job.name, None)

    def follow(self, called: Mapping[str, str]) -> None:
        """Know each job by what the target calls it now: somebody may have given it another name there. A name that
        differs by case only is the same one, as that of any object is.
        """
        self.called = called
        for job in [*self.jobs.values()]:
            name = called.get(fold(job.id), "") if job.id else ""
            if name and fold(name) != fold(job.name) and name not in self.jobs:
                made = self.created.pop((JOBS.name, job.name), None)
                del self.jobs[job.name]
                job.name = name
                self.jobs[name] = job
                if made:
                    self.created[JOBS.name, name] = replace(made, key=name)

    def is_news(self, name: str, needs: tuple[tuple[str, str], ...]) -> bool:
        """Whether it is still to be noted that this job waits for the cutover, and needs these. Of what is further on
        its way nothing is noted any more.
        """
        state = self.state(name)
        return state in ("", ROLLED_BACK) or (state == WAITING and self.jobs[name].needs != needs)

    def note_waiting(self, jobs: Iterable[tuple[Record, tuple[tuple[str, str], ...]]]) -> None:
        """Remember jobs that wait for the cutover, each with what it needs."""
        for job, needs in jobs:
            name = str(job.get("name"))
            if self.is_news(name, needs):
                self.note(job, WAITING)
                self.jobs[name].needs = needs

    def forget(self, name: str) -> None:
        """The job was to be brought in and is proved not to be there. One whose source rests for it stays known."""
        noted = self.jobs.get(name)
        if noted and noted.phase == PENDING and not noted.rested:
            del self.jobs[name]

    def forget_made(self, keys: Iterable[tuple[str, str]]) -> bool:
        """These were sent, and are proved not to be there, or not to be ours. Whether that is new."""
        known = [key for key in keys if self.created.pop(key, None)]
        for kind, name in known:
            if kind == JOBS.name:
                self.forget(name)
        return bool(known)

    def mark_staged(self, name: str, job_id: str = "") -> None:
        """The job is proved disabled; one that was never noted stays unknown."""
        if name in self.jobs:
            self.jobs[name].phase = STAGED
            self.jobs[name].needs = ()
            self.jobs[name].id = job_id or self.jobs[name].id

    def finish(self, keys: Iterable[tuple[str, str]]) -> bool:
        """These have all that they take; what nobody created is not to be removed, either. Whether that is new."""
        ended = [made for key in keys if (made := self.created.get(key)) and made.unfinished]
        for made in ended:
            made.unfinished = False
            if is_always_there(made.kind):
                del self.created[made.object_key]
        return bool(ended)

    def bring_over(self, name: str, changes: Iterable[Drift]) -> None:
        """A job of the target gets these of its source."""
        made = self.created.get((JOBS.name, name))
        if made:
            made.bring_over(changes)

    def names(self, kind: str) -> frozenset[str]:
        """What an earlier run called the objects of a kind that it brought in, or that wait."""
        made = frozenset(key for of, key in self.created if of == kind)
        return made | frozenset(self.jobs) if kind == JOBS.name else made

    def state(self, name: str) -> str:
        """The phase of a job; `""` if it was never noted."""
        return self.jobs[name].phase if name in self.jobs else ""

    def is_rested(self, name: str) -> bool:
        """Whether the source was put to rest for a job that has been brought in since, or is about to be."""
        return name in self.jobs and self.jobs[name].rested and self.jobs[name].phase != COMING_TO_REST

    def has_waiting(self) -> bool:
        """Whether there is a job whose source is not at rest, and which is not on the target for that reason."""
        return any(job.phase in (WAITING, COMING_TO_REST) for job in self.jobs.values())

    def refresh(self) -> None:
        """Take over what others have written meanwhile."""
        there = read_journal(self.path, self.target, self.source)
        self.jobs, self.created = there.jobs or self.jobs, there.created or self.created
        self._old_names = None
        self.follow(self.called)

    def write(self) -> None:
        if self.path:
            jobs = {name: job.as_dict() for name, job in self.jobs.items()}
            pinned = {"format": JOURNAL_FORMAT, "source": self.source, "target": self.target}
            # In an order of their own: a run that goes on with another one leaves the same file.
            order = {kind: number for number, kind in enumerate(KINDS)}
            made = sorted(self.created.values(), key=lambda each: (order.get(each.kind, len(order)), each.key))
            write_file(self.path, dump({**pinned, "jobs": jobs, "created": [each.line() for each in made]}))


def is_job_of(job: JournalJob, origin: Origin) -> bool:
    """Whether a job of the journal is this one of the source: by its id, by its name where that is not known."""
    return job.source_id == origin.id if job.source_id and origin.id else job.source_name == origin.name


def journal_path(journal: str | None, src: str | None, target: str) -> Path | None:
    """Where the journal of a target is: as the user says, else in the bundle, if there is one."""
    if journal:
        return Path(journal)
    return Path(src) / f"{JOURNAL}{name_of(target)}.json" if src else None


def source_id(source: ServerIdentity) -> str:
    """What a journal is pinned to; a server of 1.0-rev2 does not say its id."""
    return source.vbr_id or source.name


def read_journal(
    path: Path | None, target: str, source: str = "", origins: Mapping[str, Origin] | None = None
) -> Journal:
    """The journal of earlier runs, or an empty one. Raises InvalidInput when it belongs to another pair of servers."""
    if path is None or not os.path.exists(path):
        return Journal(path, target, {}, source, origins or {})
    content = _content(path)
    jobs = {job.name: job for job in map(read_job, content["jobs"].values())}
    unknown = next((job for job in jobs.values() if job.phase not in JOB_PHASES), None)
    if unknown:
        said = f"{quoted(unknown.name)} has the phase {quoted(unknown.phase)}"
        raise InvalidInput(f"The journal {path} cannot be read: {said}, which is none.", ANOTHER_FILE)
    # What was imported by an older version is not known to have been created.
    created = [read_object(entry) for entry in content.get("created") or ()]
    pinned = {"target": content["target"], "source": content.get("source") or ""}
    for side, mine in (("target", target), ("source", source)):
        if pinned[side] and mine and pinned[side] != mine:
            raise InvalidInput(
                f"The journal {path} belongs to another {side} server ({pinned[side]}, this is {mine}).",
                ANOTHER_FILE,
            )
    made = {each.object_key: each for each in created}
    return Journal(path, target, jobs, pinned["source"] or source, origins or {}, made, is_read=True)


def refuse_shared(journal: Journal) -> None:
    """Refuse a journal in which two jobs are one job of a server: nobody knows which of them it is. Raises
    InvalidInput.
    """
    for side, known_by in (("target", "id"), ("source", "source_id")):
        first: dict[str, JournalJob] = {}
        for job in journal.jobs.values():
            job_id = fold(getattr(job, known_by))
            other = first.setdefault(job_id, job) if job_id else job
            if other is not job:
                raise InvalidInput(
                    f"The journal {journal.path} takes {quoted(other.name)} and {quoted(job.name)} for one job of the "
                    f"{side} ({getattr(job, known_by)}): it has only one of them, or none. Nothing was changed.",
                    "See which of them it is, take the other out of the journal, and give that one another name "
                    "(rename, vbr_import_rename in the roles) when it is imported.",
                )
