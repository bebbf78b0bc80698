# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a journal says of each job and of each object that was brought in, and how that stands in its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Drift, value_at
from ..._core.shape import BOOLEAN, STRING, Shape
from .bundle import Line, line
from .collection import Record

SCHEDULE_FLAG = "schedule.runAutomatically"
OBJECT: Shape = {
    **dict.fromkeys(("kind!", "key!", "revision"), STRING),
    "record!": {},
    **dict.fromkeys(("late", "asked", "unfinished"), BOOLEAN),
}
NEED: Shape = {"kind!": STRING, "key!": STRING}
ENTRY: Shape = {
    "name!": STRING,
    "phase": STRING,
    "state": STRING,
    f"{SCHEDULE_FLAG}!": BOOLEAN,
    **dict.fromkeys(("id", "source_name", "source_id", "days_per_point"), STRING),
    **dict.fromkeys(("source_disabled", "rested"), BOOLEAN),
    "needs": [NEED],
    "chain": dict.fromkeys(("way", "state", "why"), STRING),
}
# What there is nothing to say of in most jobs.
OFTEN_EMPTY = ("rested", "days_per_point", "needs", "chain")


@dataclass
class JournalJob:
    """A job in the journal: what it is called and known by on both sides, what it was on the source, its phase.

    `disabled` and `runs_by_itself` are of the source, as they were before anything was changed; `disabled` is None
    where nobody knows. `rested` says that its source was put to rest for it before it was brought in. `days_per_point`
    is the rule that it was brought in by, `""` if its retention was not converted. `needs` are the kinds and keys of
    what waits for the cutover and it needs, however far away, itself among them; none once it is there. `chain` says
    how it goes on with what it has on the source: by which `way`, its `state`, and `why` it does not; empty if that was
    not asked for.
    """

    name: str
    phase: str
    runs_by_itself: bool
    id: str = ""
    source_name: str = ""
    source_id: str = ""
    disabled: bool | None = None
    rested: bool = False
    days_per_point: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    chain: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The entry in the file."""
        # No deep copy: a journal is written after each step, and on its way to text nothing of it is changed.
        entry = {**vars(self), "chain": dict(self.chain)}
        entry["source_disabled"] = entry.pop("disabled")
        entry[SCHEDULE_FLAG] = entry.pop("runs_by_itself")
        entry["needs"] = [{"kind": kind, "key": key} for kind, key in self.needs]
        return {name: value for name, value in entry.items() if value or name not in OFTEN_EMPTY}


def read_job(entry: Mapping[str, Any]) -> JournalJob:
    """An entry of either format."""
    phase = str(entry.get("phase") or entry.get("state"))
    ids = {name: str(entry.get(name) or "") for name in ("id", "source_name", "source_id")}
    return JournalJob(
        str(entry["name"]),
        phase,
        bool(entry[SCHEDULE_FLAG]),
        **ids,
        disabled=entry.get("source_disabled"),
        rested=bool(entry.get("rested")),
        days_per_point=str(entry.get("days_per_point") or ""),
        needs=tuple((str(need["kind"]), str(need["key"])) for need in entry.get("needs") or ()),
        chain=dict(entry.get("chain") or {}),
    )


@dataclass
class JournalObject:
    """An object that was sent to a target which did not have it: its record in a revision, without its secrets.

    `late` says of a repository that it waited for the cutover, `asked` that its deletion was asked for, and waits for
    somebody. `unfinished` is what takes a call of its own beside its creation, until that has gone well.
    """

    kind: str
    key: str
    revision: str
    record: Record
    late: bool = False
    asked: bool = False
    unfinished: bool = False
    # Its entry as text, and the marks that stand there: records are long, and a journal is written after each step.
    _written: tuple[tuple[bool, ...], Line] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def object_key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.kind, self.key

    def bring_over(self, changes: Iterable[Drift]) -> None:
        """What it gets of its source is no change that somebody made on the target."""
        for change in changes:
            *above, last = change.field.split(".")
            holder = value_at(self.record, above)
            if isinstance(holder, dict):
                holder[last] = change.after
        self._written = None

    def line(self) -> Line:
        """The entry in the file."""
        marks = (self.late, self.asked, self.unfinished)
        if self._written is None or self._written[0] != marks:
            entry = {name: value for name, value in vars(self).items() if not name.startswith("_")}
            self._written = marks, Line(line(entry))
        return self._written[1]


def read_object(entry: Mapping[str, Any]) -> JournalObject:
    known = str(entry["kind"]), str(entry["key"]), str(entry.get("revision") or "")
    marks = (bool(entry.get(name)) for name in ("late", "asked", "unfinished"))
    return JournalObject(*known, dict(entry["record"]), *marks)
