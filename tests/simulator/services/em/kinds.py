# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds: backup servers, repositories, jobs and backups, with their links and the columns of their queries."""

from __future__ import annotations

from ...core.call import Call
from ...core.store import Row
from .estate import BACKUPS, JOBS, REPOSITORIES, SERVERS, Estate
from .job_body import job_actions, job_body, job_down
from .kind import Column, Kind, Link, link, uid
from .shapes import entities, job
from .shapes.description import Scalar, Value

FLAG, NUMBER = Scalar.FLAG, Scalar.NUMBER


def server_link(call: Call, estate: Estate, row: Row) -> list[Link]:
    server = estate.server_of(row)
    return [link(call, "Up", f"{SERVERS}/{server['id']}", "BackupServerReference", server["name"])]


def backup_links(call: Call, estate: Estate, row: Row) -> list[Link]:
    repository = estate.found(REPOSITORIES, row["repository"])
    place = link(call, "Up", f"{REPOSITORIES}/{repository['id']}", "RepositoryReference", repository["name"])
    return [place, *server_link(call, estate, row)]


def server_down(call: Call, estate: Estate, row: Row) -> list[Link]:
    here = f"{SERVERS}/{row['id']}"
    return [
        link(call, "Down", f"{here}/{REPOSITORIES}", "RepositoryReferenceList"),
        link(call, "Down", f"{here}/{JOBS}", "JobReferenceList"),
    ]


def repository_down(call: Call, estate: Estate, row: Row) -> list[Link]:
    here = f"{REPOSITORIES}/{row['id']}"
    return [
        link(call, "Down", f"{here}/backups", "BackupReferenceList"),
        link(call, "Down", f"{here}/replicas", "ReplicaReferenceList"),
    ]


def server_body(estate: Estate, row: Row) -> Value:
    return {
        "Description": row["description"],
        "Port": row["port"],
        "Version": row["version"],
        "WcfPort": row["wcfPort"],
        "VbrCertificateThumbprint": row["thumbprint"],
    }


def repository_body(estate: Estate, row: Row) -> Value:
    return {"Capacity": row["capacity"], "FreeSpace": row["freeSpace"], "Kind": row["kind"]}


def backup_body(estate: Estate, row: Row) -> Value:
    return {"Platform": _platform(estate, row), "BackupType": "Standard"}


def _platform(estate: Estate, row: Row) -> str | None:
    source = estate.get(JOBS, row["job"])
    return source["platform"] if source else None


def _named(type_name: str) -> dict[str, Column]:
    """The columns that every kind has."""
    return {
        "UID": Column(lambda estate, row: uid(type_name, row["id"])),
        "Name": Column(lambda estate, row: row["name"]),
    }


ON_SERVER = {
    "BackupServerUid": Column(lambda estate, row: uid("BackupServer", estate.server_of(row)["id"])),
    "BackupServerName": Column(lambda estate, row: estate.server_of(row)["name"]),
}

BACKUP_SERVER = Kind(
    "BackupServer",
    SERVERS,
    "BackupServers",
    entities.BACKUP_SERVER,
    entities.BACKUP_SERVERS,
    server_body,
    _named("BackupServer")
    | {
        "Description": Column(lambda estate, row: row["description"]),
        "Port": Column(lambda estate, row: row["port"], NUMBER),
        "Version": Column(lambda estate, row: row["version"]),
    },
    down=server_down,
)
REPOSITORY = Kind(
    "Repository",
    REPOSITORIES,
    "Repositories",
    entities.REPOSITORY,
    entities.REPOSITORIES,
    repository_body,
    _named("Repository")
    | {
        "Capacity": Column(lambda estate, row: row["capacity"], NUMBER),
        "FreeSpace": Column(lambda estate, row: row["freeSpace"], NUMBER),
        "Kind": Column(lambda estate, row: row["kind"]),
    }
    | ON_SERVER,
    up=server_link,
    down=repository_down,
)
JOB = Kind(
    "Job",
    JOBS,
    "Jobs",
    job.JOB,
    job.JOBS,
    job_body,
    _named("Job")
    | {
        "Description": Column(lambda estate, row: row["description"]),
        "NextRun": Column(lambda estate, row: row.get("nextRun") or ""),
        "JobType": Column(lambda estate, row: row["jobType"]),
        "Platform": Column(lambda estate, row: row["platform"]),
        "ScheduleConfigured": Column(lambda estate, row: row["scheduleConfigured"], FLAG),
        "ScheduleEnabled": Column(lambda estate, row: row["scheduleEnabled"], FLAG),
    }
    | ON_SERVER,
    up=server_link,
    down=job_down,
    actions=job_actions,
    administrators_only=True,
)
BACKUP = Kind(
    "Backup",
    BACKUPS,
    "Backups",
    entities.BACKUP,
    entities.BACKUPS,
    backup_body,
    _named("Backup")
    | {
        "JobUid": Column(lambda estate, row: uid("Job", row["job"])),
        "Platform": Column(lambda estate, row: _platform(estate, row) or ""),
        "RepositoryUid": Column(lambda estate, row: uid("Repository", row["repository"])),
    }
    | ON_SERVER,
    up=backup_links,
)
ALL_KINDS = (BACKUP_SERVER, REPOSITORY, JOB, BACKUP)
