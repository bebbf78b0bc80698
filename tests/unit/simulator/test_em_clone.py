# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enterprise Manager: clones of all types of jobs, and how wrong requests are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated
from support.em_caller import XML, EmCaller

ORACLE = "78c3919c-54d7-43fe-b047-485d3566f11f"
VOLUME = "urn:veeam:Repository:cbd9a4b6-b9ed-4cd6-a091-75b6481c9d55"
BRANCH = "urn:veeam:Repository:e2a1b6f4-7d3c-4f19-8a60-9b5c4d3e2f02"
NOWHERE = "urn:veeam:Repository:00000000-0000-0000-0000-000000000000"
BACKUP = {"JobName": "Oracle Backup 01", "FolderName": "Oracle Backup 01", "RepositoryUid": VOLUME}
COPY = {"JobName": "Another copy", "JobFileName": "Another copy", "RepositoryUid": VOLUME, "Description": "copied"}
SPECS: dict[str, dict[str, Any]] = {
    "Backup": {"BackupJobCloneInfo": BACKUP},
    "Replica": {"ReplicaJobCloneInfo": {"JobName": "Another replica", "VmSuffix": "_other"}},
    "BackupCopy": {"BackupCopyJobCloneInfo": COPY},
    "ImmediateBackupCopy": {"ImmediateBackupCopyJobCloneInfo": COPY},
}
WRONG = {
    "duplicate_name": BACKUP | {"JobName": "crm backup"},
    "long_name": BACKUP | {"JobName": "x" * 51},
    "unknown_repository": BACKUP | {"RepositoryUid": NOWHERE},
    "foreign_repository": BACKUP | {"RepositoryUid": BRANCH},
}


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em") as made:
        yield made


@pytest.fixture
def caller(server: Server) -> EmCaller:
    return EmCaller(server)


def path_of(job: dict[str, Any]) -> str:
    return "/jobs/" + str(job["UID"]).rpartition(":")[2]


@pytest.mark.parametrize("job_type", SPECS)
def test_a_clone_is_a_new_job_on_the_same_server(server: Server, caller: EmCaller, job_type: str) -> None:
    source = caller.jobs(JobType=job_type)[0]
    ((_variant, sent),) = SPECS[job_type].items()
    begun = caller("POST", f"{path_of(source)}?action=clone", json=SPECS[job_type])
    assert begun.status_code == 202
    assert (begun.json()["State"], begun.json()["Operation"]) == ("Running", "CloneJob")
    assert "Result" not in begun.json()
    task = caller.follow(begun.json())
    assert task["Result"] == {"Message": "Ok", "Success": True}
    (related,) = (link for link in task["Links"] if link["Rel"] == "Related")
    assert related["Type"] == "Job"
    made = caller("GET", related["Href"]).json()
    assert made["Name"] == sent["JobName"] == related["Name"]
    assert made["Description"] == sent.get("Description", "")
    assert (made["JobType"], made["Platform"], made["JobInfo"]) == (job_type, source["Platform"], source["JobInfo"])
    up = [[link["Href"] for link in job["Links"] if link["Rel"] == "Up"] for job in (made, source)]
    assert up[0] == up[1]
    assert made["UID"] != source["UID"]
    assert server.service.estate.get("jobs", path_of(made)[6:])["clonedAs"] == sent
    assert made["ScheduleEnabled"] is False


def test_a_clone_may_keep_the_schedule(server: Server, caller: EmCaller) -> None:
    server.switch(cloned_schedule="as_source")
    caller.do("POST", f"/jobs/{ORACLE}?action=clone", SPECS["Backup"])
    assert caller.jobs(Name="Oracle Backup 01")[0]["ScheduleEnabled"] is True


@pytest.mark.parametrize("switch", WRONG)
def test_what_no_source_documents_may_be_refused_or_fail(server: Server, caller: EmCaller, switch: str) -> None:
    spec, before = {"BackupJobCloneInfo": WRONG[switch]}, len(caller.jobs())
    task = caller.do("POST", f"/jobs/{ORACLE}?action=clone", spec)
    assert task["Result"]["Success"] is False
    assert task["Result"]["Message"].startswith("Simulated: ")
    assert [link["Rel"] for link in task["Links"]] == ["Delete"]
    server.switch(**{switch: "bad_request"})
    refused = caller("POST", f"/jobs/{ORACLE}?action=clone", json=spec)
    assert (refused.status_code, refused.json()["Message"][:10]) == (400, "Simulated:")
    assert len(caller.jobs()) == before


def test_the_same_name_is_free_on_another_server_and_where_the_server_does_not_mind(
    server: Server, caller: EmCaller
) -> None:
    branch = next(job for job in caller.jobs(Name="CRM Backup") if job["Platform"] == "HyperV")
    spec = {"BackupJobCloneInfo": BACKUP | {"JobName": "Oracle Backup", "RepositoryUid": BRANCH}}
    assert caller.do("POST", f"{path_of(branch)}?action=clone", spec)["Result"]["Success"] is True
    server.switch(duplicate_name="accept", long_name="accept")
    for name in ("Oracle Backup", "x" * 51):
        spec = {"BackupJobCloneInfo": BACKUP | {"JobName": name}}
        assert caller.do("POST", f"/jobs/{ORACLE}?action=clone", spec)["Result"]["Success"] is True
    assert len(caller.jobs(Name="Oracle Backup")) == 3


@pytest.mark.parametrize("value", ["failed_task", "bad_request"])
def test_a_variant_that_does_not_fit_and_a_job_that_offers_no_clone(
    server: Server, caller: EmCaller, value: str
) -> None:
    server.switch(wrong_variant=value, wrong_action=value)
    locked = caller.jobs(Name="Director Backup")[0]
    assert "Clone" not in [link["Rel"] for link in locked["Links"]]
    for path, spec in ((f"/jobs/{ORACLE}", SPECS["Replica"]), (path_of(locked), SPECS["Backup"])):
        answer = caller("POST", f"{path}?action=clone", json=spec)
        if value == "bad_request":
            assert answer.status_code == 400
        else:
            assert caller.follow(answer.json())["Result"]["Success"] is False


@pytest.mark.parametrize("missing", ["JobName", "FolderName", "RepositoryUid"])
def test_without_a_required_element_the_server_fails(caller: EmCaller, missing: str) -> None:
    spec = {"BackupJobCloneInfo": {name: value for name, value in BACKUP.items() if name != missing}}
    answer = caller("POST", f"/jobs/{ORACLE}?action=clone", json=spec)
    assert answer.status_code == 500
    assert answer.json()["Message"] == "Object reference not set to an instance of an object."


def test_some_servers_do_without_the_name_of_the_folder(server: Server, caller: EmCaller) -> None:
    server.switch(folder_name="optional")
    spec = {"BackupJobCloneInfo": {"JobName": "Without", "RepositoryUid": VOLUME}}
    assert caller.do("POST", f"/jobs/{ORACLE}?action=clone", spec)["Result"]["Success"] is True


def test_the_order_of_elements_counts_in_xml(server: Server, caller: EmCaller) -> None:
    parts = [f"<{name}>{value}</{name}>" for name, value in BACKUP.items()]

    def send(order: list[str]) -> Any:
        inner = "".join(order)
        body = f'<JobCloneSpec xmlns="http://www.veeam.com/ent/v1.0"><BackupJobCloneInfo>{inner}</BackupJobCloneInfo>'
        headers = {"Accept": XML, "Content-Type": XML}
        return caller("POST", f"/jobs/{ORACLE}?action=clone", headers=headers, data=body + "</JobCloneSpec>")

    turned = parts[::-1]
    refused = send(turned)
    assert (refused.status_code, "wrong order" in refused.text) == (400, True)
    server.switch(wrong_order="null_reference")
    fallen = send(turned)
    assert (fallen.status_code, "Object reference not set" in fallen.text) == (500, True)
    server.switch(wrong_order="accept")
    assert send(turned).status_code == 202
    server.switch(wrong_order="bad_request", duplicate_name="accept")
    assert send(parts).status_code == 202


def test_exactly_one_variant(caller: EmCaller) -> None:
    for spec in ({}, SPECS["Backup"] | SPECS["Replica"], {"SurpriseJobCloneInfo": BACKUP}, []):
        assert caller("POST", f"/jobs/{ORACLE}?action=clone", json=spec).status_code == 400


def test_a_task_may_deny_what_it_has_done(server: Server, caller: EmCaller) -> None:
    server.switch(clone_verdict="denied")
    assert caller.do("POST", f"/jobs/{ORACLE}?action=clone", SPECS["Backup"])["Result"]["Success"] is False
    assert caller.jobs(Name="Oracle Backup 01")


def test_a_clone_has_no_backup_until_it_has_run(caller: EmCaller) -> None:
    caller.do("POST", f"/jobs/{ORACLE}?action=clone", SPECS["Backup"])
    made = caller.jobs(Name="Oracle Backup 01")[0]
    query = {"type": "Backup", "format": "Entities", "filter": f'JobUid=="{made["UID"]}"'}
    assert caller.get("/query", **query)["Entities"]["Backups"]["Backups"] == []
    caller.do("POST", f"{path_of(made)}?action=start")
    (backup,) = caller.get("/query", **query)["Entities"]["Backups"]["Backups"]
    assert [link["Name"] for link in backup["Links"] if link["Type"] == "RepositoryReference"] == ["Backup Volume 01"]
