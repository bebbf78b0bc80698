# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains and the jobs of ordinary REST: adopted, moved, attached; copies that stand in a job."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.testing import simulated_pair
from support.vbr_caller import VbrCaller

from .test_rest_kinds import (
    BUILDS,
    HOSTS,
    SERVERS,
    Client,
    agent_job,
    agents,
    client,
    group_of,
    in_revisions,
    repository,
    spec,
)

__all__ = ["client"]


@in_revisions("1.3-rev2")
def test_a_chain_is_adopted_and_copies_stand_in_their_job(client: Client) -> None:
    repository_id = repository(client)
    client.server.service.store.add("backups", {"name": "old", "job": "", "repository": repository_id, "objects": []})
    backup = next(row for row in client.server.service.store.rows("backups") if row["name"] == "old")
    backup |= {"created": "2026-01-01T10:00:00+01:00"}
    host = client.first(HOSTS, type="LinuxHost")["id"]
    client.make(SERVERS, {"type": "FileServer", "hostId": host, "processing": {"cacheRepositoryId": repository_id}})
    server = client.first(SERVERS, type="FileServer")
    storage = {"backupRepositoryId": repository_id, "sourceBackupId": backup["id"]}
    objects = [{"fileServerId": server["id"], "path": "/srv", "type": "Directory"}]
    body = {"name": "Files", "type": "FileBackup", "objects": objects, "backupRepository": storage}
    copies = [{"name": "Files copy", "type": "FileBackupCopy", "backupRepositoryId": repository_id}]
    job = client.make("/jobs", {**body, "secondaryTargets": copies})
    assert client.get(f"/backups/{backup['id']}")["jobId"] == job["id"]
    copy = client.first("/jobs", name="Files copy")
    assert copy["primaryJobId"] == job["id"]
    assert [each["name"] for each in job["secondaryTargets"]] == ["Files copy"]
    client.make(f"/jobs/{job['id']}", {**job, "secondaryTargets": []}, "PUT")
    assert [row["name"] for row in client.get("/jobs")["data"]] == ["Backup Job 2", "Files"]


def chain(client: Client, name: str = "old") -> dict[str, Any]:
    """An imported chain with two machines in it, as a rescan finds it."""
    machines = [{"id": f"00000000-0000-4000-8000-00000000000{number}", "name": f"m{number}"} for number in (1, 2)]
    row = {"name": name, "job": "", "repository": repository(client), "created": "2026-01-01T10:00:00+01:00"}
    row["objects"] = [{**each, "points": []} for each in machines]
    found: dict[str, Any] = client.server.service.store.add("backups", row)
    return found


@in_revisions("1.3-rev2")
def test_a_chain_is_moved_to_a_job(client: Client) -> None:
    client.server.switch(imported_chains="refuse")
    backup, job = chain(client), agent_job(client)
    body = {"targetJobId": job["id"], "backupObjects": [each["id"] for each in backup["objects"]]}
    session = client("POST", f"/backups/{backup['id']}/objects/moveTo", json=body).json()
    assert "imported" in client.get(f"/sessions/{session['id']}")["result"]["message"]
    client.server.switch(imported_chains="move")
    client.make(f"/backups/{backup['id']}/objects/moveTo", {**body, "backupObjects": body["backupObjects"][:1]})
    client.make(f"/backups/{backup['id']}/objects/moveTo", {**body, "backupObjects": body["backupObjects"][1:]})
    assert client("GET", f"/backups/{backup['id']}").status_code == 404
    assert client.get(f"/backups/{client.first('/backups', jobId=job['id'])['id']}/objects")["pagination"]["total"] == 2


@in_revisions("1.3-rev2")
def test_a_chain_is_attached_to_a_machine(client: Client) -> None:
    backup, one, other = chain(client), *agents(client, group_of(client, "laptop01", "laptop02"))
    path, ids = "/agents/discoveredEntities/{}/{}", {"backupIds": [backup["id"]]}
    client.make(path.format(one["id"], "attachBackup"), ids)
    assert client.get(path.format(one["id"], "backups"))["data"][0]["id"] == backup["id"]
    assert "another machine" in client.refused(path.format(other["id"], "attachBackup"), ids)
    client.make(path.format(one["id"], "detachBackup"), ids)
    assert client.get(path.format(one["id"], "backups"))["data"] == []


@pytest.mark.parametrize("switch", ["adopt", "ignore", "refuse"])
@in_revisions("1.3-rev2")
def test_what_a_named_chain_becomes_is_a_switch(client: Client, switch: str) -> None:
    client.server.switch(source_backup=switch)
    backup, job = chain(client), spec(agent_job(client))
    storage = {**job["storage"], "sourceBackupId": backup["id"]}
    if switch == "refuse":
        assert "old" in client.refused("/jobs", {**job, "name": "x", "storage": storage})
        return
    made = client.make("/jobs", {**job, "name": "x", "storage": storage})
    assert client.get(f"/backups/{backup['id']}")["jobId"] == (made["id"] if switch == "adopt" else None)


def test_an_import_overwrites_no_job_of_another_shape() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        caller = VbrCaller(pair.source, "1.3-rev2")
        pair.source.switch(duplicates="overwrite")
        jobs = caller.export("jobs")
        jobs["jobs"][0]["name"] = "Files"
        pair.source.service.estate.load({"jobs": {"otherJobs": [{"name": "files", "type": "Unknown"}]}})
        assert caller.import_("jobs", jobs)["result"]["result"] == "Failed"
