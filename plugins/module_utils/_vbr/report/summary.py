# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report in a few lines, or in a few values for a workflow.

The pair, what became of each kind and why, the verification, how long it took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from ..._core.errors import quoted, visible
from ..._core.failures import Failed, by_reason, in_words
from ..migration.findings import WAITS
from ..migration.kinds import JOBS
from .words import BY_HAND, NARROW, OUTCOMES, TITLES, WAYS, beside, in_numbers, noticed, plain, would_be

KIND_WIDTH = 23
NUMBER_WIDTH = 5
VALUE_WIDTH = 60
# So many lines of the skeleton are shown where a file has it, and where none does.
SHORT = 20
LONG = 60
# What a workflow hands on is small, whatever was moved.
LONGEST = 300
Row = Mapping[str, Any]


def summary(report: Row, path: str = "", skeleton: str = "") -> list[str]:
    """`report` of the filter migration_report, `path` the file it is in, `skeleton` what is to be filled in of the
    secrets that are missing. Returns lines that any terminal can show.
    """
    lines = [*_head(report), *_table(report), *_ways(report), *_remarks(report), *_verdict(report)]
    lines += [*_handover(report), *_foot(report, path)]
    lines += _skeleton(skeleton.splitlines(), path) if skeleton else ()
    return [visible(line) for line in lines]


def _head(report: Row) -> Iterator[str]:
    names = [_server(report["source"]), _server(report["target"])]
    yield f"{report['pair']}: {' -> '.join(name for name in names if name)}: {report['outcome']}"
    if report["revisions"]:
        yield "revision: " + ", ".join(f"{name} {revision}" for name, revision in report["revisions"].items())
    if report["failure"]:
        yield f"failed at: {report['failure']['task']}"
        yield from (f"  {line}" for line in report["failure"]["message"].splitlines())


def _server(server: Row) -> str:
    place = ":".join(str(server[name]) for name in ("hostname", "port") if name in server)
    return " ".join(part for part in (server.get("name", ""), f"({place})" if "name" in server else place) if part)


def _table(report: Row) -> Iterator[str]:
    counted = {**report["kinds"], **({"all": report["totals"]} if report["kinds"] else {})}
    # What is created is worth saying even if it is nothing.
    shown = {NARROW.get(of, TITLES[of]): of for of in OUTCOMES if report["totals"][of] or of == "created"}
    if counted:
        yield _line("kind", shown, shown)
    for kind, numbers in counted.items():
        yield _line(kind, shown, [numbers[outcome] for outcome in shown.values()])


def _line(kind: str, titles: Iterable[str], cells: Iterable[object]) -> str:
    widths = [max(len(title), NUMBER_WIDTH) for title in titles]
    return f"{kind:<{KIND_WIDTH}}" + "".join(f" {cell!s:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _ways(report: Row) -> Iterator[str]:
    """How many objects went to the target in which way, or are to go."""
    for word, outcomes in (("went", ("created", "updated")), ("to go", ("planned",))):
        ways = Counter(row["transport"] for row in report["objects"] if row["outcome"] in outcomes)
        found = [f"{ways[way]} by {called}" for way, called in WAYS.items() if ways[way]]
        if found:
            yield f"{word}: {', '.join(found)}"


def _remarks(report: Row) -> Iterator[str]:
    # What it said when it failed is there already.
    said = report["failure"] is not None
    # Who hands jobs over has read what became of the objects when they were imported.
    if report["handover"] is None or "objects" not in report["earlier"]:
        yield from _of_objects(report, () if said else ("blocked", "failed"))
    yield from _grouped("no way back", ((row["kind"], row["key"], row["why"]) for row in report["one_owner"]))
    yield from _noticed(report, ("warning", "info") if said else ("error", "warning", "info"))
    for session in report["sessions"]:
        if session["result"] != "Success":
            yield f"session: {session['kind']}: {session['result']}: {session['message']}".rstrip(": ")


def _of_objects(report: Row, outcomes: Iterable[str]) -> Iterator[str]:
    """What is to be known of single objects, and of these outcomes."""
    # Of these the comparison says more.
    compared = report["verification"] or {}
    more = {(row["kind"], row["key"]) for name in ("by_hand", "settings") for row in compared.get(name, ())}
    rows = [row for row in report["objects"] if (row["kind"], row["key"]) not in more]
    of_outcome = {outcome: [row for row in rows if row["outcome"] == outcome] for outcome in OUTCOMES}
    for outcome in outcomes:
        yield from _grouped(outcome, map(_of_object, of_outcome[outcome]))
    yield from _grouped("differs", ((row["kind"], row["name"], _fields(row)) for row in of_outcome["drift"]))
    yield from (f"waits for the cutover: {line}" for line in in_words(report["waiting"]))
    yield from _grouped("by hand", map(_of_object, of_outcome[BY_HAND]))


def _noticed(report: Row, severities: Iterable[str]) -> Iterator[str]:
    """What this run noticed; where earlier ones did, too, how much it is of all of them, which is in the report."""
    found = [row for name in ("preflight", "findings") if name not in report["earlier"] for row in report[name]]
    new = [row for row in found if row.get("code") != WAITS]
    for severity in severities:
        yield from (f"{severity}: {line}" for line in _in_groups(row for row in new if row["severity"] == severity))
    if any(name in report["earlier"] for name in ("preflight", "findings")):
        yield f"noticed so far: {noticed(report)}; see the report"


def _in_groups(rows: Iterable[Row]) -> list[str]:
    """Findings, a line for each that says the same. What is of several objects already has their names and number."""
    single, groups = [], []
    for row in rows:
        said = f"{row['message']} {row['remedy']}".rstrip()
        if row.get("count", 1) > 1 and row.get("objects"):
            groups.append({"reason": said, "count": row["count"], "objects": row["objects"]})
        else:
            single.append(Failed(row["kind"], row["key"], said))
    return in_words(sorted([*by_reason(single), *groups], key=lambda group: -group["count"]))


def _of_object(row: Row) -> tuple[str, ...]:
    return row["kind"], row["name"], row["reason"], row.get("cause", "")


def _grouped(word: str, failed: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"{word}: {line}" for line in in_words(by_reason(Failed(*one) for one in failed)))


def _fields(row: Row) -> str:
    return "; ".join(
        f"{change['field']}: {_value(change, 'before')} instead of {_value(change, 'after')}" for change in row["diff"]
    )


def _value(change: Row, side: str) -> str:
    value = str(quoted(change.get(side)))
    return value if len(value) <= VALUE_WIDTH else f"{value[:VALUE_WIDTH]}…"


def _verdict(report: Row) -> Iterator[str]:
    verified = report["verification"]
    if verified is None:
        return
    new = "verification" not in report["earlier"]
    if new:
        left = ((row["kind"], row["key"], row["reason"]) for row in verified.get("by_hand", ()))
        yield from _grouped("left out until done by hand", left)
        own = ((row["kind"], row["key"], _fields(row)) for row in verified.get("settings", ()))
        yield from _grouped("the target keeps its own", own)
    said = f"verified{_when(report)}"
    if verified["ok"]:
        yield f"{said}: {verified['compared']} objects, all as they should be{beside(verified)}"
        return
    missing, drift = verified["missing"], verified["drift"]
    grave = ", ".join(f"{count} {severity}" for severity, count in report["drift"]["counts"].items() if count)
    # Reports of earlier versions say nothing of it.
    awake, diverged = verified.get("awake", ()), verified.get("diverged", ())
    found = f"{len(missing)} missing, {len(drift)} differ" + (f", {len(awake)} awake" if awake else "")
    found += f", {len(diverged)} jobs not where they should be" if diverged else ""
    yield f"{said}: {found}, of {verified['compared']}" + (f": {grave}" if grave else "")
    yield from _unlike(verified) if new else ()


def _unlike(verified: Row) -> Iterator[str]:
    yield from _grouped("missing", ((row["kind"], row["key"], row["reason"]) for row in verified["missing"]))
    yield from _grouped("differs", ((row["kind"], row["key"], _fields(row)) for row in verified["drift"]))
    for word, name in (("diverged", "diverged"), ("not in the code", "extra"), ("awake", "awake")):
        yield from _grouped(word, ((row["kind"], row["key"], row["reason"]) for row in verified.get(name, ())))


def _when(report: Row) -> str:
    """When it was, if it was not this run that compared."""
    time = str(report["verification"].get("at", ""))[:16].replace("T", " ")
    return f" by an earlier run{f', {time} UTC' if time else ''}" if "verification" in report["earlier"] else ""


def _handover(report: Row) -> Iterator[str]:
    """Where the jobs stand, what a cutover or a rollback would do, and what is not as it should be."""
    handed, standing = report["handover"] or {}, report["standing"] or {}
    if standing.get("counts"):
        yield f"jobs: {in_numbers(standing['counts'])}"
    if handed.get("planned"):
        yield f"would be: {would_be(handed['planned'])}"
    if handed.get("removed") is not None:
        yield from _removed(handed)
    # What a failure says is at the top already.
    if report["failure"] is None:
        yield from (f"failed: {line}" for line in in_words(handed.get("failures", ())))
    wrong = ((JOBS.name, row["name"], "; ".join(row["wrong"])) for row in standing.get("jobs", ()) if row["wrong"])
    yield from _grouped("diverged", wrong)
    yield from (f"warning: {warning}" for warning in handed.get("warnings", ()))


def _removed(handed: Row) -> Iterator[str]:
    """What a rollback removed or would remove, by kind; what stays is said with its reasons."""
    gone, dry = handed["removed"], bool(handed["planned"])
    if gone:
        kinds = ", ".join(f"{plain(kind)} {count}" for kind, count in gone.items())
        yield f"{'would be removed' if dry else 'removed'} from the target: {sum(gone.values())} objects: {kinds}"
    if not handed["stay"] and not handed["failures"]:
        yield f"nothing that the migration created {'would stay' if dry else 'is left'} on the target"


def _foot(report: Row, path: str) -> Iterator[str]:
    if report["seconds"]:
        yield "seconds: " + ", ".join(f"{step} {passed}" for step, passed in report["seconds"].items())
    if path:
        yield f"report: {path}"
    if report["plan"]:
        yield f"plan: {report['plan']['digest']}"
    yield f"next: {report['next']}"
    if report["command"]:
        yield f"  {report['command']}"


def _skeleton(lines: list[str], path: str) -> Iterator[str]:
    """Where it is to be filled in; the text itself if it is short, or if there is no file of it."""
    if path:
        yield f"secrets: {PurePath(path).with_name('secrets_missing.yml')} has an empty place for each that is missing"
        yield from lines if len(lines) <= SHORT else ()
        return
    yield "secrets: these are missing"
    yield from lines[:LONG]
    if len(lines) > LONG:
        yield f"# ... {len(lines) - LONG} more lines"


# -- what a workflow hands on ------------------------------------------------------------------------------------------


def migration_brief(report: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """`report` of the filter migration_report, `path` the file it is in. `verified` is None if nothing was compared."""
    return {
        "outcome": report["outcome"],
        "dry_run": report["dry_run"],
        "totals": report["totals"],
        "verified": (report["verification"] or {}).get("ok"),
        "jobs": (report["standing"] or {}).get("counts", {}),
        "would": (report["handover"] or {}).get("planned", {}),
        "report": path,
        "next": _in_short(report["next"]),
    }


def failure_in_short(report: Mapping[str, Any]) -> str:
    """Which task failed and why; "" if none did. A workflow does not hand it on: much of it is a server's text."""
    failure = report["failure"]
    return _in_short(f"failed at: {failure['task']}: {' '.join(failure['message'].split())}") if failure else ""


def _in_short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
