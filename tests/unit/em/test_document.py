# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML and JSON of Enterprise Manager, of either server, are read alike; what is neither is refused."""

from __future__ import annotations

import json

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._em.document import Document, read
from ansible_collections.backupfleet.rest.plugins.module_utils._em.rows import (
    filtered,
    id_in,
    id_of,
    identified,
    matching,
    offers,
    pages_of,
    rows,
    server_of,
)

NAMESPACE = 'xmlns="http://www.veeam.com/ent/v1.0"'
ID = "78c3919c-54d7-43fe-b047-485d3566f11f"
SERVER_ID = "3cbab7db-fa0d-4c18-82b6-bc1816f0a128"
JOB_XML = f"""<?xml version="1.0" encoding="utf-8"?>
<Job {NAMESPACE} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Job"
     Type="Job" Href="https://em:9398/api/jobs/{ID}?format=Entity" Name="A &amp; B" UID="urn:veeam:Job:{ID}">
  <Links>
    <Link Rel="Up" Type="BackupServerReference" Href="https://em:9398/api/backupServers/{SERVER_ID}"/>
    <Link Rel="Clone" Href="https://em:9398/api/jobs/{ID}?action=clone"/>
  </Links>
  <JobType>Backup</JobType>
  <Description></Description>
  <ScheduleEnabled>true</ScheduleEnabled>
  <JobInfo><BackupJobInfo><Includes><ObjectInJob><Name>vm1</Name></ObjectInJob></Includes></BackupJobInfo></JobInfo>
  <JobScheduleOptions><Standart><Days>Sunday</Days><Days>Monday</Days></Standart></JobScheduleOptions>
</Job>"""
JOB = {
    "JobType": "Backup",
    "Description": "",
    "ScheduleEnabled": True,
    "NextRun": None,
    "JobInfo": {
        "BackupJobInfo": {"Includes": {"ObjectInJobs": [{"Name": "vm1"}]}},
        "ReplicaJobInfo": None,
    },
    "JobScheduleOptions": {"Standart": {"Days": ["Sunday", "Monday"]}},
    "Name": "A & B",
    "UID": f"urn:veeam:Job:{ID}",
    "Links": [
        {
            "Rel": "Up",
            "Type": "BackupServerReference",
            "Href": f"https://em:9398/api/backupServers/{SERVER_ID}",
            "Name": None,
        },
        {"Rel": "Clone", "Href": f"https://em:9398/api/jobs/{ID}?action=clone"},
    ],
    "Href": f"https://em:9398/api/jobs/{ID}?format=Entity",
    "Type": "Job",
}


def camel(value: object) -> object:
    """As server 13 writes it."""
    if isinstance(value, dict):
        return {("uid" if key == "UID" else key[0].lower() + key[1:]): camel(part) for key, part in value.items()}
    return [camel(part) for part in value] if isinstance(value, list) else value


def without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", [JOB_XML, json.dumps(JOB), json.dumps(camel(JOB)), "\ufeff" + JOB_XML], ids=str)
def test_both_formats_and_both_spellings_are_read_alike(text: str) -> None:
    job = read(text).data
    assert job == without_nulls(JOB)
    assert (id_of(job), server_of(job), offers(job, "Clone"), offers(job, "Edit")) == (ID, SERVER_ID, True, False)


@pytest.mark.parametrize(
    "text",
    [
        f"<QueryResult {NAMESPACE}><Entities><Jobs><Job Name='a'/><Job Name='b'/></Jobs></Entities></QueryResult>",
        f"<EntityReferences {NAMESPACE}><Ref Name='a'/><Ref Name='b'/></EntityReferences>",
        f"<QueryResult {NAMESPACE}><Refs><Ref Name='a'/><Ref Name='b'/></Refs></QueryResult>",
        f"<Jobs {NAMESPACE}><Job Name='a'/><Job Name='b'/></Jobs>",
        '{"Entities": {"Jobs": {"Jobs": [{"Name": "a"}, {"Name": "b"}]}}, "Links": null}',
        '{"entities": {"jobs": [{"name": "a"}, {"name": "b"}]}}',
        '{"Refs": {"Refs": [{"Name": "a"}, {"Name": "b"}]}}',
        '{"Refs": [{"Name": "a"}, {"Name": "b"}], "Links": []}',
        '{"Jobs": [{"Name": "a"}, {"Name": "b"}]}',
    ],
)
def test_every_nesting_of_a_list_is_found(text: str) -> None:
    assert [row["Name"] for row in rows(read(text)) or []] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        f"<QueryResult {NAMESPACE}><Entities><Jobs/></Entities></QueryResult>",
        f"<QueryResult {NAMESPACE}>\n<Entities>\n  <Repositories>\n  </Repositories>\n</Entities></QueryResult>",
        f"<Tasks {NAMESPACE}/>",
        '{"Entities": {"Jobs": {"Jobs": null}}}',
        '{"Entities": {"Jobs": []}}',
        '{"Entities": null, "PagingInfo": {"PageNum": 1, "PageSize": 10, "PagesCount": 1, "Links": []}}',
        '{"Tasks": null}',
    ],
)
def test_an_empty_list_is_a_list(text: str) -> None:
    assert rows(read(text)) == []


@pytest.mark.parametrize("text", [JOB_XML, json.dumps(JOB), '{"Message": "no"}', '{"Jobs": ["a"]}'])
def test_another_document_is_no_list(text: str) -> None:
    assert rows(read(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        f'<QueryResult {NAMESPACE}><PagingInfo PageNum="1" PageSize="2" PagesCount="7"/></QueryResult>',
        '{"pagingInfo": {"pageNum": 1, "pageSize": "2", "pagesCount": "7"}}',
    ],
)
def test_pages_are_counted(text: str) -> None:
    assert pages_of(read(text)) == 7


def test_a_list_without_pages_has_one_page() -> None:
    assert pages_of(Document("", {"Jobs": []})) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>', "document type"),
        (f"<!DOCTYPE Job SYSTEM 'file:///etc/passwd'><Job {NAMESPACE}/>", "document type"),
        (f"<!DOCTYPE Job [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><Job {NAMESPACE}>&b;</Job>", "document type"),
        (f"<Job {NAMESPACE}>&undeclared;</Job>", "not XML"),
        ("<html><title>Sign in</title></html>", "not Enterprise Manager's"),
        (f"<Job {NAMESPACE}><Links>", "not XML"),
        (f"<Job {NAMESPACE}>" + "<a>" * 200, "too deeply"),
        ("[" * 100_000, "too deeply"),
        ("[]", "no object"),
        ("", "it is no object"),
        ('{"Name":', "it is malformed"),
    ],
)
def test_what_is_not_of_this_service_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(text)


def test_only_the_id_of_an_address_is_used() -> None:
    assert id_in(f"https://elsewhere.example:1/api/jobs/{ID.upper()}?format=Entity") == ID
    assert id_in("") == ""


def test_an_id_is_distinguished_from_a_name() -> None:
    assert identified("Job", f"urn:veeam:Job:{ID.upper()}") == identified("Job", ID) == ID
    assert identified("Job", f"urn:veeam:Repository:{ID}") == ""
    assert identified("Job", "Oracle Backup") == ""


def test_filters_are_quoted_and_unsafe_values_are_left_out() -> None:
    assert filtered({"Name": "SQL Backup"}) == 'Name=="SQL Backup"'
    assert filtered({"JobType": ["Backup", "Replica"], "ScheduleEnabled": True}) == (
        '(JobType=="Backup",JobType=="Replica");ScheduleEnabled=="true"'
    )
    assert filtered({"Name": "a;b,(c)", "JobType": "Backup"}) == 'JobType=="Backup"'
    assert filtered({"Name": 'Web "Blue"'}) == 'Name=="Web ""Blue"""'


def test_rows_are_matched_without_the_server_too() -> None:
    row = {"Name": "SQL Backup", "ScheduleEnabled": True}
    assert matching(row, {"Name": "sql backup", "ScheduleEnabled": "True"})
    assert matching(row, {"Name": ["x", "SQL Backup"], "NotShown": "anything"})
    assert not matching(row, {"Name": "SQL"})
