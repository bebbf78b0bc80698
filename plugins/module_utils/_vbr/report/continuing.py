# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going on with an earlier report: which reports others go on with, and what a run has made of what that one says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..migration.kinds import KINDS, REPOSITORIES
from ..migration.phases import ONE_OWNER
from ..migration.saved_plan import NO_RETURN
from ..migration.stage import ROLLED_BACK
from .window import COMPARING, has_failed
from .words import OUTCOMES, REMOVED_AGAIN

# What a later import of the same run finds there, an earlier one may have brought.
BROUGHT = ("created", "updated")
# How a run ends that left everything as it was.
SENT_NOTHING = ("planned", "refused")
# What an import is only about to create, and what it may have created or not.
STILL_TO_COME = ("planned", "waiting")
NOT_PROVED = (*STILL_TO_COME, "blocked", "failed")
IT_IS_TAKEN = (
    "It belongs to the target since the cutover: jobs of the source that use it fail, and a rollback does not give it "
    "back by itself. After one, the source has to take it over again, in its console."
)
TAKE_IT_BACK = (
    "It belongs to the target since the cutover, and the rollback has not changed that: jobs of the source that use "
    "it fail. Let the source take it over again: in its console, edit the repository, go through to the end, and "
    "rescan it. Before that, see to it that nothing on the target uses it."
)
Row = Mapping[str, Any]


def is_aside(run: Row, steps: Mapping[str, Row], outcome: str, earlier: Row) -> bool:
    """Whether no later report goes on with that of this run: it compared, or judged, or did not come to its work."""
    begun = {*steps} - {"preflight"} - ({"export"} if has_failed(run.get("failure")) else set())
    anew = not begun or outcome in SENT_NOTHING
    return run.get("name") == COMPARING or (anew and not earlier)


def counts_of(objects: Sequence[Row]) -> dict[str, Any]:
    """The objects, with how many of each kind and of all had which outcome."""
    present = [kind for kind in KINDS if any(row["kind"] == kind for row in objects)]
    return {
        "kinds": {kind: _counted(row for row in objects if row["kind"] == kind) for kind in present},
        "totals": _counted(objects),
        "objects": [*objects],
    }


def _counted(objects: Iterable[Row]) -> dict[str, int]:
    count = dict.fromkeys(OUTCOMES, 0)
    for row in objects:
        count[row["outcome"]] += 1
    return count


def joined(sections: Row, before: Row, steps: Mapping[str, Row], for_show: bool) -> dict[str, Any]:
    """What of the sections is otherwise with what earlier runs did: the import of a cutover brings in the rest of a
    migration, and a rollback may have removed what was created.
    """
    more: dict[str, Any] = {}
    if {"cutover", "import"} <= {*steps}:
        more |= counts_of(_of_both(before["objects"], sections["objects"]))
        more["sessions"] = [*before["sessions"], *sections["sessions"]]
    gone = steps.get("rollback", {}).get("removed")
    if gone and not for_show:
        keys = {(kind, key) for kind, found in gone.items() for key in found}
        rows = sections["objects"]
        more |= counts_of([{**row, **({"outcome": REMOVED_AGAIN} if _key(row) in keys else {})} for row in rows])
        # What was verified is no longer there.
        more |= {"verification": None, "drift": None}
    return more


def _of_both(earlier: Iterable[Row], objects: Iterable[Row]) -> list[Row]:
    """Each object as the later import has it; but what the earlier one brought in is not there by itself."""
    old = {_key(row): row for row in earlier}
    new = [old.get(_key(row), row) if _is_kept(row, old.get(_key(row))) else row for row in objects]
    known = {_key(row) for row in new}
    return [*new, *(row for key, row in old.items() if key not in known)]


def _is_kept(row: Row, old: Row | None) -> bool:
    return row["outcome"] == "kept" and old is not None and old["outcome"] in BROUGHT


def one_owner(run: Row, sections: Row, before: Row) -> list[dict[str, Any]]:
    """The storage that only one server can own: what the cutover is going to give to the target, and what it gave.

    A removal makes the journal forget it, and it is the target's all the same.
    """
    earlier = (row for row in before["one_owner"] if row["owned"])
    taken = {_key(row): row for row in (*(run.get("owned") or ()), *earlier)}
    jobs = (sections["standing"] or {}).get("jobs", ())
    why = TAKE_IT_BACK if any(row["phase"] == ROLLED_BACK for row in jobs) else IT_IS_TAKEN
    outcomes = {_key(row): row["outcome"] for row in sections["objects"]}
    coming = [row for row in sections["objects"] if row["outcome"] in STILL_TO_COME and row["reason"] == ONE_OWNER]
    # What was known to come and failed is still ahead.
    coming += [row for row in before["one_owner"] if outcomes.get(_key(row)) in NOT_PROVED]
    coming = [*(sections["plan"] or {}).get("points_of_no_return", ()), *coming]
    ahead = {_key(row): row for row in coming if row["kind"] == REPOSITORIES.name and _key(row) not in taken}
    return [
        *({"kind": kind, "key": key, "owned": True, "why": why} for kind, key in taken),
        *({"kind": kind, "key": key, "owned": False, "why": NO_RETURN} for kind, key in ahead),
    ]


def _key(row: Row) -> tuple[str, str]:
    return str(row["kind"]), str(row["key"])
