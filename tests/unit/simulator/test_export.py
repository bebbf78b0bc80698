# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export: what is left out, what is blank, and what the filters choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.demo import read_seed
from simulator.testing import Pair, simulated_pair
from support.vbr_caller import VbrCaller


def count(collection: dict[str, list[Any]]) -> int:
    return sum(len(objects) for objects in collection.values())


def test_the_shipped_estate(source: VbrCaller) -> None:
    kinds = (
        "credentials",
        "cloudcredentials",
        "encryptionPasswords",
        "managedServers",
        "repositories",
        "proxies",
        "jobs",
    )
    assert [count(source.export(kind)) for kind in kinds] == [4, 4, 2, 3, 4, 2, 1]


def test_no_ids_and_no_secrets(source: VbrCaller) -> None:
    credentials = source.export("credentials")["credentials"]
    assert {record["password"] for record in credentials} == {""}
    linux = next(record for record in credentials if record["username"] == "linux01")
    assert [linux["linuxAdditionalSettings"][name] for name in ("privateKey", "passphrase", "rootPassword")] == [""] * 3
    cloud = source.export("cloudcredentials")
    assert cloud["amazon"][0]["secretKey"] == cloud["azureStorage"][0]["sharedKey"] == ""
    assert cloud["azureCompute"][0]["existingAccount"]["subscription"]["secret"] == ""
    for kind in ("credentials", "managedServers", "repositories", "jobs"):
        assert not any("id" in record for records in source.export(kind).values() for record in records)


def test_the_backup_server_itself_is_listed_but_never_exported(source: VbrCaller) -> None:
    listed = [server["name"] for server in source.get("/backupInfrastructure/managedServers")["data"]]
    exported = [server["name"] for servers in source.export("managedServers").values() for server in servers]
    assert "srv04.tech.local" in listed
    assert sorted([*exported, "srv04.tech.local"]) == sorted(listed)


def test_body_is_optional(source: VbrCaller) -> None:
    assert source("POST", "/automation/jobs/export").json() == source.export("jobs")


@pytest.mark.parametrize(
    ("kind", "wanted", "found"),
    [
        ("credentials", {"names": ["USERNAME01"]}, 1),
        ("credentials", {"names": ["*username*"]}, 3),
        ("credentials", {"names": ["tech*", "linux01"]}, 2),
        ("credentials", {"names": ["user*01"]}, 0),
        ("credentials", {"types": ["Linux"]}, 2),
        ("credentials", {"names": []}, 4),
        ("encryptionPasswords", {"hints": ["*archive"]}, 1),
        ("encryptionPasswords", {"tags": ["7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11"]}, 1),
        ("encryptionPasswords", {"modificationTimeFrom": "2999-01-01T00:00:00+00:00"}, 0),
        ("managedServers", {"types": ["ViHost"]}, 2),
        ("repositories", {"names": ["*SMB"]}, 1),
        ("proxies", {"names": ["enterprise05.tech.local"]}, 1),
        ("jobs", {"types": ["Backup"]}, 1),
        ("jobs", {"ids": ["00000000-0000-0000-0000-000000000000"]}, 0),
    ],
)
def test_filters(source: VbrCaller, kind: str, wanted: dict[str, Any], found: int) -> None:
    assert count(source.export(kind, **wanted)) == found


def test_filter_by_id(source: VbrCaller) -> None:
    job = source.get("/jobs")["data"][0]
    assert source.export("jobs", ids=[job["id"]])["jobs"][0]["name"] == job["name"]


def seed_with(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    seed = read_seed("vbr_source")
    change(seed["estate"])
    return seed


def test_hidden_credentials_are_shown_on_request() -> None:
    def hide(estate: dict[str, Any]) -> None:
        estate["credentials"]["credentials"][0]["_state"] = {"hidden": True}

    with simulated_pair(source_seed=seed_with(hide)) as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        assert count(caller.export("credentials")) == 3
        assert count(caller.export("credentials", showHiddenCreds=True)) == 4


def test_hosts_with_single_use_accounts_are_null(pair: Pair, source: VbrCaller) -> None:
    row = next(row for row in pair.source.service.store.rows("managedServers") if row["group"] == "linuxHosts")
    row["state"]["singleUse"] = True
    assert source.export("managedServers")["linuxHosts"] == [None]
    pair.source.switch(nulls="omit")
    assert source.export("managedServers")["linuxHosts"] == []


def test_only_vsphere_jobs_are_exported(pair: Pair, source: VbrCaller) -> None:
    for row in pair.source.service.store.rows("jobs"):
        row["body"]["type"] = "CloudDirectorBackup"
    assert source.export("jobs")["jobs"] == []


def test_nulls_are_emitted_or_omitted(pair: Pair, source: VbrCaller) -> None:
    encryption = ("storage", "advancedSettings", "storageData", "encryption")

    def inner(job: Any) -> dict[str, Any]:
        for name in encryption:
            job = job[name]
        return dict(job)

    assert inner(source.export("jobs")["jobs"][0])["encryptionPasswordId"] is None
    assert source("GET", "/nowhere").json()["resourceId"] is None
    pair.source.switch(nulls="omit")
    assert "encryptionPasswordId" not in inner(source.export("jobs")["jobs"][0])
    assert "resourceId" not in source("GET", "/nowhere").json()


def test_unknown_kind_and_kind_of_a_later_revision(pair: Pair, source: VbrCaller) -> None:
    assert source("POST", "/automation/nothing/export").status_code == 404
    assert VbrCaller(pair.source, "1.0-rev2")("POST", "/automation/cloudcredentials/export").status_code == 404


def test_bodies_that_are_no_filter(source: VbrCaller) -> None:
    assert source("POST", "/automation/jobs/export", data="{").status_code == 400
    assert source("POST", "/automation/jobs/export", json=[]).status_code == 400
