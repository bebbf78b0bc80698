# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for a second person is neither done nor nothing: a change of a repository since 13.1, and a deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import rows, writes
from support.tasks import drive

NFS = "Linux NFS Backup Repository 1"
CHANGE = {"name": NFS, "type": "Nfs", "description": "Changed"}
GONE = {"name": NFS, "type": "Nfs", "state": "absent"}
PATH = "/api/v1/backupInfrastructure/repositories/"


@pytest.fixture(name="server")
def a_server_of_13_1() -> Iterator[Server]:
    with simulated_pair(source_build="13.1.0.411") as pair:
        pair.source.switch(four_eyes="pending")
        yield pair.source


def written(server: Server, method: str) -> list[str]:
    return [write for write in writes(server) if write.startswith(f"{method} {PATH}")]


def stored(server: Server) -> dict[str, Any]:
    (found,) = [row for row in rows(server, "repositories") if row["name"] == NFS]
    return found


@pytest.mark.parametrize(("options", "method"), [(CHANGE, "PUT"), (GONE, "DELETE")])
def test_it_is_pending_and_neither_done_nor_nothing(server: Server, options: dict[str, Any], method: str) -> None:
    before = stored(server)

    result = drive("repository", server, **options)

    assert result["failed"] and result["changed"] is True, "something waits there now"
    assert "waits for the approval of a second person" in result["msg"] and "four-eyes" in result["msg"]
    assert NFS in result["msg"] and "Have it approved" in result["msg"]
    assert len(written(server, method)) == 1 and stored(server) == before

    again = drive("repository", server, **options)
    assert again["failed"] and again["changed"] is False and "already" in again["msg"]
    assert "Nothing was sent" in again["msg"] and len(written(server, method)) == 1


@pytest.mark.parametrize("options", [CHANGE, GONE])
def test_a_refusal_is_shown_as_the_server_says_it(server: Server, options: dict[str, Any]) -> None:
    server.switch(four_eyes="refuse")
    result = drive("repository", server, **options)
    assert result["failed"] and result["changed"] is False and "four-eyes authorization" in result["msg"]


def test_the_estate_says_which_item_waits(server: Server) -> None:
    items = {
        "repositories": [CHANGE],
        "credentials": [{"account": "new", "type": "Standard", "account_password": "Kf8+vT3&new=Qz1%"}],
    }
    result = drive("estate", server, **items)
    assert result["failed"] and result["changed"] is True
    assert "waits for the approval of a second person" in result["msg"]
    assert stored(server)["description"] != "Changed"


def test_once_it_is_approved_the_task_goes_on(server: Server) -> None:
    drive("repository", server, **CHANGE)
    for event in server.service.store.rows("authorizationEvents"):
        event["state"] = "Approved"
    server.switch(four_eyes="off")
    assert drive("repository", server, **CHANGE)["changed"] and not drive("repository", server, **CHANGE)["changed"]


def test_what_waits_for_another_object_is_in_nobodys_way(server: Server) -> None:
    drive("repository", server, **CHANGE)
    server.switch(four_eyes="off")
    other = {"name": "Backup Repository SMB", "type": "Smb", "description": "Changed"}
    assert drive("repository", server, **other)["changed"] and not drive("repository", server, **other)["changed"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_events_that_cannot_be_read_are_no_obstacle(server: Server, status: int) -> None:
    server.switch(four_eyes="off")
    server.faults.add(do="status", status=status, path="/authorization/events$", times=0)
    assert not drive("repository", server, **CHANGE).get("failed")


def test_before_13_1_a_change_needs_nobody() -> None:
    with simulated_pair(source_build="13.0.1.180") as pair:
        pair.source.switch(four_eyes="pending")
        assert drive("repository", pair.source, **CHANGE)["changed"]
        assert stored(pair.source)["description"] == "Changed"
