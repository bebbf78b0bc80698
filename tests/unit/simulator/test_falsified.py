# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies with values of another type: no service fails at one, and none keeps half of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import requests

from contract import Contract, ContractObserver
from simulator.services.em.errors import NO_OBJECT
from simulator.testing import Server, simulated, simulated_pair
from support.em_caller import EmCaller
from support.falsified import falsified
from support.vbaz_caller import VbazCaller
from support.vbr_caller import VbrCaller
from support.vcsa_caller import PIECE, VcsaCaller, invoke

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

INFRA = "/backupInfrastructure"
BUILDS = {"1.1-rev0": "12.3.1.1139", "1.2-rev1": "12.3.1.1139", "1.3-rev2": "13.1.0.411"}
SECRET = "Fm3yS7wL1dZ9qT5letters"
LISTS = (
    "/credentials",
    "/cloudCredentials",
    "/encryptionPasswords",
    f"{INFRA}/managedServers",
    f"{INFRA}/repositories",
    f"{INFRA}/scaleOutRepositories",
    f"{INFRA}/proxies",
    "/jobs",
)
# What a new object has that no model shows, or that must be another one.
NEW: dict[str, dict[str, Any]] = {
    "/credentials": {"username": "new", "uniqueId": None, "tag": None, "password": SECRET},
    "/cloudCredentials": {"uniqueId": None, "tag": None, "sharedKey": SECRET, "secretKey": SECRET},
    "/encryptionPasswords": {"hint": "new", "uniqueId": None, "tag": None, "password": SECRET},
    f"{INFRA}/proxies": {},
}
SHOWN = (*LISTS, "/jobs/states", f"{INFRA}/repositories/states", "/configBackup", "/sessions", "/automation/sessions")
KINDS = ("credentials", "cloudcredentials", "encryptionPasswords", "managedServers", "repositories", "proxies", "jobs")
SEED = 13
# Falsified bodies per operation: of a server with many operations, and of one with few.
SOME, MANY = 4, 40
# What a request is sent to: method and path, and a body that is right.
Target = tuple[str, str, Any]
Send = Callable[[str, str, Any], requests.Response]


def rows_of(server: Server) -> str:
    return json.dumps(server.snapshot()["rows"], sort_keys=True)


def throw(server: Server, targets: list[Target], send: Send, look: Callable[[], object], many: int = MANY) -> int:
    """Send falsified bodies, and return how many were taken. What is refused leaves nothing behind."""
    snapshot, taken, dice = server.snapshot(), 0, Random(SEED)
    before = rows_of(server)
    for method, path, body in targets:
        for wrong in falsified(body, dice, many):
            answer = send(method, path, wrong)
            where = f"{method} {path} {json.dumps(wrong)}"
            assert server.app.defects == [], where
            assert answer.status_code < 500 or NO_OBJECT in answer.text, where
            if answer.status_code >= 400:
                assert rows_of(server) == before, where
                continue
            taken += 1
            look()
            assert server.app.defects == [], where
            server.restore(snapshot)
    return taken


@pytest.fixture(params=BUILDS)
def vbr(request: pytest.FixtureRequest) -> Iterator[VbrCaller]:
    with simulated_pair(source_build=BUILDS[request.param]) as pair:
        caller = VbrCaller(pair.source, request.param)
        if request.param == "1.3-rev2":
            _make_scale_out(caller)
        yield caller


def _make_scale_out(caller: VbrCaller) -> None:
    extent = {"id": caller.get(f"{INFRA}/repositories")["data"][0]["id"]}
    body = {"name": "Out", "description": "", "performanceTier": {"performanceExtents": [extent]}}
    assert caller("POST", f"{INFRA}/scaleOutRepositories", json=body).status_code == 201


def vbr_targets(caller: VbrCaller) -> Iterator[Target]:
    """Every POST and PUT of the server that takes a body."""
    found = {path: caller.get(path)["data"] for path in LISTS}
    for path, models in found.items():
        seen: set[str] = set()
        for model in models:
            if str(model.get("type")) in seen:
                continue
            seen.add(str(model.get("type")))
            new = {name: value for name, value in model.items() if name != "id"}
            yield "POST", path, {**new, **NEW.get(path, {"name": "New"})}
            yield "PUT", f"{path}/{model['id']}", model
    for kind in KINDS:
        yield "POST", f"/automation/{kind}/export", {"ids": ["x"], "names": ["*"], "types": ["x"], "hints": ["*"]}
        yield "POST", f"/automation/{kind}/import", caller.export(kind)
    yield from _vbr_actions(found)
    yield "PUT", "/configBackup", caller.get("/configBackup")
    if caller.revision > "1.3":
        yield "PUT", "/generalOptions/notifications", caller.get("/generalOptions/notifications")


def _vbr_actions(found: dict[str, list[dict[str, Any]]]) -> Iterator[Target]:
    first = {path: f"{path}/{models[0]['id']}" for path, models in found.items() if models}
    account = found["/credentials"][0]["id"]
    linux, *_others = [each["id"] for each in found["/credentials"] if each["type"] == "Linux"]
    yield "POST", f"{first['/credentials']}/changepassword", {"password": SECRET}
    yield "POST", f"/credentials/{linux}/changeprivatekey", {"privateKey": SECRET, "passphrase": SECRET}
    yield "POST", f"{first['/cloudCredentials']}/changeSecretKey", {"newSecretKey": SECRET}
    yield "POST", f"{first['/cloudCredentials']}/changeCertificate", {"certificate": "x", "formatType": "Pfx"}
    yield "POST", f"{first['/encryptionPasswords']}/changepassword", {"password": SECRET, "hint": "x"}
    yield "POST", f"{first['/encryptionPasswords']}/verify", {"password": SECRET}
    for server in found[f"{INFRA}/managedServers"]:
        path = f"{INFRA}/managedServers/{server['id']}/updateSingleUseCredentials"
        yield "POST", path, {"username": "x", "type": "Linux", "password": SECRET}
    repository = found[f"{INFRA}/repositories"][0]["id"]
    yield "POST", f"{INFRA}/repositories/rescan", {"repositoryIds": [repository]}
    for place in (first[path] for path in (f"{INFRA}/scaleOutRepositories",) if path in first):
        for mode in ("enableSealedMode", "disableMaintenanceMode"):
            yield "POST", f"{place}/{mode}", {"repositoryIds": [repository]}
    question = {"serverName": "x", "type": "LinuxHost", "credentialsId": account, "port": 22}
    yield "POST", "/connectionCertificate", question
    comparison = {"type": "PredicateExpression", "property": "Name", "operation": "contains", "value": "x"}
    group = {"type": "GroupExpression", "operation": "and", "items": [comparison, comparison]}
    browsing = {"pagination": {"skip": 0, "limit": 2}, "filter": group, "sorting": {"property": "Name"}}
    yield "POST", "/inventory", browsing
    yield "POST", "/inventory/vcenter01.tech.local", browsing
    for action in ("start", "stop", "retry", "clone", "enable", "disable"):
        body = {"performActiveFull": False, "startChainedJobs": True, "gracefulStop": True, "gracefullStop": True}
        yield "POST", f"{first['/jobs']}/{action}", body


def test_vbr(vbr: VbrCaller, contract: Contract) -> None:
    observer = ContractObserver(contract, expected=lambda exchange: exchange.method != "GET")
    vbr.server.app.observers.append(observer)

    def look() -> None:
        for path in SHOWN:
            if vbr.revision > "1.1" or "scaleOut" not in path:
                assert vbr("GET", path).status_code == 200

    def send(method: str, path: str, body: Any) -> requests.Response:
        return vbr(method, path, json=body)

    assert throw(vbr.server, list(vbr_targets(vbr)), send, look, SOME) > 10
    # What is stored has the right types: a wrong word among the words of an enum is another matter.
    assert [each for each in observer.violations if ", not " in each] == []


def test_em() -> None:
    with simulated("em") as server:
        caller = EmCaller(server, "application/json")
        clone = {"BackupJobCloneInfo": {"JobName": "New", "FolderName": "x", "RepositoryUid": "x", "Description": "x"}}
        job = caller.get("/jobs?format=Entity")["Jobs"][0]
        path = "/jobs/" + job["UID"].rpartition(":")[2]
        targets: list[Target] = [
            ("POST", f"{path}?action=clone", clone),
            ("PUT", f"{path}?action=edit", job),
            ("POST", f"{path}?action=start", {}),
        ]

        def send(method: str, place: str, body: Any) -> requests.Response:
            answer: requests.Response = caller(method, place, json=body)
            return answer

        throw(server, targets, send, lambda: (caller.jobs(), caller.get("/tasks")))


def test_vbaz() -> None:
    with simulated("vbaz") as server:
        caller = VbazCaller(server)
        policy = "a0b1c2d3-0000-4000-8000-000000000001"
        options = {
            "jobSessionIds": [policy],
            "policyId": policy,
            "filter": "x",
            "status": ["Success"],
            "sessionTypes": ["Backup"],
            "workloadTypes": ["VirtualMachine"],
            "fromUtc": "2024-05-01T00:00:00Z",
            "toUtc": "2024-05-01T00:00:00Z",
        }
        targets: list[Target] = [("POST", "/jobSessions/export", options)]

        def send(method: str, place: str, body: Any) -> requests.Response:
            return caller(method, place, json=body)

        throw(server, targets, send, lambda: caller.get("/jobSessions", Limit=1))


@pytest.mark.parametrize("style", ["rest", "api"])
def test_vcsa(style: str) -> None:
    with simulated("vcsa") as server:
        caller = VcsaCaller(server, style)
        spec = {name: value for name, value in PIECE.items() if name not in ("location_type", "comment")}
        spec |= {"enable": True, "retention_info": {"max_count": 3}}
        spec |= {"recurrence_info": {"minute": 1, "hour": 1, "days": ["MONDAY"]}}
        caller.schedule("nightly", **spec)
        bodies = {"/job": {"piece": PIECE}, "/schedules/other": {"spec": spec}, "/validate": {"piece": PIECE}}
        targets: list[Target] = [("POST", path, body) for path, body in bodies.items()]
        targets.append(("PUT", "/schedules/update/nightly", {"spec": spec}))
        if style == "api":
            targets = [("POST", "/job", PIECE), ("POST", "?action=validate", PIECE)]
            targets += [("POST", "/schedules", {"schedule": "x", "spec": spec}), ("PATCH", "/schedules/nightly", spec)]
        targets.append(("POST", "/schedules/nightly?action=run", {"comment": "x"}))

        def send(method: str, place: str, body: Any) -> requests.Response:
            return caller(method, place, json=body)

        throw(server, targets, send, lambda: (caller.details(), caller.get("/schedules")))


def test_json_rpc() -> None:
    """The envelope, which always gets an answer of 200."""
    with simulated("vcsa") as server:
        caller = VcsaCaller(server, "api")
        fields = {"id": "20240101-000000-1"}
        operation = "com.vmware.appliance.recovery.backup.job.get"
        assert "error" in invoke(server, caller.id, operation, **fields)
        envelope = {
            "jsonrpc": "2.0",
            "method": "invoke",
            "id": "7",
            "params": {
                "serviceId": "com.vmware.appliance.recovery.backup.job",
                "operationId": "get",
                "input": {"STRUCTURE": {"operation-input": fields}},
                "ctx": {"securityCtx": {"schemeId": "com.vmware.vapi.std.security.session_id", "sessionId": caller.id}},
            },
        }
        for wrong in falsified(envelope, Random(SEED), 4 * MANY):
            answer = requests.post(f"{server.url}/api", json=wrong, timeout=5)
            assert server.app.defects == [], wrong
            assert answer.status_code < 500, wrong
