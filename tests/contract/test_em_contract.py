# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own contract of Enterprise Manager: the simulator keeps it in both formats, and it would notice if not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.em import EmContractObserver
from contract.em_values import judge_json, judge_xml, lowered
from simulator.testing import Server, simulated
from support.em_caller import JSON, XML, EmCaller

LINK = '<Link Rel="Delete" Type="Task" Href="https://em/api/tasks/task-1"/>'
HEAD = 'xmlns="http://www.veeam.com/ent/v1.0" Type="Task" Href="https://em/api/tasks/task-1"'
TAIL = "<State>Running</State><Operation>CloneJob</Operation>"
TASK = f"<Task {HEAD}><Links>{LINK}</Links><TaskId>task-1</TaskId>{TAIL}</Task>"
WRONG_XML = {
    "not well-formed": TASK[:-1],
    "not in the namespace": TASK.replace("/v1.0", "/v2.0"),
    "the root is": TASK.replace("<Task ", "<Tusk ").replace("</Task>", "</Tusk>"),
    "in the order": TASK.replace(TAIL, "<Operation>CloneJob</Operation><State>Running</State>"),
    "has no State, which it must": TASK.replace("<State>Running</State>", ""),
    "State is 'Done'": TASK.replace("Running", "Done"),
    "TaskId is '1'": TASK.replace("<TaskId>task-1", "<TaskId>1"),
    "has no attribute Href, which it must": TASK.replace(' Href="https://em/api/tasks/task-1"><Links>', "><Links>"),
    "has no attribute Colour": TASK.replace("<Task ", '<Task Colour="red" '),
    "Links holds": TASK.replace("<Link ", "<Lenk "),
    "more than once": TASK.replace(TAIL, f"<State>Running</State>{TAIL}"),
    "Success is": TASK.replace(TAIL, TAIL + '<Result Success="yes"><Message>Ok</Message></Result>'),
}
WRONG_JSON = {
    "not JSON": "{",
    "is no object": "[]",
    "has no TaskId": '{"State": "Running", "Operation": "CloneJob", "Links": [], "Href": "x", "Type": "Task"}',
    "has no Colour": '{"TaskId": "task-1", "Colour": 1, "State": "Running", "Operation": "CloneJob", "Links": [], '
    '"Href": "x", "Type": "Task"}',
    "has no list": '{"TaskId": "task-1", "State": "Running", "Operation": "CloneJob", "Links": {}, "Href": "x", '
    '"Type": "Task"}',
    "Success is": '{"TaskId": "task-1", "State": "Finished", "Operation": "CloneJob", "Links": [], "Href": "x", '
    '"Type": "Task", "Result": {"Success": "true", "Message": "Ok"}}',
    "has null for State": '{"TaskId": "task-1", "State": null, "Operation": "CloneJob", "Links": [], "Href": "x", '
    '"Type": "Task"}',
    "has no taskId": '{"taskId": "task-1", "State": "Running", "Operation": "CloneJob", "Links": [], "Href": "x", '
    '"Type": "Task"}',
}


def test_a_right_document_is_right() -> None:
    assert judge_xml("Task", TASK.encode()) == []


@pytest.mark.parametrize("sentence", WRONG_XML)
def test_wrong_xml_is_noticed(sentence: str) -> None:
    assert any(sentence in found for found in judge_xml("Task", WRONG_XML[sentence].encode()))


@pytest.mark.parametrize("sentence", WRONG_JSON)
def test_wrong_json_is_noticed(sentence: str) -> None:
    found = judge_json("Task", WRONG_JSON[sentence].encode())
    assert any(sentence in each for each in found), found


def test_the_case_of_keys_is_judged_when_it_is_known() -> None:
    document = b'{"taskId":"task-1","state":"Running","operation":"CloneJob","links":null,"href":"x","type":"Task"}'
    assert judge_json("Task", document, camel=True) == judge_json("Task", document) == []
    assert judge_json("Task", document, camel=False)
    assert judge_json("Task", document.replace(b"taskId", b"TaskId"), camel=True)


def test_the_spelling_of_server_13() -> None:
    names = ("UID", "TaskId", "JobType", "FirstChanceExceptionMessage", "CreationTimeUTC")
    assert [lowered(name) for name in names] == [
        "uid",
        "taskId",
        "jobType",
        "firstChanceExceptionMessage",
        "creationTimeUTC",
    ]


@pytest.fixture(params=[True, False], ids=["camel", "pascal"])
def observed(request: pytest.FixtureRequest) -> Iterator[tuple[Server, EmContractObserver]]:
    with simulated("em", clock="polls", polls=4) as server:
        server.switch(json_keys="camel" if request.param else "pascal")
        observer = EmContractObserver(camel=request.param)
        server.app.observers.append(observer)
        yield server, observer


def everything(caller: EmCaller) -> Iterator[str]:
    """Every address that a client can find through links, and the queries."""
    yield from ("/", "/logonSessions", "/tasks")
    for kind in ("backupServers", "repositories", "jobs", "backups"):
        yield from (f"/{kind}", f"/{kind}?format=Entity")
    for job in caller.server.service.store.rows("jobs"):
        yield from (f"/jobs/{job['id']}", f"/jobs/{job['id']}?format=Entity")
    for kind in ("backupServers", "repositories", "backups"):
        row, *_others = caller.server.service.store.rows(kind)
        yield from (f"/{kind}/{row['id']}", f"/{kind}/{row['id']}?format=Entity")
    first, *_servers = caller.server.service.store.rows("backupServers")
    server = first["id"]
    for kind in ("jobs", "repositories"):
        yield from (f"/backupServers/{server}/{kind}", f"/backupServers/{server}/{kind}?format=Entity")
    for kind in ("BackupServer", "Repository", "Job", "Backup"):
        yield from (f"/query?type={kind}{more}" for more in ("", "&format=Entities", "&pageSize=1&page=1"))
    yield from ("/query?type=Job&filter=Name==Nobody", "/query?type=Job&filter=Name==Nobody&format=Entities")


@pytest.mark.parametrize("media", [XML, JSON])
@pytest.mark.parametrize("switches", [{}, {"nulls": "all"}, {"empty_lists": "null"}], ids=str)
def test_every_answer_keeps_it(
    observed: tuple[Server, EmContractObserver], media: str, switches: dict[str, str]
) -> None:
    server, observer = observed
    server.switch(**switches)
    caller = EmCaller(server, media)
    for path in everything(caller):
        assert caller("GET", path).status_code == 200, path
    assert observer.violations == []
    assert observer.judged > 40


@pytest.mark.parametrize("media", [XML, JSON])
def test_actions_and_errors_keep_it(observed: tuple[Server, EmContractObserver], media: str) -> None:
    server, observer = observed
    caller = EmCaller(server, media)
    backup, copy = (
        next(row["id"] for row in server.service.store.rows("jobs") if row["jobType"] == kind)
        for kind in ("Backup", "BackupCopy")
    )
    for path in (
        *(f"/jobs/{backup}?action={word}" for word in ("start", "stop", "retry")),
        f"/jobs/{copy}?action=sync",
        f"/jobs/{copy}?action=toggleScheduleEnabled",
    ):
        assert caller("POST", path).status_code == 202
    for _look in range(5):
        assert caller("GET", "/tasks").status_code == 200
        assert caller("GET", "/tasks/task-1").status_code == 200
    assert caller("DELETE", "/tasks/task-1").status_code == 204
    for method, path, status in (
        ("GET", "/jobs/00000000-0000-0000-0000-000000000000", 404),
        ("GET", "/tasks/task-99", 500),
        ("GET", "/nowhere", 404),
        ("PATCH", "/jobs", 405),
        ("GET", "/query?type=Nothing", 400),
        ("POST", f"/jobs/{backup}", 400),
    ):
        assert caller(method, path).status_code == status
    assert caller("DELETE", f"/jobs/{backup}").status_code == 202
    assert caller("DELETE", f"/logonSessions/{next(server.service.accounts.logons()).session_id}").status_code == 204
    assert caller("GET", "/jobs").status_code == 401
    assert observer.violations == []


def test_clients_are_judged_too() -> None:
    with simulated("em") as server:
        server.app.observers.append(observer := EmContractObserver())
        caller = EmCaller(server)
        job = caller.jobs(Name="Oracle Backup")[0]["Href"].split("/")[-1].partition("?")[0]
        server.switch(deserializer="content_type")
        body = {"ReplicaJobCloneInfo": {"VmSuffix": "_x", "JobName": "A"}}
        assert caller("POST", f"/jobs/{job}?action=clone", headers={"Accept": XML}, json=body).status_code == 202
        assert caller("POST", f"/jobs/{job}?action=clone", json=body).status_code == 202
    assert len(observer.violations) == 1
    assert "it is sent as application/json and accepts application/xml" in observer.violations[0]
