# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Revisions: which a build serves, how an unsupported one is refused, and what a server says about itself."""

from __future__ import annotations

import pytest
import requests

from simulator.services.vbr.revisions import served_by
from simulator.testing import Pair, simulated_pair
from support.vbr_caller import VbrCaller


@pytest.mark.parametrize(
    ("build", "oldest", "newest"),
    [
        ("11.0.1.1261", "1.0-rev1", "1.0-rev2"),
        ("12.3.1.1139", "1.0-rev1", "1.2-rev1"),
        ("12.3.2.3617", "1.0-rev1", "1.2-rev1"),
        ("13.0.1.180", "1.1-rev0", "1.3-rev1"),
        ("13.1.0.411", "1.1-rev0", "1.3-rev2"),
    ],
)
def test_a_build_serves_its_own_revision_and_older_ones(build: str, oldest: str, newest: str) -> None:
    assert (served_by(build)[0], served_by(build)[-1]) == (oldest, newest)


def test_newest_common_revision_of_the_default_pair(pair: Pair) -> None:
    common = set(pair.source.service.revisions) & set(pair.target.service.revisions)
    assert max(common) == "1.2-rev1"


@pytest.mark.parametrize("version", ["1.3-rev2", "v1.2-rev1", "nonsense", None])
def test_unsupported_version_is_refused_before_sign_in(pair: Pair, version: str | None) -> None:
    headers = {} if version is None else {"x-api-version": version}
    form = {"grant_type": "password", "username": "nobody", "password": "nothing"}
    answer = requests.post(f"{pair.source.url}/api/oauth2/token", data=form, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "NotImplemented")
    assert answer.json()["message"].endswith(
        "The following versions are supported: v1.0-rev1, v1.0-rev2, v1.1-rev0, v1.1-rev1, v1.1-rev2, "
        "v1.2-rev0, v1.2-rev1"
    )


def test_missing_version_may_mean_the_newest(pair: Pair, source: VbrCaller) -> None:
    del source.session.headers["x-api-version"]
    assert source("GET", "/jobs").status_code == 400
    pair.source.switch(missing_version="newest")
    assert source("GET", "/jobs").status_code == 200


def test_revisions_without_a_published_shape_use_the_nearest(pair: Pair) -> None:
    assert VbrCaller(pair.source, "1.1-rev1").export("jobs") == VbrCaller(pair.source, "1.2-rev1").export("jobs")
    assert VbrCaller(pair.source, "1.0-rev1").export("jobs") == VbrCaller(pair.source, "1.0-rev2").export("jobs")


@pytest.mark.parametrize("prefix", ["/swagger", "/api/swagger"])
def test_swagger_probe_needs_no_sign_in(pair: Pair, prefix: str) -> None:
    def status(revision: str) -> int:
        return requests.get(f"{pair.target.url}{prefix}/v{revision}/swagger.json", timeout=5).status_code

    assert [status(revision) for revision in ("1.3-rev1", "1.3-rev2", "1.0-rev2")] == [200, 404, 404]
    pair.target.switch(swagger="off")
    assert status("1.3-rev1") == 404


def test_swagger_document_can_be_as_big_as_a_real_one(pair: Pair) -> None:
    pair.target.switch(swagger_bytes=1_000_000)
    answer = requests.get(f"{pair.target.url}/swagger/v1.3-rev1/swagger.json", timeout=5)
    assert len(answer.content) == 1_000_000
    assert answer.json()["info"]["version"] == "1.3-rev1"


def test_server_info_grows_with_the_revisions(pair: Pair) -> None:
    assert VbrCaller(pair.source, "1.0-rev2")("GET", "/serverInfo").status_code == 404
    small = VbrCaller(pair.source, "1.1-rev0").get("/serverInfo")
    assert (small["name"], small["buildVersion"]) == ("srv04.tech.local", "12.3.1.1139")
    assert "databaseVendor" not in small
    assert "databaseVendor" in VbrCaller(pair.source, "1.2-rev1").get("/serverInfo")
    assert VbrCaller(pair.target, "1.3-rev1").get("/serverInfo")["platform"] == "Windows"


def test_servers_have_different_identities(source: VbrCaller, target: VbrCaller) -> None:
    assert source.get("/serverInfo")["vbrId"] != target.get("/serverInfo")["vbrId"]


@pytest.mark.parametrize("path", ["serverTime", "serverCertificate"])
def test_public_resources_still_need_a_version(pair: Pair, path: str) -> None:
    url = f"{pair.source.url}/api/v1/{path}"
    assert requests.get(url, timeout=5).status_code == 400
    assert requests.get(url, headers={"x-api-version": "1.2-rev1"}, timeout=5).status_code == 200


def test_build_is_an_option() -> None:
    with simulated_pair(source_build="11.0.1.1261") as pair:
        assert VbrCaller(pair.source, "1.0-rev2").get("/jobs")["data"][0]["type"] == "Backup"
