# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enterprise Manager: XML and JSON from one description; which of them is answered and which is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from simulator.services.em.codecs import xml
from simulator.services.em.codecs.json import camel_case
from simulator.services.em.shapes.job import CLONE
from simulator.services.em.shapes.job import JOB as JOB_SHAPE
from simulator.testing import Server, simulated
from support.em_caller import JSON, SPACE, XML, EmCaller

ORACLE = "78c3919c-54d7-43fe-b047-485d3566f11f"
HEAD = '<JobCloneSpec xmlns="http://www.veeam.com/ent/v1.0">'
RIGHT = (
    "<ReplicaJobCloneInfo><JobName>A</JobName><VmSuffix>_b</VmSuffix><Description>c</Description></ReplicaJobCloneInfo>"
)
ADDRESSES = (
    "/",
    "/jobs",
    "/jobs?format=Entity",
    f"/jobs/{ORACLE}",
    f"/jobs/{ORACLE}?format=Entity",
    "/repositories?format=Entity",
    "/backupServers?format=Entity",
    "/backups?format=Entity",
    "/tasks",
    "/query?type=Job&format=Entities&pageSize=2&page=2",
    "/query?type=Repository",
)


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em") as made:
        yield made


@pytest.fixture
def caller(server: Server) -> EmCaller:
    return EmCaller(server)


def leaves(value: Any) -> Iterator[str]:
    """Every value of a JSON document, as XML would have it."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def texts(root: ElementTree.Element) -> Iterator[str]:
    """Every attribute and every text of an XML document; an empty text only where there is nothing else."""
    for element in root.iter():
        yield from element.attrib.values()
        if element.text or (not len(element) and not element.attrib and element.tag == f"{SPACE}Description"):
            yield element.text or ""


@pytest.mark.parametrize("path", ADDRESSES)
def test_both_formats_say_the_same(caller: EmCaller, path: str) -> None:
    assert sorted(leaves(caller.get(path))) == sorted(texts(caller.tree(path)))


@pytest.mark.parametrize(
    ("accept", "answered"),
    [(None, XML), ("*/*", XML), (XML, XML), (JSON, JSON), ("text/html", XML), (f"{XML}, {JSON}", JSON)],
)
def test_what_is_accepted_decides_the_answer(caller: EmCaller, accept: str | None, answered: str) -> None:
    answer = caller("GET", "/jobs", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "kind", "body"),
    [
        (f"{XML}, {JSON}", XML, HEAD + RIGHT + "</JobCloneSpec>"),
        (JSON, XML, HEAD + RIGHT + "</JobCloneSpec>"),
        (XML, JSON, '{"ReplicaJobCloneInfo": {"JobName": "A", "VmSuffix": "_b"}}'),
        (None, JSON, '{"ReplicaJobCloneInfo": {"JobName": "A", "VmSuffix": "_b"}}'),
    ],
)
def test_what_is_accepted_decides_how_a_body_is_read(
    server: Server, caller: EmCaller, accept: str | None, kind: str, body: str
) -> None:
    replica = caller.jobs(JobType="Replica")[0]["Href"].partition("?")[0]
    headers = {"Accept": accept, "Content-Type": kind}
    answer = caller("POST", f"{replica}?action=clone", headers=headers, data=body)
    assert answer.status_code == 400
    assert "Node [root] does not exist." in answer.text
    server.switch(deserializer="content_type")
    assert caller("POST", f"{replica}?action=clone", headers=headers, data=body).status_code == 202


def test_a_server_13_answers_with_other_keys_and_reads_as_ever(server: Server, caller: EmCaller) -> None:
    server.switch(json_keys="camel")
    jobs = caller.get("/jobs", format="Entity")["jobs"]
    assert {"uid", "name", "jobType", "scheduleEnabled", "links", "href"} <= set(jobs[0])
    assert camel_case("CreationTimeUTC") == "creationTimeUTC"
    replica = next(job["href"].partition("?")[0] for job in jobs if job["jobType"] == "Replica")
    camel = {"replicaJobCloneInfo": {"jobName": "A", "vmSuffix": "_b"}}
    assert caller("POST", f"{replica}?action=clone", json=camel).status_code == 400
    body = {"ReplicaJobCloneInfo": {"JobName": "A", "VmSuffix": "_b"}}
    assert caller("POST", f"{replica}?action=clone", json=body).json()["taskId"] == "task-1"
    assert caller("GET", "/tasks/task-9").json()["message"].startswith("There is no backup task")


def test_nulls_and_empty_lists(server: Server, caller: EmCaller) -> None:
    job = caller.jobs(JobType="Replica")[0]
    assert job["JobInfo"]["BackupJobInfo"] is None
    assert job["JobInfo"]["FileCopyJobInfo"] is None
    nobody = {"type": "Job", "filter": "Name==Nobody"}
    assert caller.get("/query", **nobody)["Refs"] == {"Refs": []}
    assert caller.get("/tasks") == {"Tasks": []}
    assert b"<Refs />" in caller("GET", "/query", headers={"Accept": XML}, params=nobody).content
    server.switch(empty_lists="null", nulls="all")
    assert caller.get("/query", **nobody)["Refs"] == {"Refs": None}
    assert caller("POST", f"/jobs/{ORACLE}?action=stop").json()["Result"] is None
    with pytest.raises(ValueError, match=r"takes pascal\|camel"):
        server.switch(json_keys="kebab")


def test_xml_is_read_without_entities_and_document_types(caller: EmCaller) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + RIGHT.replace("A<", "&b;<")
    for body in (bomb + "</JobCloneSpec>", "<unclosed", ""):
        answer = caller("POST", f"/jobs/{ORACLE}?action=clone", headers={"Accept": XML, "Content-Type": XML}, data=body)
        assert answer.status_code == 400
        assert "aaaa" not in answer.text


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (HEAD.replace("v1.0", "v1.1") + RIGHT + "</JobCloneSpec>", "the root is not"),
        (HEAD + "<Nonsense/></JobCloneSpec>", "has no"),
        (HEAD + RIGHT.replace("VmSuffix", "Suffix") + "</JobCloneSpec>", "has no"),
    ],
)
def test_xml_that_is_something_else(document: str, reason: str) -> None:
    with pytest.raises(xml.Unreadable, match=reason):
        xml.read(CLONE, document.encode())


def test_what_is_written_is_read_again() -> None:
    value = {
        "Description": "ümläute & <brackets>",
        "ScheduleEnabled": False,
        "Links": [{"Rel": "Up", "Href": "https://em/api/?a=1&b=2"}],
        "JobScheduleOptions": {
            "Standart": {
                "RetryOptions": {"RetryTimes": 3},
                "OptionsDaily": {"Enabled": True, "Days": ["Sunday", "Monday"]},
                "OptionsContinuous": {"Enabled": False, "Schedule": {"Days": [{"Name": "Sunday", "Value": "1,0"}]}},
            }
        },
    }
    assert xml.read(JOB_SHAPE, xml.write(JOB_SHAPE, value)) == value
