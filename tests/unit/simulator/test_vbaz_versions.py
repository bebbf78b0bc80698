# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions an appliance serves, and what the first one does differently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator.services.vbaz.versions import SERVED
from simulator.testing import Server, simulated
from support.vbaz_caller import VbazCaller, shipped

EVERY = sorted({version for versions in SERVED.values() for version in versions} | {"v9", "v0"})


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vbaz") as made:
        yield made


def probe(server: Server, version: str) -> requests.Response:
    return requests.get(f"{server.url}/api/{version}/system/about", timeout=5)


@pytest.mark.parametrize("product", SERVED)
def test_a_stranger_learns_which_versions_are_served(server: Server, product: str) -> None:
    server.switch(product=product)
    found = {version for version in EVERY if probe(server, version).status_code == 401}
    assert found == set(SERVED[product])
    assert {probe(server, version).status_code for version in set(EVERY) - found} == {404}


def test_an_unserved_version_is_refused_before_anything_else(server: Server) -> None:
    caller = VbazCaller(server, "v1")
    answer = caller("GET", "/jobSessions", params={"Limit": "nonsense"})
    assert (answer.status_code, answer.content) == (404, b"")
    server.switch(unserved_body="problem")
    assert caller("GET", "/jobSessions").json()["status"] == 404


def test_nothing_is_found_after_signing_in_only(server: Server) -> None:
    caller = VbazCaller(server)
    assert caller("GET", "/nothing").status_code == 404
    del caller.session.headers["Authorization"]
    assert caller("GET", "/nothing").status_code == 401


def test_the_first_version_may_not_know_the_path_that_is_probed(server: Server) -> None:
    server.switch(product="1.0", about_in_v1="missing")
    assert probe(server, "v1").status_code == 404
    assert VbazCaller(server, "v1")("GET", "/jobSessions").status_code == 200


def test_the_export_of_the_first_version_is_a_page(server: Server) -> None:
    server.switch(product="1.0")
    server.seed(shipped(history={"count": 0}))
    answer = VbazCaller(server, "v1")("POST", "/jobSessions/export")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    page = answer.json()
    assert (page["offset"], page["limit"], page["totalCount"], len(page["results"])) == (0, -1, 6, 6)
    assert page["_links"]["self"]["href"].endswith(":443/api/v1/jobSessions?offset=0&limit=-1&display=Full")
    by_id = {row["id"]: row for row in page["results"]}
    assert list(by_id) == ["6", "5", "4", "3", "2", "1"]
    assert (by_id["6"]["usn"], by_id["6"]["executionDuration"]) == (44, "00:01:10.1877340")
    assert by_id["3"]["repositoryJobInfo"]["repositoryId"] == 1
    assert by_id["3"]["localizedType"] == "Create Repository"
    assert by_id["4"]["backupJobInfo"] == {
        "policyId": "4e096ba7-8125-4d5d-804b-581f4e6c8440",
        "policyName": "Backup Policy",
        "protectedInstancesCount": 1,
        "policyRemoved": False,
    }


def test_the_first_version_may_export_a_file_too(server: Server) -> None:
    server.switch(product="1.0", v1_export="file")
    assert VbazCaller(server, "v1").export().content.startswith(b"#")


def test_the_first_version_pages_by_thirty_with_links_to_its_neighbours(server: Server) -> None:
    server.switch(product="1.0")
    caller = VbazCaller(server, "v1")
    assert len(caller.get("/jobSessions")["results"]) == 30
    page = caller.get("/jobSessions", offset=19, limit=3)
    links = {name: link["href"].partition("?")[2] for name, link in page["_links"].items()}
    assert links == {
        "self": "offset=19&limit=3&display=Full",
        "prev": "offset=16&limit=3&display=Full",
        "first": "offset=0&limit=3&display=Full",
        "next": "offset=22&limit=3&display=Full",
    }


def test_ids_belong_to_a_version(server: Server) -> None:
    server.switch(product="1.0")
    first = VbazCaller(server, "v1")
    assert first.get("/jobSessions/6")["id"] == "6"
    assert first.get("/repositories/1")["id"] == "1"
    assert first.get("/policies")["totalCount"] == 2
    assert first("GET", "/policies/virtualMachines").status_code == 404
    server.switch(product="8.1")
    assert VbazCaller(server)("GET", "/jobSessions/6").status_code == 404
    assert VbazCaller(server)("GET", "/policies").status_code == 404
