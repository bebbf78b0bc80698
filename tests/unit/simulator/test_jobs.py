# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as a resource: enable and disable, states, replace, delete."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from simulator.testing import Pair, estate
from support.vbr_caller import VbrCaller

Modern = Callable[[str], VbrCaller]
REVISIONS = ("1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")

STORAGE = {"backupProxies": {"autoSelectEnabled": True}, "retentionPolicy": {"type": "Days", "quantity": 7}}


def only_job(caller: VbrCaller) -> dict[str, Any]:
    (row,) = caller.get("/jobs")["data"]
    return dict(row)


@pytest.mark.parametrize(("revision", "status"), [("1.2-rev1", 200), ("1.3-rev0", 200), ("1.3-rev1", 204)])
def test_disable_and_enable(modern: Modern, revision: str, status: int) -> None:
    caller = modern(revision)
    untouched = estate(caller.server)
    path = f"/jobs/{only_job(caller)['id']}"
    for _unused in range(2):
        answer = caller("POST", f"{path}/disable")
        assert (answer.status_code, answer.content) == (status, b"{}" if status == 200 else b"")
    assert caller.get(path)["isDisabled"] is True
    assert caller("POST", f"{path}/enable").status_code == status
    assert caller.get(path)["isDisabled"] is False
    assert estate(caller.server) == untouched


def test_states(modern: Modern) -> None:
    old, new = modern("1.2-rev1"), modern("1.3-rev1")
    job = only_job(new)
    assert [row["status"] for row in old.get("/jobs/states")["data"]] == ["inactive"]
    new("POST", f"/jobs/{job['id']}/disable")
    (state,) = new.get("/jobs/states", idFilter=job["id"])["data"]
    assert (state["status"], state["type"], state["workload"]) == ("Disabled", "VSphereBackup", "Vm")
    assert state["repositoryId"] == job["storage"]["backupRepositoryId"]
    assert new.get("/jobs/states", statusFilter="Inactive")["data"] == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_putting_back_what_was_read_changes_nothing(modern: Modern, revision: str) -> None:
    caller = modern(revision)
    exported, job = caller.export("jobs"), only_job(caller)
    answer = caller("PUT", f"/jobs/{job['id']}", json=job)
    assert (answer.status_code, answer.json()) == (200, job)
    assert caller.export("jobs") == exported


@pytest.mark.parametrize("revision", REVISIONS)
def test_replace(modern: Modern, revision: str) -> None:
    caller = modern(revision)
    job = copy.deepcopy(only_job(caller))
    other = caller.get("/backupInfrastructure/repositories", nameFilter="*SMB")["data"][0]["id"]
    job["schedule"]["runAutomatically"] = False
    job["storage"]["backupRepositoryId"] = other
    job["isDisabled"] = True
    assert caller("PUT", f"/jobs/{job['id']}", json=job).json() == job
    exported = caller.export("jobs")["jobs"][0]
    assert exported["schedule"]["runAutomatically"] is False
    assert exported["storage"]["backupRepository"]["name"] == "Backup Repository SMB"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"storage": STORAGE | {"backupRepositoryId": "6745a759-2205-4cd2-b172-8ec8f7e60ef8"}}, "6745a759"),
        ({"storage": {"backupRepositoryId": "6745a759-2205-4cd2-b172-8ec8f7e60ef8"}}, "retentionPolicy"),
        ({"schedule": ...}, "schedule"),
        ({"name": "Other"}, "Other"),
    ],
)
def test_replacements_that_are_refused(source: VbrCaller, change: dict[str, Any], word: str) -> None:
    job = only_job(source)
    model = source.export("jobs")["jobs"][0] | {"name": "Other"}
    source.import_("jobs", {"jobs": [model]})
    body = {key: value for key, value in (job | change).items() if value is not ...}
    answer = source("PUT", f"/jobs/{job['id']}", json=body)
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert source.get(f"/jobs/{job['id']}") == job


def test_no_json(source: VbrCaller) -> None:
    path = f"/jobs/{only_job(source)['id']}"
    assert source("PUT", path, data="{").status_code == 400
    assert source("PUT", path, json=[]).status_code == 400


def test_delete(source: VbrCaller) -> None:
    path = f"/jobs/{only_job(source)['id']}"
    assert source("DELETE", path).status_code == 204
    assert source("DELETE", path).status_code == 404
    assert source.export("jobs")["jobs"] == []


def test_encryption_password_is_an_id(pair: Pair, source: VbrCaller) -> None:
    password = source.get("/encryptionPasswords")["data"][0]
    job = copy.deepcopy(source.export("jobs")["jobs"][0]) | {"name": "Encrypted"}
    job["storage"]["advancedSettings"]["storageData"]["encryption"] = {
        "isEnabled": True,
        "encryptionPasswordId": None,
        "encryptionPasswordUniqueId": password["uniqueId"],
    }
    source.import_("jobs", {"jobs": [job]})
    (model,) = source.get("/jobs", nameFilter="Encrypted")["data"]
    assert model["storage"]["advancedSettings"]["storageData"]["encryption"]["encryptionPasswordId"] == password["id"]
    assert source("PUT", f"/jobs/{model['id']}", json=model).json() == model
    assert source.export("jobs", names=["Encrypted"])["jobs"] == [job]
