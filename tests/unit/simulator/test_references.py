# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References by name and tag: one failed record per object that refers to nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from simulator.testing import Pair
from support.vbr_caller import VbrCaller

Change = Callable[[dict[str, Any]], None]


def imported(source: VbrCaller, change: Change) -> dict[str, Any]:
    """The record of the source's only job, imported again under another name and with a change."""
    job = copy.deepcopy(source.export("jobs")["jobs"][0])
    job["name"] = "Changed"
    change(job)
    (record,) = source.import_("jobs", {"jobs": [job]})["records"]
    return dict(record)


def put(value: Any, *path: str | int) -> Change:
    def change(job: Any) -> None:
        for name in path[:-1]:
            job = job[name]
        job[path[-1]] = value

    return change


ADVANCED = ("storage", "advancedSettings")
MACHINE = {"platform": "VMware", "type": "VirtualMachine", "hostName": "vcenter99", "name": "x", "objectId": "vm-1"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (put({"name": "Nowhere", "uniqueId": None}, "storage", "backupRepository"), "Nowhere"),
        (put({"name": "Main Big Repository", "uniqueId": "X1"}, "storage", "backupRepository"), "X1"),
        (put([{"name": "host99", "type": "vmware"}], "storage", "backupProxies", "proxies"), "host99"),
        (put(MACHINE, "virtualMachines", "includes", 0), "vcenter99"),
        (
            put(
                {"credentialsName": "linux01", "credentialsTag": "else"}, "guestProcessing", "guestCredentials", "creds"
            ),
            "linux01 (else)",
        ),
        (put({"isEnabled": True, "jobName": "Before"}, "schedule", "afterThisJob"), "Before"),
        (
            put({"isEnabled": True, "encryptionPasswordUniqueId": "key99"}, *ADVANCED, "storageData", "encryption"),
            "key99",
        ),
    ],
)
def test_a_reference_to_nothing_fails_its_object(source: VbrCaller, change: Change, named: str) -> None:
    record = imported(source, change)
    assert record["status"] == "Failed"
    assert named in record["description"]


@pytest.mark.parametrize(
    "change",
    [
        put({"name": "main big repository"}, "storage", "backupRepository"),
        put([{"name": "enterprise05.tech.local", "type": "vmware"}], "storage", "backupProxies", "proxies"),
        put({"isEnabled": False, "jobName": "Before"}, "schedule", "afterThisJob"),
        put({"isEnabled": False, "encryptionPasswordUniqueId": "key99"}, *ADVANCED, "storageData", "encryption"),
        put(None, "guestProcessing", "guestCredentials"),
    ],
)
def test_references_that_resolve_or_do_not_count(source: VbrCaller, change: Change) -> None:
    assert imported(source, change)["status"] == "Succeeded"


def test_every_wrong_reference_of_an_object_is_reported(source: VbrCaller) -> None:
    def change(job: dict[str, Any]) -> None:
        put({"name": "Nowhere"}, "storage", "backupRepository")(job)
        put(MACHINE, "virtualMachines", "includes", 0)(job)

    text = imported(source, change)["description"]
    assert "Nowhere" in text
    assert "vcenter99" in text


def test_hosts_are_found_by_name_only(target: VbrCaller, source: VbrCaller) -> None:
    repositories = source.export("repositories")
    records = target.import_("repositories", {"WindowsLocalRepositories": repositories["WindowsLocalRepositories"]})
    assert "srv04.tech.local" in records["records"][0]["description"]


def test_two_accounts_of_one_name(pair: Pair, source: VbrCaller) -> None:
    twin = source.export("credentials")["credentials"][0] | {"uniqueId": "twin", "password": "Tw1n&pass+%=#"}
    source.import_("credentials", {"credentials": [twin]})
    change = put(
        {"credentialsName": "username01", "credentialsTag": None}, "guestProcessing", "guestCredentials", "creds"
    )
    assert "ambiguous" in imported(source, change)["description"]
    pair.source.switch(ambiguous_reference="first")
    assert imported(source, change)["status"] == "Succeeded"


def chain(source: VbrCaller, *order: str) -> list[str]:
    """Two jobs of which First runs before Second, imported in this order."""
    model = source.export("jobs")["jobs"][0]
    first = model | {"name": "First"}
    second = copy.deepcopy(model | {"name": "Second"})
    second["schedule"]["afterThisJob"] = {"isEnabled": True, "jobName": "First"}
    jobs = {"First": first, "Second": second}
    session = source.import_("jobs", {"jobs": [jobs[name] for name in order]})
    return [record["status"] for record in session["records"]]


def test_chained_jobs_in_one_request(pair: Pair, source: VbrCaller) -> None:
    assert chain(source, "Second", "First") == ["Failed", "Succeeded"]


def test_chained_jobs_in_order(source: VbrCaller) -> None:
    assert chain(source, "First", "Second") == ["Succeeded", "Succeeded"]


def test_chained_jobs_in_any_order(pair: Pair, source: VbrCaller) -> None:
    pair.source.switch(chained_jobs="any")
    assert chain(source, "Second", "First") == ["Succeeded", "Succeeded"]


def test_kinds_do_not_stand_in_for_each_other(source: VbrCaller) -> None:
    change = put({"name": "vcenter01.tech.local"}, "storage", "backupRepository")
    assert imported(source, change)["status"] == "Failed"
