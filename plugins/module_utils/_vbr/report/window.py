# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run ended in a word, and how far its pair is on the way from plan to cutover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..handover.whereabouts import REMOVED
from ..migration.stage import CUT_OVER, NOT_YET_THERE, PENDING, ROLLED_BACK, STAGED

# The way of a pair, from its first plan to where no run of these playbooks leads any further.
ENDS = ("planned", "moved", "complete", "verified")
FAILED = ("failed", "refused")
WINDOW = ("plan", "apply", "verify", "cutover")
# The run that compares two servers, whatever it stops at.
COMPARING = "drift"
# The runs that hand jobs over or take them back, and how they end.
HANDING = {"cutover": "handed over", "rollback": "taken back"}
DONE, NOW, LATER, SKIPPED = "done", "next", "later", "skipped"
# Phases of jobs that nobody has begun to hand over.
NOT_BEGUN = ("", PENDING, STAGED, NOT_YET_THERE[0])
Row = Mapping[str, Any]


def outcome_of(run: Row, steps: Mapping[str, Row]) -> str:
    """One word. Refused means that nothing was sent, complete that nothing was missing."""
    imported = steps.get("import", {})
    handing = next((name for name in HANDING if name in steps), "")
    if run.get("name") == COMPARING and "verify" in steps:
        # Whether jobs run on the one or on the other is no drift.
        found = (steps["verify"].get(name) for name in ("missing", "drift", "diverged", "extra"))
        return "drifted" if any(found) else "alike"
    if has_failed(run.get("failure")):
        return _outcome_of_failed(steps, imported, steps.get(handing, {}))
    if list(steps) == ["preflight"]:
        return "checked"
    if run["for_show"] or imported.get("plan_file"):
        return "planned"
    if handing:
        return HANDING[handing]
    if "import" in steps:
        return "moved" if steps["import"].get("changed") else "complete"
    return "verified" if "verify" in steps else "exported"


def _outcome_of_failed(steps: Mapping[str, Row], imported: Row, handed: Row) -> str:
    wrong = any(finding["severity"] == "error" for finding in imported.get("findings", []))
    # A plan that holds an error is not begun, whatever it says it would change.
    if handed.get("changed") or (has_written(imported) and not wrong):
        return "failed"
    stopped = steps.get("preflight", {}).get("failures") and "import" not in steps
    held = handed.get("failures") and "counts" not in handed
    return "refused" if wrong or stopped or held or imported.get("differences") else "failed"


def has_written(imported: Row) -> bool:
    """Whether an import may have changed its target. What an export changes is a bundle."""
    return bool(imported.get("changed") or imported.get("sessions"))


def has_failed(failure: Row | None) -> bool:
    """Whether there is a failure: it names the task."""
    return bool((failure or {}).get("task"))


def window(run: Row, outcome: str, sections: Row) -> list[dict[str, str]]:
    """The steps from the plan to the cutover, each `done`, `next`, `later` or `skipped`, and of how many jobs a part
    of it is done; none where the run says nothing of it.
    """
    if run["for_show"]:
        return []
    jobs = (sections["standing"] or {}).get("jobs", ())
    begun = any(row["phase"] not in NOT_BEGUN for row in jobs)
    if begun and (outcome in HANDING.values() or outcome in (*ENDS, *FAILED)):
        return _handing(jobs, sections["verification"])
    return _staging(outcome, sections) if outcome in ENDS else []


def _staging(outcome: str, sections: Row) -> list[dict[str, str]]:
    verified = sections["verification"]
    # Nothing of a plan that there is nothing to do of has to be applied.
    applied = outcome != "planned" or not sections["totals"]["planned"]
    done = 1 + applied + bool(applied and verified and verified["ok"])
    states = [DONE] * done + [NOW] + [LATER] * len(WINDOW)
    return [_step(step, state) for step, state in zip(WINDOW, states, strict=False)]


def _handing(jobs: Sequence[Row], verified: Row | None) -> list[dict[str, str]]:
    """Once jobs were handed over. What was taken back is a step of its own, and the cutover is open again; where it was
    removed from the target, too, all of the way is.
    """
    phases = [row["phase"] for row in jobs]
    handed, back = phases.count(CUT_OVER), phases.count(ROLLED_BACK)
    removed = any(row["stands"] == REMOVED for row in jobs)
    before = [_step(step, DONE if step != "verify" or verified else SKIPPED) for step in WINDOW[:-1]]
    before = [_step(step, LATER if step != WINDOW[0] else NOW) for step in WINDOW[:-1]] if removed else before
    state = DONE if handed == len(phases) else LATER if removed else NOW
    cutover = _step(WINDOW[-1], state, handed, len(phases))
    return [*before, cutover, *([_step(ROLLED_BACK, DONE, back, len(phases))] if back else [])]


def _step(step: str, state: str, some: int = 0, of: int = 0) -> dict[str, str]:
    return {"step": step, "state": state, "jobs": f"{some} of {of} jobs" if of else ""}
