# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader of a report does now, and the command for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import quoted
from ..._core.failures import listed
from ..handover.removal import NOT_AMONG, NOT_CHOSEN
from ..handover.whereabouts import HALFWAY, NOT_STAGED, OPEN, REMOVED, next_step
from ..migration.stage import AT_REST, ROLLED_BACK
from .command import AS_BEFORE, PREFIXES, command_of
from .verification import NOT_ASLEEP
from .window import FAILED, HANDING, NOT_BEGUN, has_written
from .words import plain

AGAIN = "What is there is kept: mend what is shown and run the same playbook again."
HAND_OVER = 'The jobs are asleep. Read the guide "Before you cut over", and hand them over.'
# Where nobody knows where each job stands.
HANDED_OVER = "Watch the next run of each job."
NEXT_WAVE = "Name the next wave in vbr_cutover_jobs; without it all that are left go. These are left: {names}."
# Stands for what somebody has to choose. Where no job is called so, the command is refused.
TO_NAME = "THE NEXT WAVE"
TAKEN_BACK = "{count} job(s) are as they were on the source: mend what was wrong, and hand them over: {names}."
WRITE_THEM = f"In the place of {AS_BEFORE} give what you gave with -e before, or write it into a file of this name."
STAYS = (
    "Of what the migration created, this stays on the target, each with its reason above: {kinds}. Mend the reason and "
    "run the rollback again, or remove it by hand once nothing needs it."
)
GO_ON = "Run the cutover again to go on, or roll back: both begin where this run ended."
STILL_AWAKE = (
    "Not all jobs are asleep, and the target may run them by itself. First of all disable each of these on one of the "
    "two servers, and verify again: {names}."
)
OFF_ON_BOTH = (
    "These jobs are off on both servers: {names}. Mend what is shown and run the cutover again, or roll back: both "
    "begin where this run ended."
)
LOST = (
    "These jobs are off on both servers: {names}. They were handed over, and the target does not have them any more. "
    "Take them back by the playbook rollback (vbr_rollback_jobs names them), or delete on the source what nobody needs."
)
ALIKE = "Nothing: the target has all that it should have, as it should be."
ALIKE_BUT = "Nothing has drifted. What is shown besides is left to be done by hand, or kept as the target has it."
NEXT = {
    "drifted": "Begin with what is critical, and decide for each on which of both sides it is to be mended.",
    "alike": ALIKE,
    "moved": HAND_OVER,
    "complete": HAND_OVER,
    "verified": HAND_OVER,
    "planned": "If this is as it should be, run the same playbook without --check.",
    "checked": "Mend what you can, and plan the move.",
    "exported": "Plan the move: no secret is needed for it.",
    "refused": "Nothing was sent: mend what is shown and run the same playbook again.",
    "failed": AGAIN,
    "handed over": HANDED_OVER,
    "taken back": HANDED_OVER,
}
FILL_IN = "Fill in secrets_needed.yml and encrypt it; then plan the move."
SECRETS_GIVEN = "Plan the move: the plan names what vbr_secrets, which this pair has already, does not have yet."
SECRETS_FIRST = "Nothing was sent: fill in the secrets below, encrypt the file, and run the same playbook again."
UNTOUCHED = "Nothing was changed: mend what is shown and run the same playbook again."
NOTHING_TO_DO = "Nothing is to be created: the target has everything."
ONLY_WAITING = "Nothing is to be created before the cutover: the target has everything else."
APPLY_IT = "Read the plan and have it approved; then apply it. The digest binds the run to this very plan."
PLAN_AGAIN = "Nothing was sent: plan again, and have that plan approved."
NONE_STAGED = "No job was staged by this migration: there is none to hand over."
VERIFY_IT = "The jobs are asleep. Verify the target before you hand them over."
UNLIKE = "See what is missing or differs, and run the playbook migrate again for what is missing."
Row = Mapping[str, Any]


def _awake(sections: Row) -> list[str]:
    """The jobs that are not known to be asleep."""
    found = [row["key"] for row in (sections["verification"] or {}).get("awake", ())]
    found += [row["key"] for row in sections["findings"] if row["code"] in NOT_ASLEEP]
    return [quoted(key) for key in dict.fromkeys(found)]


def next_of(run: Row, outcome: str, sections: Row) -> dict[str, str]:
    """What the reader does now, and the command for it, if a playbook of ours does it."""
    handing = sections["handover"] is not None
    says, playbook, more = (_after_handing if handing else _after_staging)(run, outcome, sections)
    rows = (sections["standing"] or {}).get("jobs", ())
    if says == UNTOUCHED and handing and any(row["stands"] == REMOVED for row in rows):
        # There is nothing that could be mended and handed over.
        says, playbook = next_step(rows)
    jobs: list[str] = []
    if playbook == "cutover" and outcome in HANDING.values():
        says, jobs = _wave(run, outcome, says, rows)
    command = command_of(run, playbook, more, jobs) if playbook else ""
    written = [WRITE_THEM] if AS_BEFORE in command else []
    return {"next": " ".join((says, *_stays(run), *written)), "command": command}


def _wave(run: Row, outcome: str, says: str, rows: Sequence[Row]) -> tuple[str, list[str]]:
    """What is said, and which jobs the next cutover is for; none if it is for those of this run, or for all."""
    left = [row["name"] for row in rows if row["stands"] in (*OPEN, ROLLED_BACK)]
    if _is_halfway(rows) or not left:
        return says, []
    if outcome == HANDING["cutover"]:
        # A wave that is done is not what comes next.
        return f"{says} {NEXT_WAVE.format(names=listed([*map(quoted, left)]))}", [TO_NAME]
    result = run["steps"].get("rollback", {})
    back, count = result.get("jobs", {}).get(ROLLED_BACK, []), result.get("counts", {}).get(ROLLED_BACK, 0)
    if not back or count == len(left):
        return says, []
    says = TAKEN_BACK.format(count=count, names=listed([*map(quoted, back)], count))
    # Where the result does not have all of their names, there are more than a command can have.
    return says, back if len(back) == count else left


def _stays(run: Row) -> list[str]:
    """What of it a removal has left on the target for a reason of its own, if it was to remove everything."""
    result = run["steps"].get("rollback", {})
    if run["for_show"] or "removed" not in result:
        return []
    stays = [*result.get("left", ()), *result.get("pending", ())]
    count = Counter(row["kind"] for row in stays if row["reason"] not in (NOT_CHOSEN, NOT_AMONG))
    kinds = ", ".join(f"{plain(kind)} {number}" for kind, number in count.items())
    return [STAYS.format(kinds=kinds)] if kinds else []


def _again(run: Row) -> str:
    """The playbook of this run, if it is one of ours."""
    name = str(run.get("name", ""))
    return name if name in PREFIXES else ""


def _after_handing(run: Row, outcome: str, sections: Row) -> tuple[str, str, str]:
    handed, standing = sections["handover"], sections["standing"]
    playbook = "cutover" if run["steps"].get("cutover") else "rollback"
    # A cutover imports when it has put jobs to rest, in this run or in an earlier one.
    if outcome in FAILED and handed.get("lost") and not (run["for_show"] or handed["failures"]):
        return LOST.format(names=listed([*map(quoted, handed["lost"])])), "", ""
    begun = not run["for_show"] and (handed["changed"] or run["steps"].get("import"))
    if outcome in FAILED and not begun:
        return UNTOUCHED, "", ""
    if outcome in FAILED:
        off = _off(standing) if playbook == "cutover" else []
        return OFF_ON_BOTH.format(names=listed(off)) if off else GO_ON, playbook, ""
    if outcome == "planned" and handed["changed"]:
        return NEXT["planned"], _again(run), ""
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
    if outcome == "exported":
        return _after_export(run), "plan", ""
    if outcome == "checked":
        return says, "plan" if run.get("source") and run.get("target") else "", ""
    if outcome == "refused":
        return _after_refusal(sections)
    if outcome == "failed" and not has_written(run["steps"].get("import", {})):
        return UNTOUCHED, "", ""
    if outcome == "planned" and (run["for_show"] or not sections["totals"]["planned"]):
        return _after_plan(run, sections["totals"])
    if outcome == "planned" and plan and plan["saved"]:
        return APPLY_IT, "apply", f" -e vbr_plan_digest={plan['digest']}"
    if says == HAND_OVER and (awake := _awake(sections)):
        return STILL_AWAKE.format(names=listed(awake)), "", ""
    if verified and not verified["ok"] and outcome not in ("failed", "drifted"):
        return UNLIKE, "", ""
    if says == HAND_OVER:
        return _after_import(run, outcome, verified, jobs)
    return says, "", ""


def _after_export(run: Row) -> str:
    if not run["steps"].get("export", {}).get("secrets_needed"):
        return NEXT["exported"]
    return SECRETS_GIVEN if run.get("has_secrets") else FILL_IN


def _after_refusal(sections: Row) -> tuple[str, str, str]:
    if sections["differences"]:
        return PLAN_AGAIN, "plan", ""
    return SECRETS_FIRST if sections["secrets_missing"] else NEXT["refused"], "", ""


def _after_plan(run: Row, totals: Row) -> tuple[str, str, str]:
    """After a dry run, and after a plan of which nothing is to be done."""
    if totals["planned"] or "import" not in run["steps"]:
        return NEXT["planned"], _again(run), ""
    return ONLY_WAITING if totals["waiting"] else NOTHING_TO_DO, "", ""


def _after_import(run: Row, outcome: str, verified: Row | None, jobs: Sequence[Row]) -> tuple[str, str, str]:
    """Where the target is as it should be, as far as it is known. Of jobs that somebody has begun to hand over the
    journal knows more.
    """
    if jobs and all(row["stands"] == NOT_STAGED for row in jobs):
        return NONE_STAGED, "", ""
    begun = any(row["phase"] not in NOT_BEGUN for row in jobs)
    says, playbook = next_step(jobs) if begun else (HAND_OVER if verified else VERIFY_IT, "cutover")
    not_verified = outcome in ("moved", "complete") and not verified
    return says, "verify" if not_verified and playbook == "cutover" and not _is_halfway(jobs) else playbook, ""


def _is_halfway(jobs: Sequence[Row]) -> bool:
    return any(row["stands"] in HALFWAY for row in jobs)
