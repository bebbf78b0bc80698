# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are created, replaced and deleted, and the objects that refer to them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Pair, estate
from support.vbr_caller import VbrCaller

Modern = Callable[[str], VbrCaller]
REVISIONS = ("1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
SECRET = "Fm3%yS7+wL1&dZ9=qT5#"
ACCOUNT = {"type": "Standard", "username": "TECH\\written", "password": SECRET}
LISTS = ("/credentials", "/cloudCredentials", "/encryptionPasswords")
NOWHERE = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"


def first(caller: VbrCaller, path: str, **equal: Any) -> dict[str, Any]:
    rows = caller.get(path)["data"]
    return next(row for row in rows if all(row.get(name) == value for name, value in equal.items()))


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("path", LISTS)
def test_putting_back_what_was_read_changes_nothing(
    modern: Modern, revision: str, path: str, contract: Contract
) -> None:
    caller = modern(revision)
    observer = ContractObserver(contract)
    caller.server.app.observers.append(observer)
    before = estate(caller.server)
    for model in caller.get(path)["data"]:
        assert caller("PUT", f"{path}/{model['id']}", json=model).status_code == 200
    after = estate(caller.server)
    # How a Linux account signs in, a seed leaves to what it has for it.
    for row in after["credentials"]:
        row["state"].pop("authenticationType", None)
    assert after == before
    assert observer.violations == []


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("/credentials", {"type": "Standard"}, "username"),
        ("/credentials", {"username": "x"}, "type"),
        ("/credentials", {"username": "x", "type": "Standard"}, "password"),
        ("/credentials", {"username": "x", "type": "Linux", "password": SECRET}, "authenticationType"),
        ("/credentials", {"username": "x", "type": "Odd"}, "ManagedService"),
        ("/cloudCredentials", {"type": "Amazon", "accessKey": "x"}, "secretKey"),
        ("/cloudCredentials", {"type": "AzureStorage"}, "account"),
        ("/cloudCredentials", {"type": "AzureCompute", "connectionName": "x"}, "creationMode"),
        ("/encryptionPasswords", {"hint": "x"}, "password"),
        ("/encryptionPasswords", {"password": SECRET}, "hint"),
    ],
)
def test_what_is_required(modern: Modern, path: str, body: dict[str, Any], word: str) -> None:
    caller = modern("1.3-rev1")
    before = estate(caller.server)
    answer = caller("POST", path, json=body)
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert estate(caller.server) == before


def test_a_unique_id_is_given_and_belongs_to_one(source: VbrCaller) -> None:
    made = source("POST", "/credentials", json=ACCOUNT).json()
    assert made["uniqueId"]
    twin = source("POST", "/credentials", json={**ACCOUNT, "uniqueId": made["uniqueId"].upper()})
    assert (twin.status_code, "exists already" in twin.json()["message"]) == (400, True)
    assert source("POST", "/credentials", json=ACCOUNT).status_code == 201
    other = first(source, "/credentials", username="linux01")
    taken = source("PUT", f"/credentials/{other['id']}", json={**other, "uniqueId": made["uniqueId"]})
    assert taken.status_code == 400


def test_a_secret_is_kept_by_a_put_and_never_shown(pair: Pair, source: VbrCaller) -> None:
    made = source("POST", "/credentials", json=ACCOUNT)
    assert SECRET not in made.text
    put = source("PUT", f"/credentials/{made.json()['id']}", json={**made.json(), "password": "another one"})
    assert put.status_code == 200
    assert pair.source.secret_equals("credentials", ACCOUNT["username"], "password", SECRET)


def test_a_type_cannot_be_changed(source: VbrCaller) -> None:
    model = first(source, "/cloudCredentials", type="Amazon")
    answer = source("PUT", f"/cloudCredentials/{model['id']}", json={**model, "type": "Google"})
    assert (answer.status_code, "type" in answer.json()["message"]) == (400, True)


def test_who_refers_to_an_object_keeps_it(source: VbrCaller) -> None:
    source.server.switch(used_credentials="refuse")
    used = first(source, "/credentials", username="username01")
    answer = source("DELETE", f"/credentials/{used['id']}")
    assert answer.status_code == 400
    assert "enterprise05.tech.local" in answer.json()["message"]
    assert source("GET", f"/credentials/{used['id']}").status_code == 200


def test_a_new_name_reaches_all_that_refer_to_it(source: VbrCaller) -> None:
    used = first(source, "/credentials", username="username01")
    servers = source.get("/backupInfrastructure/managedServers")["data"]
    put = source("PUT", f"/credentials/{used['id']}", json={**used, "username": "renamed", "uniqueId": "renamed-too"})
    assert put.status_code == 200
    assert source.get("/backupInfrastructure/managedServers")["data"] == servers
    (host,) = source.export("managedServers", names=["enterprise05.tech.local"])["linuxHosts"]
    assert host["credentials"] == {"credentialsName": "renamed", "credentialsTag": "renamed-too"}


def test_what_nobody_refers_to_goes(source: VbrCaller) -> None:
    made = source("POST", "/encryptionPasswords", json={"hint": "Brief", "password": SECRET}).json()
    path = f"/encryptionPasswords/{made['id']}"
    assert (source("DELETE", path).status_code, source("DELETE", path).status_code) == (204, 404)


@pytest.mark.parametrize(
    ("revision", "path"),
    [
        ("1.1-rev0", f"/encryptionPasswords/{NOWHERE}/changepassword"),
        ("1.2-rev1", f"/encryptionPasswords/{NOWHERE}/verify"),
    ],
)
def test_calls_that_a_revision_does_not_have(modern: Modern, revision: str, path: str) -> None:
    answer = modern(revision)("POST", path, json={"hint": "x", "password": SECRET})
    assert (answer.status_code, "path" in answer.json()["message"]) == (404, True)


def test_sessions_of_imports_and_all_others_are_two_lists(source: VbrCaller) -> None:
    imported = source.import_("credentials", {"credentials": []})
    backup = source("POST", "/configBackup/backup")
    assert (backup.status_code, backup.json()["state"]) == (200, "Starting")
    assert [row["id"] for row in source.get("/sessions")["data"]] == [backup.json()["id"]]
    assert [row["id"] for row in source.get("/automation/sessions")["data"]] == [imported["id"]]
    assert source("GET", f"/sessions/{imported['id']}").status_code == 404
    assert source.get("/sessions", typeFilter="Infrastructure")["data"] == []


def test_a_session_under_way_is_saved_and_goes_on(pair: Pair, source: VbrCaller) -> None:
    pair.source.clock.change({"mode": "polls", "polls": 4})
    session = source("POST", "/configBackup/backup").json()
    half_way = copy.deepcopy(pair.source.snapshot())
    states = [source.get(f"/sessions/{session['id']}")["state"] for _look in range(4)]
    assert (states[0], states[-1]) == ("Starting", "Stopped")
    pair.source.restore(half_way)
    again = [source.get(f"/sessions/{session['id']}")["state"] for _look in range(4)]
    assert again == states
    assert source.get("/configBackup")["lastSuccessfulBackup"]["sessionId"] == session["id"]


def test_a_session_can_be_stopped(pair: Pair, source: VbrCaller) -> None:
    pair.source.faults.add(do="stick_session", method="POST", path="/backup$")
    session = source("POST", "/configBackup/backup").json()
    assert source("POST", f"/sessions/{session['id']}/stop").json() == {}
    stopped = source.get(f"/sessions/{session['id']}")
    assert (stopped["state"], stopped["result"]["isCanceled"]) == ("Stopped", True)
    assert source.get("/configBackup")["lastSuccessfulBackup"]["sessionId"] is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"backupRepositoryId": NOWHERE}, NOWHERE),
        ({"encryption": {"isEnabled": True, "passwordId": NOWHERE}}, NOWHERE),
        ({"schedule": None}, "schedule"),
    ],
)
def test_configuration_backups_that_are_refused(source: VbrCaller, change: dict[str, Any], word: str) -> None:
    settings = source.get("/configBackup")
    answer = source("PUT", "/configBackup", json={**settings, **change})
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert source.get("/configBackup") == settings
