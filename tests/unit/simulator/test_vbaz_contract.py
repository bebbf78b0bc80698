# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of the Azure appliance, in every version that has a document, checked by the vendor's document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract.vbaz import VbazContract, VbazObserver
from simulator.services.vbaz.blueprint import MFA_CODE, MFA_LOGIN
from simulator.services.vbaz.sessions.documents import COLUMNS
from simulator.services.vbaz.vocabulary import COARSE_TYPES, FILTER_TYPES, STATUSES, TYPES, WORKLOADS
from simulator.testing import Server, simulated
from support.vbaz_caller import TOKEN, VbazCaller, shipped

RUNNING = {"number": 1, "type": "PolicyBackup", "status": "Running", "started": "2024-05-01T10:00:00Z"}
POLICY = "4e096ba7-8125-4d5d-804b-581f4e6c8440"


@pytest.fixture
def judged(vbaz_contract: VbazContract) -> Iterator[Server]:
    """A server whose exchanges are all checked; there must be some, without violations."""
    with simulated("vbaz") as server:
        observer = VbazObserver(vbaz_contract)
        server.app.observers.append(observer)
        yield server
        assert observer.judged
        assert observer.violations == []


def enum(contract: VbazContract, name: str) -> set[str]:
    return set(contract.document["components"]["schemas"][name]["enum"])


def test_the_vocabulary_is_that_of_the_document(vbaz_contract: VbazContract) -> None:
    assert enum(vbaz_contract, "JobSessionType") == TYPES
    assert enum(vbaz_contract, "JobSessionFilterType") == FILTER_TYPES
    assert enum(vbaz_contract, "SessionType") == COARSE_TYPES
    assert enum(vbaz_contract, "WorkloadType") == set(WORKLOADS)
    assert enum(vbaz_contract, "JobStatus") == set(STATUSES)
    report = vbaz_contract.document["components"]["schemas"]["JobSessionReport"]["properties"]
    assert set(COLUMNS) == set(report) - {"_links"}


@pytest.mark.parametrize("nulls", ["omit", "emit"])
def test_every_session_of_every_type(judged: Server, nulls: str) -> None:
    times = {"started": "2024-05-01T10:00:00Z", "stopped": "2024-05-03T10:00:01Z"}
    details: list[dict[str, Any]] = [{"policy": POLICY}, {"reason": "why", "machine": "vm-1", "resources": ["vm-1"]}]
    stored = [
        {"number": number, "type": name, "status": "Success", **times, **details[number % 2]}
        for number, name in enumerate(sorted(TYPES) * 2, start=1)
    ]
    judged.seed(shipped(sessions=stored, history={"count": 600}))
    judged.switch(nulls=nulls)
    caller = VbazCaller(judged)
    rows = caller.all()
    assert {row["type"] for row in rows} == TYPES
    for row in rows[:20] + rows[-len(stored) :]:
        assert caller.get(f"/jobSessions/{row['id']}") == row
        assert caller.get(f"/jobSessions/{row['id']}/log")["jobSessionId"] == row["id"]


@pytest.mark.parametrize("product", ["8.1", "7.0", "3.0"])
def test_every_collection_in_every_version(judged: Server, product: str) -> None:
    judged.switch(product=product)
    for version in judged.service.versions:
        caller = VbazCaller(judged, version)
        # The second version knows the policies of virtual machines only, under another name.
        policies = [f"/policies/{each}" for each in ("virtualMachines", "sql", "fileShares", "cosmosDb")]
        for path in ("/repositories", "/jobSessions", *(policies if version != "v2" else ["/policies"])):
            rows = caller.get(path, Offset=0, Limit=2)["results"]
            assert caller.get(f"{path}/{rows[0]['id']}") == rows[0]
        for path in ("/system/about", "/system/serverInfo", "/system/status", "/policy/vnet"):
            caller.get(path)


def test_filters_and_pages(judged: Server) -> None:
    caller = VbazCaller(judged)
    caller.get("/jobSessions", Status=["Success", "Error"], Types=["PolicyBackup", "Unknown"], Offset=1, Limit=3)
    caller.get("/jobSessions", PolicyId=POLICY, Filter="Back", FromUtc="2020-02-07T00:00:00Z", ResourceId="vm-0001")
    caller.get("/policies/virtualMachines", PolicyName="B", LastJobStatus="Success,Error", PolicyStatus=["Enabled"])
    caller.get("/repositories", Status="Ready", Tier="Hot,Cool", IsEncrypted="true", SearchPattern="repo")
    judged.switch(total_count="null")
    assert caller.get("/jobSessions")["totalCount"] is None


def test_errors(judged: Server) -> None:
    caller, nobody = VbazCaller(judged), VbazCaller(judged)
    nobody.session.headers["Authorization"] = "Bearer nonsense"
    reader = VbazCaller(judged, login=judged.viewer)
    answers: list[tuple[int, Any]] = [
        (400, caller("GET", "/jobSessions", params={"Limit": "x", "Status": "success", "FromUtc": "monday"})),
        (400, caller("POST", "/jobSessions/export", json={"status": ["Failed"], "offset": 1})),
        (415, caller("POST", "/jobSessions/export", data="<x/>", headers={"Content-Type": "text/xml"})),
        (404, caller("GET", "/jobSessions/nothing")),
        (404, caller("GET", "/jobSessions/nothing/log")),
        (404, caller("GET", f"/policies/sql/{POLICY}")),
        (404, caller("GET", "/repositories/nothing")),
        (401, nobody("GET", "/jobSessions")),
        (401, nobody("POST", "/jobSessions/export")),
        (401, nobody.token(grant_type="Password", username="administrator", password="wrong")),
        (400, nobody.token(grant_type="password", username="administrator", password="wrong")),
        (400, nobody.token(grant_type="Password", username="administrator")),
        (415, nobody("POST", TOKEN, json={})),
        (403, reader("POST", f"/jobSessions/{caller.all()[0]['id']}/stop")),
        (400, caller("POST", f"/jobSessions/{caller.all()[0]['id']}/stop")),
    ]
    assert [answer.status_code for _status, answer in answers] == [status for status, _answer in answers]
    judged.switch(license_agreement="pending")
    assert caller("GET", "/jobSessions").status_code == 403


def test_signing_in_and_out(judged: Server) -> None:
    caller = VbazCaller(judged)
    assert caller.token(grant_type="Refresh_token", refresh_token=caller.tokens["refresh_token"]).status_code == 200
    challenge = VbazCaller(judged, login=MFA_LOGIN).tokens
    answer = caller.token(grant_type="Mfa", mfa_token=challenge["mfa_token"], mfa_code=MFA_CODE)
    assert answer.json()["access_token"]
    assert caller("DELETE", TOKEN).status_code == 204


def test_the_export(judged: Server) -> None:
    caller = VbazCaller(judged)
    caller.export()
    caller.export({"status": ["Error"], "sessionTypes": ["PolicyBackup"], "workloadTypes": ["SQL"]}, "application/xml")
    caller.export({"jobSessionIds": [], "policyId": None, "filter": "x", "toUtc": "2024-05-01T00:00:00Z"})


def test_stopping(judged: Server) -> None:
    judged.seed(shipped(sessions=[RUNNING]))
    caller = VbazCaller(judged)
    [running] = caller.all(Status="Running")
    assert caller("POST", f"/jobSessions/{running['id']}/stop").status_code == 204
    assert caller.get(f"/jobSessions/{running['id']}")["status"] == "Canceled"
