# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run ended in a word, how far its pair is on the way from plan to cutover, and what its reader does now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import quoted
from ..._core.failures import listed
from ..handover.whereabouts import HALFWAY, REMOVED, next_step
from ..migration.stage import AT_REST, CUT_OVER, NOT_YET_THERE, PENDING, ROLLED_BACK, STAGED
from .command import command_of, is_wave
from .verification import NOT_ASLEEP

# The way of a pair, from its first plan to where no run of these playbooks leads any further.
ENDS = ("planned", "moved", "complete", "verified")
FAILED = ("failed", "refused")
WINDOW = ("plan", "apply", "verify", "cutover")
AGAIN = "What is there is kept: mend what is shown and run the same playbook again."
HAND_OVER = 'The jobs are asleep. Read the guide "Before you cut over", and hand them over.'
# Where nobody knows where each job stands.
HANDED_OVER = "Watch the next run of each job."
NEXT_WAVE = "The next wave is named in vbr_cutover_jobs; without it all that are left go."
GO_ON = "Run the cutover again to go on, or roll back: both begin where this run ended."
STILL_AWAKE = (
    "Not all jobs are asleep, and the target may run them by itself. First of all disable each of these on one of the "
    "two servers, and verify again: {names}."
)
OFF_ON_BOTH = (
    "These jobs are off on both servers: {names}. Mend what is shown and run the cutover again, or roll back: both "
    "begin where this run ended."
)
# The run that compares two servers, whatever it stops at.
COMPARING = "drift"
ALIKE = "Nothing: the target has all that it should have, as it should be."
ALIKE_BUT = "Nothing has drifted. What is shown besides is left to be done by hand, or kept as the target has it."
NEXT = {
    "drifted": "Begin with what is critical, and decide for each on which of both sides it is to be mended.",
    "alike": ALIKE,
    "moved": HAND_OVER,
    "complete": HAND_OVER,
    "verified": HAND_OVER,
    "planned": "If this is as it should be, run the same playbook without --check.",
    "checked": "Mend what you can, and run the playbook migrate with --check --diff.",
    "exported": "Fill in secrets_needed.yml and encrypt it; then plan the move.",
    "refused": "Nothing was sent: mend what is shown and run the same playbook again.",
    "failed": AGAIN,
    "handed over": HANDED_OVER,
    "taken back": HANDED_OVER,
}
SECRETS_FIRST = "Nothing was sent: fill in the secrets below, encrypt the file, and run the same playbook again."
UNTOUCHED = "Nothing was changed: mend what is shown and run the same playbook again."
NOTHING_TO_DO = "Nothing is to be created: the target has everything."
ONLY_WAITING = "Nothing is to be created before the cutover: the target has everything else."
APPLY_IT = "Read the plan and have it approved; then apply it. The digest binds the run to this very plan."
PLAN_AGAIN = "Nothing was sent: plan again, and have that plan approved."
VERIFY_IT = "The jobs are asleep. Verify the target before you hand them over."
UNLIKE = "See what is missing or differs, and run the playbook migrate again for what is missing."
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
    if handed.get("changed") or (_wrote(imported) and not wrong):
        return "failed"
    stopped = steps.get("preflight", {}).get("failures") and "import" not in steps
    held = handed.get("failures") and "counts" not in handed
    return "refused" if wrong or stopped or held or imported.get("differences") else "failed"


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


def _awake(sections: Row) -> list[str]:
    """The jobs that are not known to be asleep."""
    found = [row["key"] for row in (sections["verification"] or {}).get("awake", ())]
    found += [row["key"] for row in sections["findings"] if row["code"] in NOT_ASLEEP]
    return [quoted(key) for key in dict.fromkeys(found)]


def next_of(run: Row, outcome: str, sections: Row) -> dict[str, str]:
    """What the reader does now, and the command for it, if a playbook of ours does it."""
    handing = sections["handover"] is not None
    says, playbook, more = (_after_handing if handing else _after_staging)(run, outcome, sections)
    jobs = (sections["standing"] or {}).get("jobs", ())
    if says == UNTOUCHED and handing and any(row["stands"] == REMOVED for row in jobs):
        # There is nothing that could be mended and handed over.
        says, playbook = next_step(jobs)
    # A wave that is done is not what comes next; one that was broken off is.
    done = outcome == HANDING.get(playbook) and is_wave(run, playbook)
    command = command_of(run, playbook, more, whole=done) if playbook else ""
    return {"next": f"{says} {NEXT_WAVE}" if done else says, "command": command}


def _after_handing(run: Row, outcome: str, sections: Row) -> tuple[str, str, str]:
    handed, standing = sections["handover"], sections["standing"]
    playbook = "cutover" if run["steps"].get("cutover") else "rollback"
    # A cutover imports when it has put jobs to rest, in this run or in an earlier one.
    begun = not run["for_show"] and (handed["changed"] or run["steps"].get("import"))
    if outcome in FAILED and not begun:
        return UNTOUCHED, "", ""
    if outcome in FAILED:
        off = _off(standing) if playbook == "cutover" else []
        return OFF_ON_BOTH.format(names=listed(off)) if off else GO_ON, playbook, ""
    if outcome == "planned" and handed["changed"]:
        return NEXT["planned"], "", ""
    return (*(next_step(standing["jobs"]) if standing else (HANDED_OVER, "")), "")


def _off(standing: Row | None) -> list[str]:
    """The jobs whose source is at rest, and that are not on the target yet."""
    return [quoted(row["name"]) for row in (standing or {}).get("jobs", ()) if row["phase"] == AT_REST]


def _after_staging(run: Row, outcome: str, sections: Row) -> tuple[str, str, str]:
    verified, plan, standing = sections["verification"], sections["plan"], sections["standing"]
    says = NEXT[outcome]
    jobs = (standing or {}).get("jobs", ())
    if outcome == "drifted" and any(row["phase"] in HALFWAY for row in jobs):
        return (*next_step(jobs), "")
    if outcome == "alike" and (verified.get("by_hand") or verified.get("settings")):
        return ALIKE_BUT, "", ""
    if outcome == "exported" or (outcome == "refused" and sections["differences"]):
        return says if outcome == "exported" else PLAN_AGAIN, "plan", ""
    if outcome == "refused":
        return SECRETS_FIRST if sections["secrets_missing"] else says, "", ""
    if outcome == "failed" and not _wrote(run["steps"].get("import", {})):
        return UNTOUCHED, "", ""
    if outcome == "planned" and not sections["totals"]["planned"]:
        return ONLY_WAITING if sections["totals"]["waiting"] else NOTHING_TO_DO, "", ""
    if outcome == "planned" and plan and plan["saved"] and not run["for_show"]:
        return APPLY_IT, "apply", f" -e vbr_plan_digest={plan['digest']}"
    if says == HAND_OVER and (awake := _awake(sections)):
        return STILL_AWAKE.format(names=listed(awake)), "", ""
    if verified and not verified["ok"] and outcome not in ("failed", "drifted"):
        return UNLIKE, "", ""
    if outcome in ("moved", "complete") and not verified:
        return VERIFY_IT, "verify", ""
    if says == HAND_OVER and any(row["phase"] not in NOT_BEGUN for row in jobs):
        return (*next_step(jobs), "")
    return says, "cutover" if says == HAND_OVER else "", ""


def _wrote(imported: Row) -> bool:
    """Whether an import may have changed its target. What an export changes is a bundle."""
    return bool(imported.get("changed") or imported.get("sessions"))
