# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: `veeam-em` from PyPI as it is drives a simulated Enterprise Manager, over TLS.

It was written for the servers before 13, sends the version with every request and the token in header and cookie, and
knows no actions of jobs: they are called by its general `request`. What it cannot do is named too: it fails on the
JSON of server 13 (facts/em.md 11), which is how we know that the switch plays what its users met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from veeam_em.exceptions import VeeamEmError
from veeam_em.manager import VeeamEm

from contract.em import EmContractObserver
from simulator.testing import Server, serving

MOST_LOOKS = 20
VOLUME = "urn:veeam:Repository:cbd9a4b6-b9ed-4cd6-a091-75b6481c9d55"
SPECS: dict[str, dict[str, Any]] = {
    "Backup": {"BackupJobCloneInfo": {"JobName": "New", "FolderName": "New", "RepositoryUid": VOLUME}},
    "Replica": {"ReplicaJobCloneInfo": {"JobName": "New", "VmSuffix": "_new"}},
    "BackupCopy": {"BackupCopyJobCloneInfo": {"JobName": "New", "JobFileName": "New", "RepositoryUid": VOLUME}},
    "ImmediateBackupCopy": {
        "ImmediateBackupCopyJobCloneInfo": {"JobName": "New", "JobFileName": "New", "RepositoryUid": VOLUME}
    },
}
XML_SPEC = (
    '<?xml version="1.0" encoding="utf-8"?><JobCloneSpec xmlns="http://www.veeam.com/ent/v1.0"><ReplicaJobCloneInfo>'
    "<JobName>New</JobName><VmSuffix>_new</VmSuffix></ReplicaJobCloneInfo></JobCloneSpec>"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving("em", clock="polls", polls=4) as made:
        # The client can verify certificates, but takes no certificate authority.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca_path))
        yield made


@pytest.fixture
def observer(server: Server) -> Iterator[EmContractObserver]:
    listening = EmContractObserver()
    server.app.observers.append(listening)
    yield listening
    assert listening.violations == []
    assert listening.judged


@pytest.fixture
def client(server: Server, observer: EmContractObserver) -> VeeamEm:
    return signed_in(server)


def signed_in(server: Server) -> VeeamEm:
    made = VeeamEm(api_endpoint=server.url, ssl_verify=True, timeout=10)
    made.get_token(server.username, server.password)
    return made


def jobs(client: VeeamEm, job_type: str = "") -> list[dict[str, Any]]:
    found = client.request("/jobs", params={"format": "Entity"})["Jobs"]
    return [job for job in found if job_type in ("", job["JobType"])]


def follow(client: VeeamEm, task: dict[str, Any]) -> list[dict[str, Any]]:
    """What was seen of the task, to its end."""
    seen = [task]
    for _look in range(MOST_LOOKS):
        seen.append(client.request(f"/tasks/{task['TaskId']}"))
        if seen[-1]["State"] == "Finished":
            return seen
    raise AssertionError(f"the task is still {seen[-1]['State']}")


def test_it_signs_in_and_knows_who_it_is(server: Server, client: VeeamEm) -> None:
    assert client.whoami()["UserName"] == server.username
    assert [each["SessionId"] for each in client.get_logon_sessions()] == [client.session_data["SessionId"]]


def test_it_signs_in_again_with_the_cookies_it_has(server: Server, client: VeeamEm) -> None:
    first = client.api_token
    assert client.get_token(server.username, server.password) != first
    assert client.whoami()["SessionId"] == client.session_data["SessionId"]


def test_a_wrong_password(server: Server, observer: EmContractObserver) -> None:
    with pytest.raises(requests.HTTPError, match="401"):
        VeeamEm(api_endpoint=server.url, ssl_verify=True).get_token(server.username, "wrong")


def test_it_signs_out(client: VeeamEm) -> None:
    answer = client.request(f"/logonSessions/{client.session_data['SessionId']}", method="DELETE")
    assert answer["status"] == 204
    with pytest.raises(VeeamEmError, match="user error"):
        client.whoami()


def test_an_unknown_session_is_an_error_of_the_server(client: VeeamEm) -> None:
    """As its documentation says of the real one."""
    with pytest.raises(VeeamEmError, match="server error"):
        client.get_logon_session("00000000-0000-0000-0000-000000000000")


def test_it_reads_jobs_by_reference_and_whole(client: VeeamEm) -> None:
    references = client._process_collection(client.request("/jobs")["Refs"])
    whole = [client.request(f"/jobs/{row['UUID']}", params={"format": "Entity"}) for row in references]
    assert {job["JobType"] for job in whole} == set(SPECS)
    assert [job["Name"] for job in whole] == [row["Name"] for row in references]


def test_it_queries_page_by_page(client: VeeamEm) -> None:
    query = {"type": "Job", "format": "Entities", "sortAsc": "name", "pageSize": 2, "filter": "JobType==Backup"}
    answer, names = client.request("/query", params=query), []
    while True:
        names += [job["Name"] for job in answer["Entities"]["Jobs"]["Jobs"]]
        next_page = [link["Href"] for link in answer["PagingInfo"]["Links"] if link["Rel"] == "Next"]
        if not next_page:
            break
        answer = client.request(next_page[0])
    assert sorted(names) == sorted(job["Name"] for job in jobs(client, "Backup"))
    assert len(names) > 4


@pytest.mark.parametrize("job_type", SPECS)
def test_it_clones_and_follows_the_task(client: VeeamEm, job_type: str) -> None:
    source = client._process_collection(jobs(client, job_type))[0]
    task = client.request(f"/jobs/{source['UUID']}", params={"action": "clone"}, method="POST", payload=SPECS[job_type])
    seen = follow(client, task)
    states = [each["State"] for each in seen]
    assert sorted(set(states), key=states.index) == ["Running", "OperationFinished", "Finished"]
    assert seen[-1]["Result"]["Success"] is True
    (made,) = (client.request(link["Href"]) for link in seen[-1]["Links"] if link["Rel"] == "Related")
    assert (made["Name"], made["JobType"]) == ("New", job_type)


def test_it_clones_in_xml(client: VeeamEm) -> None:
    source = client._process_collection(jobs(client, "Replica"))[0]
    answer = client.request(
        f"/jobs/{source['UUID']}",
        headers={"Content-Type": "application/xml"},
        params={"action": "clone"},
        method="POST",
        data=XML_SPEC,
    )
    assert b"<State>Running</State>" in answer["data"]
    assert client.content_type == "application/json"
    follow(client, {"TaskId": "task-1", "State": "Running"})
    assert "New" in [job["Name"] for job in jobs(client, "Replica")]


def test_it_switches_a_schedule(client: VeeamEm) -> None:
    job = client._process_collection(jobs(client, "Backup"))[0]
    path = f"/jobs/{job['UUID']}"
    follow(client, client.request(path, params={"action": "toggleScheduleEnabled"}, method="POST"))
    assert client.request(path, params={"format": "Entity"})["ScheduleEnabled"] is not job["ScheduleEnabled"]


def test_it_sees_only_the_tasks_of_its_session(server: Server, client: VeeamEm) -> None:
    job = client._process_collection(jobs(client, "Backup"))[0]
    task = client.request(f"/jobs/{job['UUID']}", params={"action": "start"}, method="POST")
    assert [each["TaskId"] for each in client.request("/tasks")["Tasks"]] == [task["TaskId"]]
    with pytest.raises(VeeamEmError, match=r"no backup task with id \[task-1\]"):
        signed_in(server).request("/tasks/task-1")


def test_it_gets_the_reason_of_an_error(client: VeeamEm) -> None:
    job = client._process_collection(jobs(client, "Backup"))[0]
    short = {"BackupJobCloneInfo": {"JobName": "New"}}
    for payload, said in (({}, "user error"), (short, "Object reference not set")):
        with pytest.raises(VeeamEmError, match=said):
            client.request(f"/jobs/{job['UUID']}", params={"action": "clone"}, method="POST", payload=payload)
    with pytest.raises(VeeamEmError, match="user error"):
        client.request("/jobs/00000000-0000-0000-0000-000000000000")


def test_it_fails_on_the_json_of_server_13(server: Server) -> None:
    server.switch(json_keys="camel")
    with pytest.raises(VeeamEmError, match="Could not generate token"):
        signed_in(server)
