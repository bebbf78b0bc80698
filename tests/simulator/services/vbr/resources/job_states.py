# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of jobs: what each job is doing, and how its last run ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..chains import objects_of, repository_of
from ..estate import Estate
from ..kind import Model
from ..kinds import JOBS
from ..plain.reading import Reading
from ..rest.job_bodies import kept_by_id
from ..rest.types import TYPES
from ..revisions import CASE_WAVE, before, older
from ..server import VbrServer, revision_of

WHOLE = 100
# State of a session -> status of its job from 1.3 on; earlier revisions say Running for all of them.
AT_WORK = {"Starting": "Starting", "Stopping": "Stopping"}


# Jobs of sorts that no resource here can write: {name, type, workload, since}. Only this list shows them.
OTHER_JOBS = "otherJobs"


def show_other(row: Row, revision: str) -> Model:
    lowered = older(revision, CASE_WAVE)
    return {
        "id": row["id"],
        "name": row["name"],
        "type": row["type"],
        "description": "",
        "status": "inactive" if lowered else "Inactive",
        "lastRun": None,
        "lastResult": "None",
        "nextRun": None,
        "nextRunPolicy": None,
        "workload": "vm" if lowered else "Vm",
        "repositoryId": None,
        "repositoryName": None,
        "objectsCount": 0,
        "sessionId": None,
        "highPriority": False,
        "progressPercent": 0,
    }


def show_state(row: Row, estate: Estate, revision: str, last: Row | None = None) -> Model:
    """`last` is the latest session of the job."""
    if "body" not in row:
        return show_other(row, revision)
    body = row["body"]
    repository = repository_of(estate, row)
    lowered = older(revision, CASE_WAVE)
    status = _status(row, last, revision)
    workload = TYPES[body["type"]].workload if kept_by_id(row) else "Vm"
    model: Model = {
        "id": row["id"],
        "name": body["name"],
        "type": "Backup" if older(revision, "1.3-rev0") else body["type"],
        "description": body.get("description", ""),
        "status": status.lower() if lowered else status,
        "lastRun": last["created"] if last else None,
        "lastResult": last["result"] or "None" if last else "None",
        "nextRun": None,
        "workload": workload[:1].lower() + workload[1:] if lowered else workload,
        "repositoryId": repository["id"] if repository else None,
        "repositoryName": repository["body"]["name"] if repository else _named_repository(row),
        "objectsCount": len(objects_of(row)),
        "sessionId": last["id"] if last else None,
    }
    if not older(revision, "1.3-rev0"):
        progress = WHOLE * last["done"] // last["total"] if last and last["total"] else 0
        model |= {"highPriority": bool(body.get("isHighPriority")), "progressPercent": progress, "nextRunPolicy": None}
    return model


def _named_repository(row: Row) -> Any:
    """The name of a repository that is gone."""
    return None if kept_by_id(row) else row["body"]["storage"]["backupRepository"]["name"]


def _status(row: Row, last: Row | None, revision: str) -> str:
    """A job that has run is Stopped from 1.3 on, and Inactive before; one that never has is Inactive."""
    old = older(revision, "1.3-rev0")
    if last and last["ended"] is None:
        return "Running" if old else AT_WORK.get(last["state"], "Running")
    if row["state"].get("disabled"):
        return "Disabled"
    return "Stopped" if last and not old else "Inactive"


READING = Reading(
    "/api/v1/jobs/states",
    JOBS,
    show_state,
    columns=("name", "type", "status", "lastRun", "lastResult", "nextRun", "description"),
    equal={
        "idFilter": "id",
        "typeFilter": "type",
        "statusFilter": "status",
        "lastResultFilter": "lastResult",
        "workloadFilter": "workload",
        "repositoryIdFilter": "repositoryId",
        "isHighPriorityJobFilter": "highPriority",
        "objectsCountFilter": "objectsCount",
    },
)


def list_states(server: VbrServer, call: Call) -> Response:
    last = {session["job"]: server.sessions.look(session) for session in server.sessions.rows() if session["job"]}

    def show(row: Row, estate: Estate, revision: str) -> Model:
        shown = show_state(row, estate, revision, last.get(row["id"]))
        if row.get("state", {}).get("disabled") and server.switches.disabled_at_work == "disabled":
            shown["status"] = "disabled" if older(revision, CASE_WAVE) else "Disabled"
        return shown

    others = [] if before(revision_of(call), "1.3-rev0") else list(server.store.rows(OTHER_JOBS))
    return replace(READING, show=show, besides=others).list(server, call)


ROUTES = (Route("GET", READING.path, list_states),)
