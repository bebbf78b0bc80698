# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do: clone, start and stop, edit, delete jobs. Work reads the estate and returns the changes to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....core.store import Row
from ..estate import BACKUPS, JOBS, REPOSITORIES, Change, Estate, add, drop, put
from ..switches import EmSwitches

Arguments = dict[str, Any]
MOST_NAME_LETTERS = 50
REPOSITORY_UID = "urn:veeam:Repository:"
NOT_CLONED = "Simulated: the job could not be cloned"
GONE = "Simulated: the job is not found"
OK = "Ok"


@dataclass(frozen=True)
class Outcome:
    """How a task ends: its message, the id of a `related` job that it links, the `changes` that lists will show."""

    message: str
    success: bool = True
    related: str | None = None
    changes: list[Change] = field(default_factory=list)


def failed(message: str) -> Outcome:
    return Outcome(message, success=False)


Work = Callable[[Estate, EmSwitches, Arguments], Outcome]


def objection(estate: Estate, switches: EmSwitches, source: Row, spec: Arguments) -> tuple[str, str] | None:
    """Why a job cannot be cloned so: the switch that decides how the server says it, and a message of ours."""
    if switches.long_name != "accept" and len(spec["JobName"]) > MOST_NAME_LETTERS:
        return "long_name", f"Simulated: the name is longer than {MOST_NAME_LETTERS} letters"
    if switches.duplicate_name != "accept" and estate.job_named(spec["JobName"], source["backupServer"]):
        return "duplicate_name", f"Simulated: there is a job named {spec['JobName']}"
    if "RepositoryUid" not in spec:
        return None
    repository = repository_of(estate, spec["RepositoryUid"])
    if repository is None:
        return "unknown_repository", f"Simulated: there is no repository {spec['RepositoryUid']}"
    if repository["backupServer"] != source["backupServer"]:
        return "foreign_repository", f"Simulated: the repository {repository['name']} is on another backup server"
    return None


def repository_of(estate: Estate, uid: str) -> Row | None:
    return estate.get(REPOSITORIES, uid.removeprefix(REPOSITORY_UID)) if uid.startswith(REPOSITORY_UID) else None


def clone(estate: Estate, switches: EmSwitches, arguments: Arguments) -> Outcome:
    source = estate.actual(JOBS).get(arguments["job"])
    if source is None:
        return failed(GONE)
    sent = arguments["sent"]
    against = objection(estate, switches, source, sent)
    if against is not None:
        # The request was checked when it arrived; meanwhile the name may have been taken.
        return failed(against[1])
    made = _copy(estate, switches, source, sent)
    if switches.clone_verdict == "denied":
        return Outcome(NOT_CLONED, success=False, changes=[made])
    return Outcome(OK, related=made["id"], changes=[made])


def _copy(estate: Estate, switches: EmSwitches, source: Row, sent: Arguments) -> dict[str, Any]:
    """A copy of the source with the values that were sent, but without its next run."""
    repository = repository_of(estate, sent["RepositoryUid"]) if "RepositoryUid" in sent else None
    fields = {name: value for name, value in source.items() if name not in ("id", "nextRun")}
    fields |= {
        "name": sent["JobName"],
        "description": sent.get("Description") or "",
        "repository": repository["id"] if repository else None,
        "scheduleEnabled": source["scheduleEnabled"] and switches.cloned_schedule == "as_source",
        "clonedFrom": source["id"],
        "clonedAs": sent,
    }
    return add(JOBS, estate.store.new_id(JOBS), **fields)


def on_job(do: Callable[[Estate, Row, Arguments], Outcome]) -> Work:
    """Work on the job that the arguments name; the task fails when the job is gone."""

    def run(estate: Estate, switches: EmSwitches, arguments: Arguments) -> Outcome:
        row = estate.actual(JOBS).get(arguments["job"])
        return failed(GONE) if row is None else do(estate, row, arguments)

    return run


def trigger(estate: Estate, row: Row, arguments: Arguments) -> Outcome:
    """Start or stop a job. Its first run makes its backup, through which a client finds its repository."""
    changes: list[Change] = []
    if arguments["word"] in ("start", "retry", "sync") and not _has_backup(estate, row) and row.get("repository"):
        backup = estate.store.new_id(BACKUPS)
        changes = [add(BACKUPS, backup, name=row["name"], job=row["id"], repository=row["repository"])]
    return Outcome(f'Job "{row["name"]}" triggered to {arguments["word"]}.', changes=changes)


def _has_backup(estate: Estate, row: Row) -> bool:
    return any(backup["job"] == row["id"] for backup in estate.actual(BACKUPS).values())


def toggle(estate: Estate, row: Row, arguments: Arguments) -> Outcome:
    return Outcome(OK, changes=[put(JOBS, row["id"], scheduleEnabled=not row["scheduleEnabled"])])


def edit(estate: Estate, row: Row, arguments: Arguments) -> Outcome:
    """Replace the values that were sent; sections are merged property by property."""
    return Outcome(OK, changes=[put(JOBS, row["id"], **merged(row, arguments["fields"]))])


def delete(estate: Estate, row: Row, arguments: Arguments) -> Outcome:
    return Outcome(OK, changes=[drop(JOBS, row["id"])])


def refuse(estate: Estate, switches: EmSwitches, arguments: Arguments) -> Outcome:
    """Fail with a message: what a switch has chosen where no source says how the server answers."""
    return failed(arguments["message"])


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `new`; a section is merged with that of `old`."""
    return {
        name: {**old[name], **merged(old[name], value)}
        if isinstance(value, dict) and isinstance(old.get(name), dict)
        else value
        for name, value in new.items()
    }


WORK: dict[str, Work] = {
    "clone": clone,
    "trigger": on_job(trigger),
    "toggle": on_job(toggle),
    "edit": on_job(edit),
    "delete": on_job(delete),
    "refuse": refuse,
}
