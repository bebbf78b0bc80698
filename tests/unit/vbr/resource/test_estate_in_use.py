# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account that leaves an estate while others use it: they are named first, unless the same task takes them away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.tasks import drive
from unit.vbr.resource.rows_estate import WHOLE, Items

ACCOUNT = {"account": "TECH\\estate", "state": "absent"}
OTHER = {"account": "TECH\\other", "account_password": "Qz7&other+password%=#Lk2"}
JOBS, SHARE = WHOLE["jobs"], WHOLE["repositories"][0]
JOBS_GONE = [{"name": each["name"], "state": "absent"} for each in JOBS]
SHARE_GONE = [{"name": SHARE["name"], "state": "absent"}]


@pytest.fixture(name="server")
def filled() -> Iterator[Server]:
    """A server whose account is used by a repository and by a job."""
    with simulated_pair() as pair:
        result = drive("estate", pair.source, **WHOLE)
        assert not result.get("failed"), result["msg"]
        pair.source.journal.clear()
        yield pair.source


def failed(result: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["msg"] for each in result["resources"] if each["failed"]}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("jobs", ["whole", "by_type"])
def test_an_account_in_use_stays_and_its_users_are_named(server: Server, check: bool, jobs: str) -> None:
    server.switch(job_list=jobs)
    server.readonly()
    result = drive("estate", server, check=check, credentials=[ACCOUNT])
    (message,) = failed(result).values()
    assert result["changed"] is False
    for part in ("repository 'Estate share'", "job 'Estate job'", "force: true"):
        assert part in message
    assert writes(server) == []


@pytest.mark.parametrize(
    ("items", "users"),
    [
        ({"jobs": JOBS_GONE}, "repository 'Estate share'."),
        ({"repositories": SHARE_GONE}, "job 'Estate job'."),
        ({"jobs": JOBS_GONE, "repositories": [{**SHARE, "description": "New"}]}, "repository 'Estate share'."),
    ],
)
def test_who_stays_counts(server: Server, items: Items, users: str) -> None:
    for check in (True, False):
        result = drive("estate", server, check=check, credentials=[ACCOUNT], **items)
        assert users in failed(result)["Standard TECH\\estate"]


@pytest.mark.parametrize(
    "items",
    [
        {"jobs": JOBS_GONE, "repositories": SHARE_GONE},
        {
            "jobs": [{"name": JOBS[0]["name"], "guest_credentials": "TECH\\other"}],
            "repositories": [{"name": SHARE["name"], "type": "Smb", "share_credentials": "TECH\\other"}],
            "credentials": [OTHER],
        },
    ],
)
def test_who_goes_or_gets_another_one_in_the_same_task_does_not_count(server: Server, items: Items) -> None:
    given = {**items, "credentials": [*items.get("credentials", []), ACCOUNT]}
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = drive("estate", server, check=check, **given)
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is changed


def test_who_would_have_gone_and_failed_counts(server: Server) -> None:
    server.faults.add(do="status", status=400, method="DELETE", path="/repositories/", times=0)
    result = drive("estate", server, credentials=[ACCOUNT], jobs=JOBS_GONE, repositories=SHARE_GONE)
    found = failed(result)
    assert set(found) == {"Standard TECH\\estate", "Estate share"}
    assert "repositories 'Estate share'" in found["Standard TECH\\estate"]
    assert not [path for path in writes(server) if path.startswith("DELETE /api/v1/credentials")]


def test_who_is_made_with_it_counts(server: Server) -> None:
    new = {**SHARE, "name": "Another share", "share_path": "\\\\nas\\another"}
    given: Items = {"jobs": JOBS_GONE, "repositories": [*SHARE_GONE, new], "credentials": [ACCOUNT]}
    for check in (True, False):
        result = drive("estate", server, check=check, **given)
        assert "repository 'Another share'" in failed(result)["Standard TECH\\estate"]


def test_who_was_not_seen_may_use_it(server: Server) -> None:
    server.switch(job_list="some_types")
    given: Items = {"jobs": JOBS_GONE, "repositories": SHARE_GONE, "credentials": [ACCOUNT]}
    for check in (True, False):
        (message,) = failed(drive("estate", server, check=check, **given)).values()
        assert "HyperVBackup" in message and "force: true" in message
    assert not [path for path in writes(server) if path.startswith("DELETE /api/v1/credentials")]
    given["credentials"] = [{**ACCOUNT, "force": True}]
    result = drive("estate", server, **given)
    assert not result.get("failed") and result["changed"], result.get("msg")


def test_force_removes_it_all_the_same(server: Server) -> None:
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = drive("estate", server, check=check, credentials=[{**ACCOUNT, "force": True}])
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is changed


def test_a_proxy_does_not_use_the_account_of_its_host(target: Server) -> None:
    """What a proxy needs of an account it has by its host, which is named."""
    host = {"name": "linux09.tech.local", "type": "LinuxHost", "credentials": "estate", "trust": "first_use"}
    items: Items = {
        "credentials": WHOLE["credentials"],
        "managed_servers": [host],
        "proxies": [{"host": host["name"], "max_task_count": 2}],
    }
    assert not drive("estate", target, **items).get("failed")
    result = drive("estate", target, credentials=[{"type": "Linux", "account": "estate", "state": "absent"}])
    (message,) = failed(result).values()
    assert "in use by managed server 'linux09.tech.local'." in message
