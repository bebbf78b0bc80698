# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each job of a move stands: what bundle and journal say of it, and what the servers show otherwise. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..._core.errors import InvalidInput, quoted
from ..._core.failures import listed
from ..migration.bundle import Bundle, ServerIdentity, read_bundle
from ..migration.collection import records
from ..migration.kinds import JOBS
from ..migration.listed import ListedJob
from ..migration.stage import (
    AT_REST,
    COMING_TO_REST,
    CUT_OVER,
    CUTTING_OVER,
    JOB_PHASES,
    JOURNAL,
    PENDING,
    ROLLED_BACK,
    ROLLING_BACK,
    STAGED,
    WAITING,
    Journal,
    read_journal,
    source_id,
)
from ..resources.repository import HOSTED_APPLIANCES, ON_DISK, SHARES
from .decide import diverged_from_cutover
from .plan import Standing, nowhere, standings
from .servers import Seen

# Of the bundle, and in no journal: nobody has imported it yet.
NOT_STAGED = "not staged"
# The journal says one thing, and a server shows another.
DIVERGED = "diverged"
# It was rolled back, and what the migration had created of it is gone.
REMOVED = "removed from the target"
STANDS = (NOT_STAGED, *JOB_PHASES, REMOVED, DIVERGED)
ON_BOTH = "it is enabled on both servers"
OFF_ON_BOTH = "it is off on both servers, though the source ran it"
ENABLED = "enabled"
# Repositories that may wait for the cutover, and that more than one server can use.
SHARED_STORAGE = frozenset((*ON_DISK, *SHARES, *HOSTED_APPLIANCES))
# In these, something was begun and not ended.
HALFWAY = (COMING_TO_REST, AT_REST, CUTTING_OVER, ROLLING_BACK)
# In these, nobody has begun to hand a job over that is to be handed over.
OPEN = (STAGED, WAITING)
ASLEEP_ON_TARGET = (PENDING, STAGED, ROLLED_BACK)
ALL_HANDED_OVER = (
    "All that was staged is handed over: watch the next run of each job. The way back is the playbook rollback."
)
Row = Mapping[str, Any]


def read_move(src: Path, journal: Path | None, target: str = "", text: str = "") -> tuple[Bundle, Journal]:
    """The bundle and its journal: the one that is named, else the only one in the bundle. Raises InvalidInput.

    `text` is the bundle itself, where it is another than what lies there.
    """
    bundle = read_bundle(src, text)
    found = [journal] if journal else sorted(src.glob(f"{JOURNAL}*.json"))
    if len(found) > 1:
        raise InvalidInput(
            f"The bundle {src} has {len(found)} journals, each of another target: "
            f"{listed([path.name for path in found])}.",
            "Name one of them as journal, or give the target.",
        )
    return bundle, read_journal(found[0] if found else None, target, source_id(bundle.source))


def whereabouts(
    bundle: Bundle, journal: Journal, source: Seen | None = None, target: Seen | None = None
) -> list[dict[str, Any]]:
    """A row for each job of the journal, and for each of the bundle that it does not know: its `name` on the target,
    `source_name`, `phase` by the journal, where it `stands`, what is `wrong`, whether it is `off` on both servers
    though the source ran it, and as what each of the two servers shows it, `""` where it was not asked. One that was
    rolled back and is nowhere any more has none.
    """
    nobody = Seen(ServerIdentity(), "")
    there = standings(journal.jobs.values(), source or nobody, target or nobody)
    removed = {now.job.name for now in there if _is_removed(now, journal)}
    gone = {name for name in nowhere(there, bundle) if target or name in removed}
    rows = [
        _row(now, source is not None, target is not None, now.job.name in removed)
        for now in there
        if now.job.name not in gone
    ]
    known = {job.source_name or job.name for job in journal.jobs.values()}
    named = (str(record.get("name")) for _list, record in records(bundle.estate.get(JOBS.name, {})))
    return [*rows, *(_new(name, source, target) for name in named if name not in known)]


def _row(now: Standing, source: bool, target: bool, removed: bool) -> dict[str, Any]:
    wrong = list(_wrong(now, source, target))
    shown = {"source": _shown(now.source, source), "target": _shown(now.target, target)}
    return {
        "name": now.job.name,
        "source_name": now.job.source_name or now.job.name,
        "phase": now.job.phase,
        "stands": DIVERGED if wrong else REMOVED if removed else now.job.phase,
        "wrong": wrong,
        # In the middle of a cutover that is as it should be for a while, so that it is not wrong.
        "off": now.job.disabled is False and not {"", ENABLED} & {*shown.values()},
        **shown,
    }


def _is_removed(now: Standing, journal: Journal) -> bool:
    """Whether a rollback removed it from the target: the journal forgets what was created, and keeps the job."""
    rolled_back = now.job.phase == ROLLED_BACK and now.target is None
    return rolled_back and (JOBS.name, now.job.name) not in journal.created


def _new(name: str, source: Seen | None, target: Seen | None) -> dict[str, Any]:
    """A job that no journal knows: it may run on both servers all the same."""
    shown = {
        side: _shown(seen.jobs.find("", name) if seen else None, seen is not None)
        for side, seen in (("source", source), ("target", target))
    }
    wrong = [ON_BOTH] if set(shown.values()) == {ENABLED} else []
    where = {"phase": "", "stands": DIVERGED if wrong else NOT_STAGED, "wrong": wrong, "off": False}
    return {"name": name, "source_name": name, **where, **shown}


def _shown(job: ListedJob | None, asked: bool) -> str:
    if not asked:
        return ""
    return "missing" if job is None else "disabled" if job.disabled else ENABLED


def _wrong(now: Standing, asked_source: bool, asked_target: bool) -> Iterator[str]:
    """What the servers that were asked show otherwise than the journal says."""
    job, source, target = now.job, now.source, now.target
    if source and not source.disabled and now.awake_on_target:
        yield ON_BOTH
        return
    # Who has cut a job over may remove it from the old server.
    if asked_source and source is None and job.phase != CUT_OVER:
        yield "it is no longer on the source"
    if source and not source.disabled and job.phase in (CUT_OVER, AT_REST):
        yield f"it is enabled on the source, and is {job.phase}"
    if source and source.disabled and job.phase == ROLLED_BACK and job.disabled is False:
        yield "it is disabled on the source, and was rolled back"
    if asked_target and job.phase == CUT_OVER and (how := diverged_from_cutover(now)):
        yield how
    if asked_target and target is None and job.phase == STAGED:
        yield "it is no longer on the target"
    if now.awake_on_target and job.phase in ASLEEP_ON_TARGET:
        yield "it is enabled on the target, and is to sleep there"


def storage_of_the_target(journal: Journal) -> list[dict[str, str]]:
    """The storage that only one server can own, and that the target owns since the cutover created it there."""
    late = (made for made in journal.created.values() if made.late)
    return [{"kind": made.kind, "key": made.key} for made in late if made.record.get("type") not in SHARED_STORAGE]


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many jobs stand where, as far as there are any."""
    count = Counter(row["stands"] for row in rows)
    return {stands: count[stands] for stands in STANDS if count[stands]}


def next_step(rows: Iterable[Row]) -> tuple[str, str]:
    """What is to be done now, in words, and the playbook that does it; `""` where none does."""
    everything = list(rows)
    there = counted(everything)
    both = [row["name"] for row in everything if ON_BOTH in row["wrong"]]
    diverged = [row["name"] for row in everything if row["wrong"]]
    halfway = sum(there.get(phase, 0) for phase in HALFWAY)
    open_ones, back = sum(there.get(phase, 0) for phase in OPEN), there.get(ROLLED_BACK, 0)
    if both:
        return f"First of all disable these on one of the two servers, which may run on both: {_named(both)}.", ""
    if diverged:
        return f"See why these are not as the journal says, and mend it: {_named(diverged)}.", ""
    if not everything or there.get(NOT_STAGED, 0) == len(everything):
        return "Nothing was imported yet: plan the move, and apply the plan.", "plan"
    if there.get(PENDING):
        return f"{there[PENDING]} job(s) are not proved to sleep on the target: import again.", "import"
    if halfway:
        return f"{halfway} job(s) are in the middle of it: run the cutover again to go on, or roll back.", "cutover"
    if there.get(REMOVED):
        return (
            f"{there[REMOVED]} job(s) are as they were on the source, and nothing of them is on the target: plan "
            "the move again, and apply the plan.",
            "plan",
        )
    if open_ones:
        besides = f", and {back} are as they were on the source" if back else ""
        return f"{open_ones} job(s) are not handed over yet{besides}: verify the target, and hand them over.", "cutover"
    if back:
        return f"{back} job(s) are as they were on the source: mend what was wrong, and hand them over.", "cutover"
    return ALL_HANDED_OVER, ""


def _named(names: Iterable[str]) -> str:
    return listed([quoted(name) for name in names])
