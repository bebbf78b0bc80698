# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain lists: pages, filters, order, and objects by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.seeds.generator import estate_of
from simulator.testing import Pair, simulated_pair
from support.vbr_caller import VbrCaller

SERVERS, REPOSITORIES, PROXIES = (
    f"/backupInfrastructure/{name}" for name in ("managedServers", "repositories", "proxies")
)
NOWHERE = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"


def test_pages_of_two_hundred() -> None:
    with simulated_pair(source_seed=estate_of(450)) as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        first = caller.get("/jobs")
        assert first["pagination"] == {"total": 450, "count": 200, "skip": 0, "limit": 200}
        names = [row["name"] for skip in (0, 200, 400) for row in caller.get("/jobs", skip=skip)["data"]]
        assert len(set(names)) == 450
        assert caller.get("/jobs", skip=440, limit=50)["pagination"]["count"] == 10
        pair.source.switch(page_size=3)
        assert caller.get("/jobs")["pagination"]["count"] == 3


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("/credentials", {}, 4),
        ("/credentials", {"nameFilter": "linux01"}, 1),
        ("/credentials", {"nameFilter": "*ACCOUNT"}, 4),
        ("/credentials", {"typeFilter": "Linux"}, 2),
        ("/credentials", {"typeFilter": ["Linux", "Standard"]}, 4),
        ("/credentials", {"namefilter": "linux01"}, 4),
        ("/credentials", {"nameFilter": "line"}, 0),
        ("/cloudCredentials", {"nameFilter": "AKIA*"}, 1),
        ("/encryptionPasswords", {"nameFilter": "Offsite*"}, 2),
        ("/encryptionPasswords", {"hintFilter": "Offsite*"}, 1),
        (SERVERS, {}, 4),
        (SERVERS, {"typeFilter": "ViHost"}, 2),
        (REPOSITORIES, {"nameFilter": "*Repository*"}, 4),
        (REPOSITORIES, {"pathFilter": "/backups"}, 1),
        (PROXIES, {"nameFilter": "VMware Backup*"}, 1),
    ],
)
def test_filters(source: VbrCaller, path: str, query: dict[str, Any], found: int) -> None:
    assert source.get(path, **query)["pagination"]["total"] == found


def test_order(source: VbrCaller) -> None:
    def names(**query: str) -> list[str]:
        return [row["name"] for row in source.get(SERVERS, orderColumn="Name", **query)["data"]]

    assert names() == sorted(names())
    assert names(orderAsc="false") == sorted(names(), reverse=True)


@pytest.mark.parametrize(
    "query", [{"orderColumn": "name"}, {"skip": "-1"}, {"limit": "many"}, {"orderColumn": "Name", "orderAsc": "yes"}]
)
def test_queries_that_make_no_sense(source: VbrCaller, query: dict[str, str]) -> None:
    answer = source("GET", SERVERS, params=query)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "UnexpectedContent")


def test_references_are_ids(source: VbrCaller) -> None:
    servers = {row["name"]: row for row in source.get(SERVERS)["data"]}
    accounts = {row["id"]: row for row in source.get("/credentials")["data"]}
    host = servers["enterprise05.tech.local"]
    assert accounts[host["credentialsId"]]["username"] == "username01"
    assert "sshFingerprint" not in host
    repository = source.get(REPOSITORIES, nameFilter="Linux Direct*")["data"][0]
    assert repository["hostId"] == host["id"]
    assert repository["mountServer"]["mountServerId"] == servers["srv04.tech.local"]["id"]
    proxy = source.get(PROXIES, hostIdFilter=host["id"])["data"][0]
    assert (proxy["name"], proxy["server"]["hostId"]) == (host["name"], host["id"])


def test_one_object_by_its_id(source: VbrCaller) -> None:
    for path in ("/credentials", "/cloudCredentials", "/encryptionPasswords", SERVERS, REPOSITORIES, PROXIES, "/jobs"):
        for row in source.get(path)["data"]:
            assert source.get(f"{path}/{row['id'].upper()}") == row


def test_the_newest_revision_says_which_host_is_the_backup_server(modern: Callable[[str], VbrCaller]) -> None:
    marked = [row["name"] for row in modern("1.3-rev2").get(SERVERS)["data"] if row.get("isBackupServer")]
    assert marked == ["srv04.tech.local"]


def test_what_a_revision_has_no_name_for_is_not_shown(pair: Pair) -> None:
    pair.source.restore(pair.source.snapshot())
    hardened = next(row for row in pair.source.service.store.rows("repositories") if "Linux Direct" in str(row["body"]))
    hardened["group"] = "LinuxHardenedRepositories"
    assert VbrCaller(pair.source, "1.1-rev0").get(REPOSITORIES)["pagination"]["total"] == 4
    assert VbrCaller(pair.source, "1.0-rev2").get(REPOSITORIES)["pagination"]["total"] == 3


@pytest.mark.parametrize("path", ["/jobs", "/credentials", SERVERS])
def test_missing_objects(source: VbrCaller, path: str) -> None:
    answer = source("GET", f"{path}/{NOWHERE}")
    assert (answer.status_code, answer.json()["errorCode"], answer.json()["resourceId"]) == (404, "NotFound", NOWHERE)


def test_missing_paths_and_methods(source: VbrCaller) -> None:
    assert source("GET", "/nowhere").json()["errorCode"] == "NotFound"
    answer = source("PATCH", "/jobs")
    assert (answer.status_code, answer.json()["errorCode"]) == (405, "MethodNotAllowed")
