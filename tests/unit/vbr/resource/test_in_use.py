# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing an account that others use: its users are named first, and only force removes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.quartet import BUILDS
from support.tasks import drive

INFRASTRUCTURE = "backupInfrastructure/managedServers"


@pytest.fixture(params=BUILDS.items(), ids=lambda build: build[0])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each revision with the seed's estate."""
    with simulated_pair(source_build=request.param[1]) as pair:
        yield pair.source


def used(server: Server) -> tuple[dict[str, Any], str]:
    """The options that mean an account of a managed server, and the name of that server."""
    accounts = {row["id"]: row for row in drive("info", server, resource="credentials")["resources"]}
    hosts = drive("info", server, resource=INFRASTRUCTURE)["resources"]
    host = next(row for row in hosts if row.get("credentialsId") in accounts)
    account = accounts[host["credentialsId"]]
    key = {"type": account["type"], "account": account["username"], "description": account["description"]}
    return {**key, "unique_id": account.get("uniqueId") or account.get("tag"), "state": "absent"}, host["name"]


@pytest.mark.parametrize("check", [True, False])
def test_an_account_in_use_stays_and_its_users_are_named(server: Server, check: bool) -> None:
    account, host = used(server)
    server.readonly()
    result = drive("credentials", server, check=check, **account)
    assert result.get("failed") is True
    assert f"managed server '{host}'" in result["msg"] and "force: true" in result["msg"]


def test_force_removes_an_account_in_use(server: Server) -> None:
    account, _host = used(server)
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = drive("credentials", server, check=check, force=True, **account)
        assert (result.get("failed"), result["changed"]) == (None, changed), result.get("msg")
    assert drive("info", server, resource=INFRASTRUCTURE)["resources"]


def test_a_server_that_refuses_is_heard(server: Server) -> None:
    account, host = used(server)
    server.switch(used_credentials="refuse")
    result = drive("credentials", server, force=True, **account)
    assert result.get("failed") is True and "in use by" in result["msg"] and host in result["msg"]


def test_an_account_of_which_not_all_users_were_seen_stays(server: Server) -> None:
    unused = {"account": "TECH\\unused", "type": "Standard"}
    assert drive("credentials", server, **unused, account_password="Qz7&unused+password%=#Lk2")["changed"]
    server.switch(job_list="some_types")
    for check in (True, False):
        result = drive("credentials", server, check=check, **unused, state="absent")
        assert result.get("failed") is True and "HyperVBackup" in result["msg"] and "force: true" in result["msg"]
    assert drive("credentials", server, **unused, state="absent", force=True)["changed"]
