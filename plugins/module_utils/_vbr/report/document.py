# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a migration as data: what became of each object, the sessions, the verification, and how long it took.

What a run did not do (an import does not export) is taken from the report that an earlier run of the same pair left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from ..._core.failures import Failed, by_reason
from ..._core.times import moment_of
from ..handover.whereabouts import DIVERGED, counted
from ..migration.findings import UNMATCHED_FILTER, UNMATCHED_QUERY
from ..migration.first_runs import FIRST_RUN
from ..migration.kinds import KINDS
from ..migration.plan import HAND
from .advice import next_of
from .continuing import counts_of, is_aside, joined, one_owner
from .drift import drift
from .verification import OF_THE_SERVER
from .window import has_failed, outcome_of, window
from .words import BY_HAND, OUTCOMES

FORMAT = "backupfleet.rest/report/1"
OF_ACTION = {
    "create": "planned",
    "update": "planned",
    "keep": "kept",
    "drift": "drift",
    "blocked": "blocked",
    "skip": "skipped",
}
STEPS = ("export", "preflight", "import", "verify", "cutover", "rollback")
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
    "handover": None,
    "standing": None,
    "one_owner": [],
}
# What else an earlier report has that this one goes on with.
BLANK: dict[str, Any] = {"revisions": {}, "times": {}, "seconds": {}}
# What is only of the run itself, whatever an earlier one left.
OF_THIS_RUN = ("handover", "standing")
# What an export notices, and no import can.
SEEN_BY_EXPORT = (UNMATCHED_FILTER, UNMATCHED_QUERY)
# Of these it is said that they are of an earlier run.
SHOWN_AS_EARLIER = ("objects", "preflight", "findings", "verification")
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
    before = _whole(_read(earlier))
    sections = {name: (EMPTY if name in OF_THIS_RUN else before)[name] for name in EMPTY}
    made = _made(run, steps, details)
    sections |= made
    sections |= joined(sections, before, steps, bool(run["for_show"]))
    sections |= _of_now(run, sections)
    sections["one_owner"] = one_owner(run, sections, before)
    # What both notice is said once, by the one that knows more.
    known = {_subject(one) for one in sections["findings"]}
    sections["preflight"] = [one for one in sections["preflight"] if _subject(one) not in known]
    outcome = outcome_of(run, steps)
    times = {name: str(time) for name, time in run["times"].items() if time}
    return {
        "format": FORMAT,
        "pair": str(run["pair"]),
        "outcome": outcome,
        "dry_run": bool(run["for_show"]),
        "failure": _failure(run.get("failure")),
        **sections,
        "earlier": [name for name in SHOWN_AS_EARLIER if sections[name] and name not in made],
        "aside": is_aside(run, steps, outcome, _read(earlier)),
        **_servers(run, steps, sections["source"]),
        "revisions": {**before["revisions"], **_revisions(steps)},
        "times": {**before["times"], **times},
        "seconds": {**before["seconds"], **_seconds(times)},
        "files": {name: str(path) for name, path in run.get("files", {}).items()},
        "window": window(run, outcome, sections),
        **next_of(run, outcome, sections),
    }


def _made(run: Row, steps: Mapping[str, Row], details: Row) -> dict[str, Any]:
    """The sections that this run made itself."""
    made: dict[str, Any] = {}
    for name, result in steps.items():
        # What an import notices takes the place of what the export did, but for what only an export can see.
        only = [one for one in made.get("findings", ()) if one["code"] in SEEN_BY_EXPORT]
        made |= MAKERS[name](details, result)
        made |= {"findings": [*only, *made["findings"]]} if only and name == "import" else {}
    if "import" in steps:
        made["plan"] = _plan(run, steps["import"])
    if "verify" in steps:
        made["verification"]["at"] = str(run["times"].get("verify", ""))
    return made


def _servers(run: Row, steps: Mapping[str, Row], exported: Row) -> dict[str, Any]:
    """Both servers: how each calls itself, by the step that knows most of it, and where it is.

    A run that does not ask for a name knows it of an earlier one, if that was of the same place.
    """
    judged, imported, verified = (steps.get(name, {}) for name in ("preflight", "import", "verify"))
    handed = steps.get("cutover", steps.get("rollback", {}))
    places = {side: _place(run.get(side)) for side in ("source", "target")}
    known = {side: (run.get("known") or {}).get(side) or {} for side in places}
    known = {side: _named(known[side]) if _place(known[side]) == place else {} for side, place in places.items()}
    source = {**known["source"], **_named(judged.get("source", {})), **_named(handed.get("source", {})), **exported}
    target = _named({**judged, **verified, **imported, **handed}.get("target", {}))
    return {
        "source": {**source, **places["source"]},
        "target": {**known["target"], **target, **places["target"]},
    }


def _read(document: Row | str | None) -> Row:
    """A document or the text of one; nothing if there is none."""
    read: Row = json.loads(document) if isinstance(document, str) and document else document or {}
    return read


def _whole(report: Row) -> dict[str, Any]:
    """An earlier report with all that this version knows; what it has counted of the rest is nothing."""
    none = dict.fromkeys(OUTCOMES, 0)
    before = {**EMPTY, **BLANK, **report}
    kinds = {kind: {**none, **numbers} for kind, numbers in before["kinds"].items()}
    return {**before, "totals": {**none, **before["totals"]}, "kinds": kinds}


def checked(document: Any) -> Row:
    """A report that an earlier run left, if this version can go on with it. Raises ValueError."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"it is no document of the format {FORMAT}")
    for name, blank in (*EMPTY.items(), *BLANK.items()):
        wanted = (dict, type(None)) if blank is None else (type(blank),)
        if not isinstance(document.get(name, blank), wanted):
            raise ValueError(f"{name} has another form")
    return document


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
        "target": steps.get("import", steps.get("verify", judged.get("target", {}))),
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


def _of_now(run: Row, sections: Row) -> dict[str, Any]:
    """Where each job stands, and what was noticed, without the jobs that have been given their chains since."""
    standing, rows, anew = _standing(run.get("standing"), sections["handover"]), sections["findings"], run.get("anew")
    others = [row for row in rows if row.get("code") != FIRST_RUN]
    replaced = anew is not None and len(others) < len(rows)
    return {"standing": standing, "findings": [*others, *map(dict, anew or ())] if replaced else rows}


def _subject(finding: Row) -> tuple[Any, ...]:
    """What a finding is about."""
    return tuple(finding.get(name) for name in ("code", "kind", "key"))


def _judged(_details: Row, result: Row) -> dict[str, Any]:
    """What the preflight noticed: the import does not take its place."""
    return {"preflight": [dict(finding) for finding in result.get("findings", [])]}


# -- what became of the objects ----------------------------------------------------------------------------------------


def _imported(details: Row, result: Row) -> dict[str, Any]:
    objects = [_object(item, result) for item in result.get("plan", [])]
    return {
        **counts_of(objects),
        **_found(result),
        "waiting": by_reason(
            Failed(row["kind"], row["name"], row["reason"], row["cause"])
            for row in objects
            if row["outcome"] == "waiting"
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
    updated = key in result.get("updated", {}).get(kind, ())
    done = "failed" if failure else "created" if created else "updated" if updated else "waiting" if waits else ""
    left = BY_HAND if item.get("transport") == HAND else OF_ACTION[item["action"]]
    outcome = done or left
    return {
        "kind": kind,
        "key": key,
        "name": item.get("name") or key,
        "outcome": outcome,
        "transport": item.get("transport", ""),
        "phase": item.get("phase", "stage"),
        "reason": failure or item["reason"],
        "cause": result.get("causes", {}).get(kind, {}).get(key, "") if failure else item.get("cause", ""),
        "diff": [dict(change) for change in item["diff"]],
        "needs": [dict(need) for need in item.get("needs", ())] if outcome in ("planned", "waiting") else [],
    }


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
    "verify": lambda _run, result: {"verification": _verified(result), "drift": _graded(result)},
    "cutover": lambda _run, result: {"handover": _handed_over(result)},
    "rollback": lambda _run, result: {"handover": _handed_over(result)},
}


def _verified(result: Row) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in OF_THE_SERVER}


def _handed_over(result: Row) -> dict[str, Any]:
    """What a cutover or a rollback did, or would do. One that was refused has counted nothing.

    `removed` says of each kind how many objects went, or would go; None where nobody asked for it.
    """
    removed = {kind: len(keys) for kind, keys in result["removed"].items()} if "removed" in result else None
    would = {"objects removed": sum(removed.values())} if removed and "planned" in result else {}
    return {
        "changed": bool(result.get("changed")),
        "counts": dict(result.get("counts", {})),
        "planned": {**result.get("planned", {}), **would},
        "removed": removed,
        "stay": len([*result.get("left", ()), *result.get("pending", ())]),
        "diverged": dict(result.get("diverged", {})),
        "lost": [str(name) for name in result.get("lost", ())],
        "failures": [dict(group) for group in result.get("failures", ())],
        "warnings": [str(warning) for warning in result.get("warnings", ())],
    }


def _standing(rows: Iterable[Row] | None, handover: Row | None) -> dict[str, Any] | None:
    """Where each job stands by the journal, and by what a cutover saw of those that it had handed over before."""
    if rows is None:
        return None
    seen = (handover or {}).get("diverged", {})
    jobs = [{**row, "stands": DIVERGED, "wrong": [seen[row["name"]]]} if row["name"] in seen else row for row in rows]
    return {"counts": counted(jobs), "jobs": [dict(row) for row in jobs]}


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


def _failure(failure: Row | None) -> dict[str, str] | None:
    """The task that failed and what it said; of a loop, what each of its failed rounds said."""
    if failure is None or not has_failed(failure):
        return None
    result = failure.get("result", {})
    rounds = [row for row in result.get("results", []) if row.get("failed")]
    said = "; ".join(str(row.get("msg", "")) for row in rounds) or str(result.get("msg", ""))
    return {"task": str(failure["task"]), "message": said}


# -- how long it took --------------------------------------------------------------------------------------------------


def _seconds(times: Mapping[str, str]) -> dict[str, float]:
    """The seconds of each step that began: until the next one began, or the run ended."""
    begun = sorted((name for name in (*STEPS, "ended") if name in times), key=lambda name: times[name])
    seconds = {name: _between(times[name], times[end]) for name, end in pairwise(begun)}
    return {name: passed for name, passed in seconds.items() if passed is not None}


def _between(start: Any, end: Any) -> float | None:
    """Seconds between two ISO times, of which either may be missing or not a time."""
    began, ended = moment_of(start), moment_of(end)
    return round((ended - began).total_seconds(), 1) if began and ended else None
