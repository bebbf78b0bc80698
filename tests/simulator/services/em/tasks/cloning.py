# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clone of a job: on the server of the source, into the repository that was asked for."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..estate import JOBS, REPOSITORIES, Estate, add
from ..switches import EmSwitches
from .outcome import OK, Outcome, failed

MOST_NAME_LETTERS = 50
REPOSITORY_UID = "urn:veeam:Repository:"
NOT_CLONED = "Simulated: the job could not be cloned"
Wish = dict[str, Any]


def objection(estate: Estate, switches: EmSwitches, source: Row, wish: Wish) -> tuple[str, str] | None:
    """What speaks against a clone: the switch that decides how that is told, and a message of ours."""
    if switches.long_name != "accept" and len(wish["JobName"]) > MOST_NAME_LETTERS:
        return "long_name", f"Simulated: the name is longer than {MOST_NAME_LETTERS} letters"
    if switches.duplicate_name != "accept" and estate.job_named(wish["JobName"], source["backupServer"]):
        return "duplicate_name", f"Simulated: there is a job named {wish['JobName']}"
    if "RepositoryUid" not in wish:
        return None
    repository = repository_of(estate, wish["RepositoryUid"])
    if repository is None:
        return "unknown_repository", f"Simulated: there is no repository {wish['RepositoryUid']}"
    if repository["backupServer"] != source["backupServer"]:
        return "foreign_repository", f"Simulated: the repository {repository['name']} is on another backup server"
    return None


def repository_of(estate: Estate, uid: str) -> Row | None:
    return estate.get(REPOSITORIES, uid.removeprefix(REPOSITORY_UID)) if uid.startswith(REPOSITORY_UID) else None


def clone(estate: Estate, switches: EmSwitches, wish: Wish) -> Outcome:
    source = estate.actual(JOBS).get(wish["job"])
    if source is None:
        return failed("Simulated: the job is not found")
    sent = wish["sent"]
    against = objection(estate, switches, source, sent)
    if against is not None:
        # What a switch refuses at once has been refused by now, but for a name that was taken meanwhile.
        return failed(against[1])
    made = _copy(estate, switches, source, sent)
    if switches.clone_verdict == "denied":
        return Outcome(NOT_CLONED, success=False, changes=[made])
    return Outcome(OK, related=made["id"], changes=[made])


def _copy(estate: Estate, switches: EmSwitches, source: Row, sent: Wish) -> dict[str, Any]:
    """All of the source but what was asked for, and what belongs to its own runs."""
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
