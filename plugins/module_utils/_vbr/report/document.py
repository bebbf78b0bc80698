# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a migration as data: what became of each object, the sessions, the verification, and how long it took.

What a run did not do (an import does not export) is taken from the report that an earlier run of the same pair left.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from ..._core.errors import quoted
from ..._core.failures import Failed, by_reason, listed
from ..._core.times import moment_of
from ..migration.kinds import KINDS
from .drift import drift
from .verification import NOT_ASLEEP
from .words import OUTCOMES

FORMAT = "backupfleet.rest/report/1"
OF_ACTION = {"create": "planned", "keep": "kept", "drift": "drift", "blocked": "blocked", "skip": "skipped"}
STEPS = ("export", "preflight", "import", "verify")
EMPTY: dict[str, Any] = {
    "source": {},
    "exported": {},
    "kinds": {},
    "totals": dict.fromkeys(OUTCOMES, 0),
    "objects": [],
    "findings": [],
    "preflight": [],
    "secrets_missing": [],
    "waiting": [],
    "differences": [],
    "plan": None,
    "sessions": [],
    "verification": None,
    "drift": None,
}
# The way of a pair, from its first plan to where no run of these playbooks leads any further.
WINDOW = ("plan", "apply", "verify", "cutover")
COMMAND = "ansible-playbook -i inventory.yml -J backupfleet.rest.{playbook} --limit {pair}"
AGAIN = "What is there is kept: mend what is shown and run the same playbook again."
HAND_OVER = 'The jobs are asleep. Read the guide "Before you cut over", and hand them over.'
STILL_AWAKE = (
    "Not all jobs are asleep: the target may run {names} by itself. First of all disable each of them on one of the "
    "two servers, and verify again."
)
# The run that compares two servers, whatever it stops at.
COMPARING = "drift"
NEXT = {
    "drifted": "Begin with what is critical, and decide for each on which of both sides it is to be mended.",
    "alike": "Nothing: the target has all that it should have, as it should be.",
    "moved": HAND_OVER,
    "complete": HAND_OVER,
    "verified": HAND_OVER,
    "planned": "If this is as it should be, run the same playbook without --check.",
    "checked": "Mend what you can, and run the playbook migrate with --check --diff.",
    "exported": "Fill in secrets_needed.yml and encrypt it; then run the playbook migrate with --check --diff.",
    "refused": "Nothing was sent: mend what is shown and run the same playbook again.",
    "failed": AGAIN,
}
SECRETS_FIRST = "Nothing was sent: fill in the secrets below, encrypt the file, and run the same playbook again."
UNTOUCHED = "Nothing was changed: mend what is shown and run the same playbook again."
NOTHING_TO_DO = "Nothing is to be created: the target has everything."
ONLY_WAITING = "Nothing is to be created before the cutover: the target has everything else."
APPLY_IT = "Read the plan and have it approved; then apply it. The digest binds the run to this very plan."
PLAN_AGAIN = "Nothing was sent: plan again, and have that plan approved."
VERIFY_IT = "The jobs are asleep. Verify the target before you hand them over."
UNLIKE = "See what is missing or differs, and run the playbook migrate again for what is missing."
Row = Mapping[str, Any]


def migration_report(run: Row, earlier: Row | str | None = None) -> dict[str, Any]:
    """`run` says which pair, its servers, whether for show, what each step gave, when it began, and what went wrong;
    see the documentation of the filter. `earlier` is the report that this run goes on with. Returns the report.

    Both `earlier` and what the import wrote down may be the text of a file. Ansible's variables take long to be gone
    through, so what the import wrote down is read instead of its result, if it is that of the same import.
    """
    steps = {name: result for name in STEPS if (result := run["steps"].get(name))}
    details = _read(run.get("details"))
    if details and _last_session(details) == _last_session(steps.get("import", {})):
        steps["import"] = details
    before = {**EMPTY, "revisions": {}, "times": {}, "seconds": {}, **_read(earlier)}
    sections = {name: before[name] for name in EMPTY}
    for name, result in steps.items():
        sections |= MAKERS[name](details, result)
    if "import" in steps:
        sections["plan"] = _plan(run, steps["import"])
    # What both notice is said once, by the one that knows more.
    known = {_subject(one) for one in sections["findings"]}
    sections["preflight"] = [one for one in sections["preflight"] if _subject(one) not in known]
    outcome, judged = _outcome(run, steps), steps.get("preflight", {})
    times = {name: str(time) for name, time in run["times"].items() if time}
    return {
        "format": FORMAT,
        "pair": str(run["pair"]),
        "outcome": outcome,
        "dry_run": bool(run["for_show"]),
        "failure": _failure(run.get("failure")),
        **sections,
        "source": {**_named(judged.get("source", {})), **sections["source"], **_place(run.get("source"))},
        "target": {**_named({**judged, **steps.get("import", {})}.get("target", {})), **_place(run.get("target"))},
        "revisions": {**before["revisions"], **_revisions(steps)},
        "times": {**before["times"], **times},
        "seconds": {**before["seconds"], **_seconds(times)},
        "files": {name: str(path) for name, path in run.get("files", {}).items()},
        "window": _window(run, outcome, sections),
        **_next(run, outcome, sections),
    }


def _read(document: Row | str | None) -> Row:
    """A document or the text of one; nothing if there is none."""
    read: Row = json.loads(document) if isinstance(document, str) and document else document or {}
    return read


def _last_session(result: Row) -> Any:
    """The id of the last session of an import; None if it had none."""
    sessions = result.get("sessions") or [{}]
    return sessions[-1].get("id")


def _place(server: Row | None) -> dict[str, Any]:
    """Where a server is; nothing else of what is known of it, for its password is among that."""
    place = {name: server[name] for name in ("hostname", "port") if server and server.get(name)}
    # Somebody may have written an account before it.
    return {**place, **({"hostname": str(place["hostname"]).rpartition("@")[2]} if "hostname" in place else {})}


def _named(server: Row) -> dict[str, Any]:
    """How a server calls itself, as far as it does."""
    return {name: server[name] for name in ("name", "build") if server.get(name)}


def _revisions(steps: Mapping[str, Row]) -> dict[str, str]:
    """The API revision that each server spoke, as far as it is known."""
    judged = steps.get("preflight", {})
    spoken = {
        "source": steps.get("export", judged.get("source", {})),
        "target": steps.get("import", judged.get("target", {})),
    }
    return {name: str(result["api_version"]) for name, result in spoken.items() if result.get("api_version")}


def _exported(_details: Row, result: Row) -> dict[str, Any]:
    source, counts = result.get("source", {}), result.get("counts", {})
    return {
        "source": _named(source),
        "exported": {kind: counts[kind] for kind in KINDS if kind in counts},
        **_found(result),
    }


def _found(result: Row) -> dict[str, Any]:
    """What a step noticed, if it came so far."""
    return {"findings": [dict(finding) for finding in result["findings"]]} if "findings" in result else {}


def _subject(finding: Row) -> tuple[Any, ...]:
    """What a finding is about."""
    return tuple(finding.get(name) for name in ("code", "kind", "key"))


def _judged(_details: Row, result: Row) -> dict[str, Any]:
    """What the preflight noticed: the import does not take its place."""
    return {"preflight": [dict(finding) for finding in result.get("findings", [])]}


# -- what became of the objects ----------------------------------------------------------------------------------------


def _imported(details: Row, result: Row) -> dict[str, Any]:
    objects = [_object(item, result) for item in result.get("plan", [])]
    present = [kind for kind in KINDS if any(row["kind"] == kind for row in objects)]
    return {
        "kinds": {kind: _counted(row for row in objects if row["kind"] == kind) for kind in present},
        "totals": _counted(objects),
        "objects": objects,
        **_found(result),
        "waiting": by_reason(
            Failed(row["kind"], row["name"], row["reason"]) for row in objects if row["outcome"] == "waiting"
        ),
        "differences": [dict(difference) for difference in result.get("differences", [])],
        "secrets_missing": [dict(slot) for slot in result.get("secrets_missing", [])],
        "sessions": [_session(session, details) for session in result.get("sessions", [])],
    }


def _object(item: Row, result: Row) -> dict[str, Any]:
    kind, key = item["kind"], item["key"]
    failure = result.get("failed_objects", {}).get(kind, {}).get(key)
    created = key in result.get("created", {}).get(kind, ())
    waits = key in result.get("waiting", {}).get(kind, ())
    outcome = "failed" if failure else "created" if created else "waiting" if waits else OF_ACTION[item["action"]]
    return {
        "kind": kind,
        "key": key,
        "name": item.get("name") or key,
        "outcome": outcome,
        "phase": item.get("phase", "stage"),
        "reason": failure or item["reason"],
        "diff": [dict(change) for change in item["diff"]],
        "needs": [dict(need) for need in item.get("needs", ())] if outcome in ("planned", "waiting") else [],
    }


def _counted(objects: Iterable[Row]) -> dict[str, int]:
    count = dict.fromkeys(OUTCOMES, 0)
    for row in objects:
        count[row["outcome"]] += 1
    return count


def _session(session: Row, details: Row) -> dict[str, Any]:
    """A session with its complete log, which is in the details that the import wrote and not in its result."""
    complete = {row["id"]: row["log"] for row in details.get("sessions", [])}
    log = complete.get(session["id"]) or session["log"]
    return {
        **{name: session.get(name) for name in ("kind", "id", "state", "result", "message", "started", "ended")},
        "seconds": _between(session.get("started"), session.get("ended")),
        "log": [dict(row) for row in log],
    }


MAKERS: dict[str, Callable[[Row, Row], dict[str, Any]]] = {
    "export": _exported,
    "preflight": _judged,
    "import": _imported,
    "verify": lambda _run, result: {"verification": dict(result), "drift": _graded(result)},
}


def _graded(result: Row) -> dict[str, Any]:
    """How severe it is what differs."""
    graded = drift(result)
    return {name: graded[name] for name in ("counts", "rows")}


# -- how it ended ------------------------------------------------------------------------------------------------------


def _plan(run: Row, imported: Row) -> dict[str, Any] | None:
    """What identifies the saved plan that a run wrote or carried out, and what of it cannot be undone."""
    digest = imported.get("plan_digest")
    if not digest:
        return None
    return {
        "digest": digest,
        "saved": bool(imported.get("plan_file")),
        "points_of_no_return": [dict(point) for point in (run.get("plan") or {}).get("points_of_no_return", [])],
    }


def _outcome(run: Row, steps: Mapping[str, Row]) -> str:
    """One word. Refused means that nothing was sent, complete that nothing was missing."""
    imported = steps.get("import", {})
    if run.get("name") == COMPARING and "verify" in steps:
        # Whether jobs run on the one or on the other is no drift.
        return "drifted" if steps["verify"]["missing"] or steps["verify"]["drift"] else "alike"
    if _has_failed(run.get("failure")):
        wrong = any(finding["severity"] == "error" for finding in imported.get("findings", []))
        stopped = steps.get("preflight", {}).get("failures") and "import" not in steps
        return "refused" if wrong or stopped or imported.get("differences") else "failed"
    if list(steps) == ["preflight"]:
        return "checked"
    if run["for_show"] or imported.get("plan_file"):
        return "planned"
    if "import" in steps:
        return "moved" if steps["import"].get("changed") else "complete"
    return "verified" if "verify" in steps else "exported"


def _wrote(imported: Row) -> bool:
    """Whether an import may have changed its target. What an export changes is a bundle."""
    return bool(imported.get("changed") or imported.get("sessions"))


def _window(run: Row, outcome: str, sections: Row) -> list[dict[str, str]]:
    """The steps from the plan to the cutover, each `done`, `next` or `later`; none where the run says nothing of it."""
    verified = sections["verification"]
    if run["for_show"] or outcome not in ("planned", "moved", "complete", "verified"):
        return []
    # Nothing of a plan that there is nothing to do of has to be applied.
    applied = outcome != "planned" or not sections["totals"]["planned"]
    done = 1 + applied + bool(applied and verified and verified["ok"])
    states = ["done"] * done + ["next"] + ["later"] * len(WINDOW)
    return [{"step": step, "state": state} for step, state in zip(WINDOW, states, strict=False)]


def _awake(sections: Row) -> list[str]:
    """The jobs that are not known to be asleep."""
    found = [row["key"] for row in (sections["verification"] or {}).get("awake", ())]
    found += [row["key"] for row in sections["findings"] if row["code"] in NOT_ASLEEP]
    return [quoted(key) for key in dict.fromkeys(found)]


def _next(run: Row, outcome: str, sections: Row) -> dict[str, str]:
    """What the reader does now, and the command for it, if a playbook of ours does it."""
    verified, plan, playbook = sections["verification"], sections["plan"], ""
    says, digest = NEXT[outcome], ""
    if outcome == "refused" and sections["differences"]:
        says, playbook = PLAN_AGAIN, "plan"
    elif outcome == "refused":
        says = SECRETS_FIRST if sections["secrets_missing"] else says
    elif outcome == "failed" and not _wrote(run["steps"].get("import", {})):
        says = UNTOUCHED
    elif outcome == "planned" and not sections["totals"]["planned"]:
        says = ONLY_WAITING if sections["totals"]["waiting"] else NOTHING_TO_DO
    elif outcome == "planned" and plan and plan["saved"] and not run["for_show"]:
        says, playbook, digest = APPLY_IT, "apply", f" -e vbr_plan_digest={plan['digest']}"
    elif (awake := _awake(sections)) and says == HAND_OVER:
        says = STILL_AWAKE.format(names=listed(awake))
    elif verified and not verified["ok"] and outcome not in ("failed", "drifted"):
        says = UNLIKE
    elif outcome in ("moved", "complete") and not verified:
        says, playbook = VERIFY_IT, "verify"
    elif says == HAND_OVER:
        playbook = "cutover"
    command = COMMAND.format(playbook=playbook, pair=shlex.quote(str(run["pair"])))
    return {"next": says, "command": f"{command}{digest}" if playbook else ""}


def _has_failed(failure: Row | None) -> bool:
    """Whether there is one: it names the task."""
    return bool((failure or {}).get("task"))


def _failure(failure: Row | None) -> dict[str, str] | None:
    """The task that failed and what it said; of a loop, what each of its failed rounds said."""
    if failure is None or not _has_failed(failure):
        return None
    result = failure.get("result", {})
    rounds = [row for row in result.get("results", []) if row.get("failed")]
    said = "; ".join(str(row.get("msg", "")) for row in rounds) or str(result.get("msg", ""))
    return {"task": str(failure["task"]), "message": said}


# -- how long it took --------------------------------------------------------------------------------------------------


def _seconds(times: Mapping[str, str]) -> dict[str, float]:
    """The seconds of each step that began: until the next one began, or the run ended."""
    begun = [name for name in (*STEPS, "ended") if name in times]
    seconds = {name: _between(times[name], times[end]) for name, end in pairwise(begun)}
    return {name: passed for name, passed in seconds.items() if passed is not None}


def _between(start: Any, end: Any) -> float | None:
    """Seconds between two ISO times, of which either may be missing or not a time."""
    began, ended = moment_of(start), moment_of(end)
    return round((ended - began).total_seconds(), 1) if began and ended else None
