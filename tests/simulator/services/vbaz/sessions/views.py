# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of a session, in v1 and in later versions, and its log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..versions import FIRST
from ..vocabulary import localized
from .session import JobSession, write_span, write_time

Model = dict[str, Any]
RESTORES = ("RestoreDisks", "RestoreVms", "SqlRestore", "FileShareRestore", "CosmosDbRestore")
# The properties that may be null when they do not apply; all others are left out then.
NULLABLE = (
    "executionStopTime",
    "executionDuration",
    "backupJobInfo",
    "healthCheckJobInfo",
    "fileLevelRestoreJobInfo",
    "fileShareFileLevelRestoreJobInfo",
    "repositoryJobInfo",
    "restorePointDataRetrievalJobInfo",
    "retentionJobInfo",
)


def shown_id(session: JobSession, version: str) -> str:
    """The id of a session, which is its number in v1."""
    return str(session.number) if version == FIRST else session.id


def entity(session: JobSession, root: str, version: str, nulls: bool) -> Model:
    """The model of a session. `root` is the address of the API, with its version."""
    link = f"{root}/jobSessions/{shown_id(session, version)}"
    model: Model = {
        "id": shown_id(session, version),
        "type": session.type,
        "localizedType": localized(session.type),
        "executionStartTime": write_time(session.started),
    }
    if session.stopped is not None and session.lasted is not None:
        model["executionStopTime"] = write_time(session.stopped)
        model["executionDuration"] = write_span(session.lasted)
    model["status"] = session.status
    if version == FIRST:
        model["usn"] = session.usn
    model |= _infos(session, version)
    if nulls and version != FIRST:
        model |= {name: None for name in NULLABLE if name not in model}
    model["_links"] = {"self": {"href": link}, "log": {"href": f"{link}/log"}}
    return model


def _infos(session: JobSession, version: str) -> Model:
    """The properties that a session has by its type."""
    if session.repository is not None:
        return {"repositoryJobInfo": _repository(session, version)}
    if session.type == "HealthCheck" and session.policy is not None:
        return {"healthCheckJobInfo": _policy(session) | {"checkedInstancesCount": len(session.resources)}}
    if session.type.endswith("Retention") and version != FIRST:
        return _backup(session, version) | {"retentionJobInfo": {"deletedRestorePointsCount": session.deleted}}
    if session.type in RESTORES:
        return {"restoreJobInfo": _restore(session, version)}
    if session.type == "FileLevelRestore":
        return {"fileLevelRestoreJobInfo": _file_restore(session, version)}
    if session.type == "FileShareFileRestore":
        share = {"fileShareId": session.machine, "fileShareName": session.machine}
        return {"fileShareFileLevelRestoreJobInfo": _files(session) | share}
    if session.type == "RestorePointDataRetrieval":
        return {"restorePointDataRetrievalJobInfo": _retrieval(session)}
    return _backup(session, version)


def _policy(session: JobSession) -> Model:
    policy = session.policy or {}
    return {"policyId": policy["id"], "policyName": policy["name"], "policyRemoved": session.removed}


def _backup(session: JobSession, version: str) -> Model:
    if session.policy is None:
        return {}
    info = _policy(session) | {"protectedInstancesCount": len(session.resources)}
    if version != FIRST:
        info["policyType"] = session.policy["type"]
    return {"backupJobInfo": info}


def _repository(session: JobSession, version: str) -> Model:
    repository = session.repository or {}
    return {
        "repositoryId": repository["number"] if version == FIRST else repository["id"],
        "repositoryName": repository["name"],
        "repositoryRemoved": session.removed,
    }


def _restore(session: JobSession, version: str) -> Model:
    if version == FIRST:
        return {"reason": session.reason, "items": []}
    return {"reason": session.reason, "backupPolicyDisplayName": None}


def _file_restore(session: JobSession, version: str) -> Model:
    link = {"url": f"https://{session.machine}.flr.tech.local", "thumbprint": f"{session.number:040X}"}
    if version == FIRST:
        return {"reason": session.reason, "flrLink": link, "vmId": session.machine}
    return _files(session) | {
        "flrLink": link,
        "vmId": session.machine,
        "vmName": session.machine,
        "isFlrSessionReady": session.running,
    }


def _files(session: JobSession) -> Model:
    return {
        "initiator": "administrator",
        "reason": session.reason,
        "backupPolicyDisplayName": None,
        "restorePointCreatedDateUtc": write_time(session.started - timedelta(days=1)),
    }


def _retrieval(session: JobSession) -> Model:
    return {
        "restorePointId": session.id,
        "initiator": "administrator",
        "instanceName": session.machine or None,
        "daysToKeep": len(session.resources),
        "dataRetrievalPriority": "Normal",
    }


def log(session: JobSession, version: str) -> Model:
    """The log: its start, one record for each processed object, its end; oldest first. The texts are invented."""
    each = (session.lasted or timedelta()) / (len(session.resources) + 1)
    records = [_record(session, "Success", f"{localized(session.type)} session started", timedelta())]
    for position, resource in enumerate(session.resources, start=1):
        # A session that did not succeed failed at the last object that it processed.
        status = session.status if position == len(session.resources) else "Success"
        records.append(_record(session, status, f"Processing {resource}", each * position, each, resource))
    if session.lasted is not None:
        words = f"{localized(session.type)} session finished: {session.status}"
        records.append(_record(session, session.status, words, session.lasted))
    return {"jobSessionId": shown_id(session, version), "log": records}


def _record(
    session: JobSession,
    status: str,
    message: str,
    after: timedelta,
    lasted: timedelta | None = None,
    resource: str | None = None,
) -> Model:
    return {
        "logTime": write_time(session.started + after),
        "status": status,
        "message": message,
        "resourceHashId": resource,
        "executionStartTime": write_time(session.started + after),
        "executionDuration": None if lasted is None else write_span(lasted),
    }
