# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading Enterprise Manager: the server, its lists, filters, pages; the same rows in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._em import client as em
from support.clock import SwiftClock
from support.em import BACKUP, BRANCH, FORMATS, MAIN, QUOTED, REPLICA, TWICE, Manager, ask, enterprise_manager

PLURAL = {"jobs": 9, "repositories": 6, "backup_servers": 2, "backups": 7, "Repository": 6, "tasks": 0}


@pytest.fixture(name="manager", params=list(FORMATS))
def simulated_manager(request: pytest.FixtureRequest, em_clock: SwiftClock) -> Iterator[Manager]:
    with enterprise_manager(request.param) as server:
        server.readonly()
        yield server


def names(server: Manager, **options: Any) -> list[str]:
    result = ask("em_info", server, **{"resource": "jobs", "query": "[].Name", **options})
    assert not result.get("failed"), result
    return sorted(result["resources"])


def test_the_versions_of_the_server_are_read(manager: Manager) -> None:
    result = ask("em_info", manager)
    assert result["resource"] == {
        "api_version": "latest",
        "api_versions": ["v1_5", "v1_6", "v1_7"],
        "backup_servers": [MAIN, BRANCH],
    }
    assert result["resources"] == [result["resource"]]


@pytest.mark.parametrize("resource", PLURAL)
@pytest.mark.parametrize("page_rows", [2, 200])
def test_every_list_is_read_to_its_end(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, resource: str, page_rows: int
) -> None:
    monkeypatch.setattr(em, "PAGE_ROWS", page_rows)
    result = ask("em_info", manager, resource=resource)
    assert (result["changed"], result["count"], len(result["resources"])) == (False, PLURAL[resource], PLURAL[resource])


def test_rows_are_the_same_in_every_format(em_clock: SwiftClock) -> None:
    read = []
    for form in FORMATS:
        with enterprise_manager(form) as server:
            read.append(ask("em_info", server, resource="repositories")["resources"])
    assert read[0] == read[1] == read[2]
    assert isinstance(read[0][0]["FreeSpace"], int)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"filters": {"Name": BACKUP.upper()}}, [BACKUP]),
        ({"filters": {"Name": QUOTED}}, [QUOTED]),
        ({"filters": {"Name": "Web (Blue); Backup"}}, []),
        ({"filters": {"JobType": ["Replica", "BackupCopy"]}}, [REPLICA, "CRM Backup Copy"]),
        ({"filters": {"JobType": "Backup", "ScheduleEnabled": False}}, [TWICE, "Fresh Backup"]),
        ({"filters": {"BackupServerName": BRANCH}}, [TWICE]),
        ({"condition": 'JobType==Replica,Name=="Oracle Backup"', "filters": {"Name": BACKUP}}, [BACKUP]),
    ],
)
def test_filters_narrow_a_list(manager: Manager, options: dict[str, Any], expected: list[str]) -> None:
    assert names(manager, **options) == sorted(expected)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"resource": "Nothing"}, "type=Nothing"),
        ({"resource": "jobs", "condition": "Name=="}, "the filter ends too early"),
        ({"resource": "tasks", "condition": "State==Running"}, "takes no condition"),
        ({"filters": {"Name": "x"}}, "nothing to filter"),
        ({"query": "[?"}, "no JMESPath expression"),
    ],
)
def test_bad_input_is_one_clear_error(manager: Manager, options: dict[str, Any], reason: str) -> None:
    assert reason in ask("em_info", manager, **options)["msg"]


def test_a_missing_role_is_named(manager: Manager) -> None:
    viewer = {"username": manager.viewer.username, "password": manager.viewer.password}
    assert "Portal Administrator" in ask("em_info", manager, resource="jobs", **viewer)["msg"]
