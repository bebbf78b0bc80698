# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enterprise Manager: lists, links, filters of queries, pages, and actions on jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.services.em.filters import BadFilter, parse
from simulator.testing import Server, simulated
from support.em_caller import SPACE, XML, EmCaller

ORACLE = "78c3919c-54d7-43fe-b047-485d3566f11f"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em") as made:
        yield made


@pytest.fixture
def caller(server: Server) -> EmCaller:
    return EmCaller(server)


def names(caller: EmCaller, kind: str = "Job", **query: Any) -> list[str]:
    return [ref["Name"] for ref in caller.get("/query", type=kind, **query)["Refs"]["Refs"]]


def rels(job: dict[str, Any]) -> set[str]:
    return {link["Rel"] for link in job["Links"]}


def path_of(job: dict[str, Any]) -> str:
    return "/jobs/" + str(job["UID"]).rpartition(":")[2]


def test_the_seed_has_what_makes_cloning_hard(caller: EmCaller) -> None:
    jobs = caller.jobs()
    assert {job["JobType"] for job in jobs} == {"Backup", "Replica", "BackupCopy", "ImmediateBackupCopy"}
    assert "CustomPlatform" in {job["Platform"] for job in jobs}
    assert len({link["Name"] for job in jobs for link in job["Links"] if link["Rel"] == "Up"}) == 2
    assert len(caller.jobs(Name="CRM Backup")) == 2
    assert names(caller, "Repository").count("Backup Volume 01") == 2
    assert not all("Clone" in rels(job) for job in jobs)
    fresh = caller.jobs(Name="Fresh Backup")[0]
    assert names(caller, "Backup", filter=f'JobUid=="{fresh["UID"]}"') == []


def test_references_and_entities_lead_to_each_other(caller: EmCaller) -> None:
    for kind in ("jobs", "repositories", "backupServers", "backups"):
        reference = caller.get(f"/{kind}")["Refs"][0]
        (alternate,) = (link["Href"] for link in reference["Links"] if link["Rel"] == "Alternate")
        entity = caller("GET", alternate).json()
        (back,) = (link["Href"] for link in entity["Links"] if link["Rel"] == "Alternate")
        assert caller("GET", back).json() == reference
        assert entity["UID"] == reference["UID"]
        for link in (link for link in reference["Links"] if link["Rel"] == "Up"):
            assert caller("GET", link["Href"]).json()["Name"] == link["Name"]


def test_what_one_server_has(caller: EmCaller) -> None:
    (branch,) = (row for row in caller.get("/backupServers")["Refs"] if row["Name"].startswith("backup02"))
    down = {link["Type"]: link["Href"] for link in branch["Links"] if link["Rel"] == "Down"}
    assert [ref["Name"] for ref in caller("GET", down["JobReferenceList"]).json()["Refs"]] == ["CRM Backup"]
    assert len(caller("GET", down["RepositoryReferenceList"] + "?format=Entity").json()["Repositories"]) == 2
    assert caller("GET", f"/backupServers/{UNKNOWN}/jobs").status_code == 404


def test_what_may_be_done_depends_on_the_type(caller: EmCaller) -> None:
    backup, copy = caller.jobs(JobType="Backup")[0], caller.jobs(JobType="ImmediateBackupCopy")[0]
    assert {"Start", "Stop", "Retry", "Edit"} <= rels(backup)
    assert "Sync" in rels(copy)
    assert not {"Start", "Stop", "Retry", "Edit"} & rels(copy)
    assert not any("Delete" in rels(job) for job in caller.jobs())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Name=="Oracle Backup"', ["Oracle Backup"]),
        ('name=="ORACLE backup"', ["Oracle Backup"]),
        ("Name==Oracle Backup", []),
        ('Name=="Web ""Blue"" Backup"', ['Web "Blue" Backup']),
        ('Name=="CRM Backup";BackupServerName==backup02.tech.local', ["CRM Backup"]),
        ("jobtype==replica,JobType==BackupCopy", ["Appserver Replication", "CRM Backup Copy"]),
        ("(jobtype==replica,JobType==Backup);Platform!=VMware", ["Director Backup", "CRM Backup"]),
        ("JobType==Replica,JobType==Backup;Platform==HyperV", ["Appserver Replication", "CRM Backup"]),
        (f"UID==urn:veeam:Job:{ORACLE}", ["Oracle Backup"]),
        ("ScheduleEnabled==False;JobType==Backup", ["CRM Backup", "Fresh Backup"]),
        ('Name>="O";Name<"P"', ["Oracle Backup"]),
        ("Description==", None),
        ("Name==a;", None),
        ("(Name==a", None),
        ("Name=a", None),
        ("Colour==red", None),
        ("ScheduleEnabled==perhaps", None),
        ('Name==a "b"', None),
    ],
)
def test_filters(caller: EmCaller, text: str, found: list[str] | None) -> None:
    if found is None:
        answer = caller("GET", "/query", params={"type": "job", "filter": text})
        assert (answer.status_code, answer.json()["Message"][:10]) == (400, "Simulated:")
    else:
        assert names(caller, filter=text) == found


def test_filters_with_numbers(caller: EmCaller) -> None:
    assert names(caller, "Repository", filter="Capacity>2000000000000") == ["CRM Volume", "Scale-out 01"]
    assert caller("GET", "/query?type=Repository&filter=Capacity==much").status_code == 400


def test_a_filter_that_says_nothing() -> None:
    with pytest.raises(BadFilter, match="ends too early"):
        parse("")


def test_order_and_pages(caller: EmCaller) -> None:
    everything = names(caller, sortAsc="name")
    assert everything == sorted(everything, key=str.casefold)
    assert names(caller, sortDesc="Name") == everything[::-1]
    found, path, page = [], "/query", {"type": "Job", "sortAsc": "name", "pageSize": 4}
    while path:
        answer = caller("GET", path, params=page).json()
        found += [ref["Name"] for ref in answer["Refs"]["Refs"]]
        next_links = {link["Rel"]: link["Href"] for link in answer["PagingInfo"]["Links"]}
        path, page = next_links.get("Next", ""), {}
    assert found == everything
    assert (answer["PagingInfo"]["PageNum"], answer["PagingInfo"]["PagesCount"]) == (3, 3)
    assert set(next_links) == {"First", "Previous"}
    assert names(caller, pageSize=4, page=9) == []
    assert caller.get("/query", type="Job")["PagingInfo"] is None
    assert caller("GET", "/query?type=Job&pageSize=x").status_code == 400
    assert caller("GET", "/query?type=Job&sortAsc=colour").status_code == 400


def test_addresses_of_pages_are_escaped_in_xml(caller: EmCaller) -> None:
    path = "/query?type=Job&pageSize=5"
    assert b"&amp;page=2" in caller("GET", path, headers={"Accept": XML}).content
    links = {link.get("Rel"): link.get("Href", "") for link in caller.tree(path).iter(f"{SPACE}Link")}
    assert caller("GET", links["Next"]).json()["PagingInfo"]["PageNum"] == 2


def test_toggling_really_toggles(caller: EmCaller) -> None:
    def enabled() -> bool:
        return bool(caller.jobs(Name="Oracle Backup")[0]["ScheduleEnabled"])

    assert enabled() is True
    for expected in (False, True, False):
        task = caller.do("POST", f"/jobs/{ORACLE}?action=toggleScheduleEnabled")
        assert (task["Operation"], task["Result"]) == ("UpdateJob", {"Message": "Ok", "Success": True})
        assert enabled() is expected
    assert "NextRun" not in caller.jobs(Name="Oracle Backup")[0]


@pytest.mark.parametrize(("action", "operation"), [("start", "StartJob"), ("stop", "StopJob"), ("RETRY", "RetryJob")])
def test_start_stop_and_retry(caller: EmCaller, action: str, operation: str) -> None:
    task = caller.do("POST", f"/jobs/{ORACLE}?action={action}")
    assert task["Operation"] == operation
    assert task["Result"]["Message"] == f'Job "Oracle Backup" triggered to {action.lower()}.'


def test_sync_is_for_copies_alone_and_start_is_not(server: Server, caller: EmCaller) -> None:
    copy = path_of(caller.jobs(JobType="BackupCopy")[0])
    assert caller.do("POST", f"{copy}?action=sync")["Operation"] == "StartJobSync"
    assert caller.do("POST", f"{copy}?action=start")["Result"]["Success"] is False
    server.switch(wrong_action="bad_request")
    assert caller("POST", f"{copy}?action=start").status_code == 400
    assert caller("POST", f"/jobs/{ORACLE}?action=sync").status_code == 400
    assert caller("POST", f"/jobs/{ORACLE}?action=dance").status_code == 400


def test_an_edit_changes_what_was_sent(caller: EmCaller) -> None:
    before = caller.jobs(Name="Oracle Backup")[0]
    daily = {"Standart": {"OptionsDaily": {"Enabled": "false", "Days": ["Monday"]}}}
    body = {"Description": "edited", "ScheduleEnabled": "false", "JobScheduleOptions": daily, "Type": "Job"}
    task = caller.do("PUT", f"/jobs/{ORACLE}?action=edit", body)
    assert (task["Operation"], task["Result"]["Message"]) == ("EditJob", "Ok")
    after = caller.jobs(Name="Oracle Backup")[0]
    assert (after["Description"], after["ScheduleEnabled"]) == ("edited", False)
    options = after["JobScheduleOptions"]["Standart"]
    assert (options["OptionsDaily"]["Enabled"], options["OptionsDaily"]["Days"]) == (False, ["Monday"])
    assert options["OptionsDaily"]["Time"] == before["JobScheduleOptions"]["Standart"]["OptionsDaily"]["Time"]
    assert options["RetryOptions"] == before["JobScheduleOptions"]["Standart"]["RetryOptions"]
    assert after["JobInfo"] == before["JobInfo"]


def test_an_edit_in_xml_needs_the_order(caller: EmCaller) -> None:
    head, headers = '<Job xmlns="http://www.veeam.com/ent/v1.0">', {"Accept": XML, "Content-Type": XML}
    parts = ["<Description>edited</Description>", "<ScheduleEnabled>false</ScheduleEnabled>"]
    for order, status in ((parts[::-1], 400), (parts, 202)):
        body = head + "".join(order) + "</Job>"
        assert caller("PUT", f"/jobs/{ORACLE}?action=edit", headers=headers, data=body).status_code == status
    assert caller.jobs(Description="edited")


def test_a_deleted_job_is_gone_and_its_backup_stays(caller: EmCaller) -> None:
    task = caller.do("DELETE", f"/jobs/{ORACLE}")
    assert (task["Operation"], task["Result"]["Success"]) == ("DeleteJob", True)
    assert caller("GET", f"/jobs/{ORACLE}").status_code == 404
    assert caller("DELETE", f"/jobs/{ORACLE}").status_code == 404
    assert names(caller, "Backup", filter=f"JobUid==urn:veeam:Job:{ORACLE}") == ["Oracle Backup"]
    assert caller("GET", "/backups?format=Entity", headers={"Accept": XML}).status_code == 200
