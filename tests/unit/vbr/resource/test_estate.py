# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects in one task: what it costs, in which order it works, and what an item that fails does to the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS, RECENT
from support.tasks import drive
from unit.vbr.resource.rows_estate import CHAIN, ITEMS, SECRETS, WHOLE, Items, absent


def actions(result: dict[str, Any]) -> dict[str, str]:
    return {item["key"]: "failed" if item["failed"] else item["action"] for item in result["resources"]}


def test_it_signs_in_once_and_reads_each_list_once_before_and_once_after_it_writes(target: Server) -> None:
    drive("estate", target, **ITEMS)
    counts = target.journal.counts
    assert counts["POST /api/oauth2/token"] == counts["POST /api/oauth2/logout"] == 1
    # Once before anything is made, and once afterwards, for twins.
    assert counts["GET /api/v1/credentials"] == counts["GET /api/v1/encryptionPasswords"] == 2
    assert counts["POST /api/v1/credentials"] == 2


def test_secrets_arrive_and_are_shown_nowhere(target: Server) -> None:
    lines: list[str] = []
    result = drive("estate", target, progress=lines, **ITEMS)
    assert target.secret_equals("credentials", "TECH\\estate", "password", SECRETS["backup"])
    assert target.secret_equals("encryptionPasswords", "Estate tapes", "password", SECRETS["tapes"])
    assert not [secret for secret in SECRETS.values() if secret in json.dumps([result, lines])]


def test_a_secret_that_is_an_action_or_a_kind_hides_neither(target: Server) -> None:
    new = {"type": "Standard", "account_password": "create"}
    items = {"credentials": [{**new, "account": "one"}, {**new, "account": "two", "account_password": "credentials"}]}
    result = drive("estate", target, **items)
    assert [(row["kind"], row["action"]) for row in result["resources"]] == [("credentials", "create")] * 2
    assert result["counts"]["create"] == 2


def test_what_goes_goes_in_the_reverse_order(target: Server) -> None:
    drive("estate", target, **ITEMS)
    target.journal.clear()
    drive("estate", target, **absent(ITEMS))
    assert [path.split("/")[-2] for path in writes(target)] == ["encryptionPasswords", "credentials", "credentials"]


def test_two_descriptions_of_one_object_are_refused_before_anybody_is_asked(target: Server) -> None:
    twice = [{"account": "TECH\\estate"}, {"account": "TECH\\estate", "state": "absent"}]
    result = drive("estate", target, credentials=twice)
    assert result["failed"]
    assert "Given twice: credentials 'Standard TECH\\estate'" in result["msg"]
    assert not target.journal.counts


def test_two_items_that_turn_out_to_be_one_object_do_not_fight(target: Server) -> None:
    drive(
        "estate",
        target,
        credentials=[{"account": "TECH\\estate", "description": "Backup", "account_password": "x" * 9}],
    )
    for account in ("TECH\\estate", "tech\\Estate"):
        both = [{"account": "TECH\\estate", "description": "One"}, {"account": account, "description": "Two"}]
        result = drive("estate", target, check=True, credentials=both)
        assert [item["failed"] for item in result["resources"]] == [False, True]
        assert "It is the same object as credentials 'Standard TECH" in result["msg"]


def test_an_item_that_fails_does_not_hide_the_others(target: Server) -> None:
    wrong = {"account": "TECH\\wrong", "ssh_port": 22}
    items = {**ITEMS, "credentials": [wrong, *ITEMS["credentials"]]}
    for check_mode in (True, False):
        result = drive("estate", target, check=check_mode, **items)
        assert (result["failed"], result["changed"]) == (True, True)
        assert result["counts"] == {"create": 3, "update": 0, "delete": 0, "none": 0, "failed": 1}
        assert result["msg"].startswith("1 of 4 items failed.\ncredentials 'Standard TECH\\wrong': ssh_port is for")
    assert target.secret_equals("encryptionPasswords", "Estate tapes", "password", SECRETS["tapes"])


def test_what_a_server_refuses_is_shown_without_the_secret(target: Server) -> None:
    body = {"errorCode": "UnknownError", "message": f"bad password {SECRETS['backup']}", "resourceId": None}
    target.faults.add(do="status", status=400, body=body, method="POST", path="/credentials$")
    # One by one, so that it is the first one that is refused.
    result = drive("estate", target, **ITEMS, parallel=1)
    assert actions(result) == {"Standard TECH\\estate": "failed", "Linux estate": "create", "Estate tapes": "create"}
    assert "bad password ********" in result["msg"]
    assert SECRETS["backup"] not in json.dumps(result)


def test_when_the_server_is_gone_the_rest_is_not_tried(target: Server) -> None:
    target.faults.add(do="status", status=401, method="POST", path="/credentials$", times=0)
    result = drive("estate", target, **ITEMS)
    assert result["counts"]["failed"] == 3
    assert "Estate tapes': Not tried." in result["msg"]
    assert result["changed"] is False


def test_a_lost_answer_is_looked_up(target: Server) -> None:
    target.faults.add(do="drop_after", method="POST", path="/credentials$")
    result = drive("estate", target, **ITEMS)
    assert not result.get("failed"), result["msg"]
    assert target.journal.counts["POST /api/v1/credentials"] == 2


SHARE = {
    "name": "Share",
    "type": "Smb",
    "share_path": "\\\\nas\\backup",
    "share_credentials": "TECH\\estate",
    "max_task_count": 2,
    "mount_server": {"host": "backupserver02.tech.local"},
}


def test_an_item_may_name_what_an_earlier_one_makes(target: Server) -> None:
    items = {**ITEMS, "repositories": [SHARE]}
    target.readonly()
    check = drive("estate", target, check=True, **items)
    assert not check.get("failed"), check["msg"]
    target.readonly(False)
    change = drive("estate", target, **items)
    assert not change.get("failed"), change["msg"]
    assert change["diff"] == check["diff"]
    assert change["diff"][-1]["after"]["share"]["credentialsId"] == "TECH\\estate"
    assert drive("estate", target, **items)["changed"] is False


def test_what_needs_an_item_that_failed_is_held_back(target: Server) -> None:
    target.faults.add(do="status", status=400, method="POST", path="/credentials$")
    result = drive("estate", target, **ITEMS, repositories=[SHARE], parallel=1)
    assert actions(result) == {
        "Standard TECH\\estate": "failed",
        "Linux estate": "create",
        "Estate tapes": "create",
        "Share": "failed",
    }
    assert "repositories 'Share': share_credentials: it needs credentials 'Standard TECH" in result["msg"]
    assert not [path for path in writes(target) if "repositories" in path]


def test_what_needs_an_item_that_cannot_be_made_is_shown_before_anything_is_sent(target: Server) -> None:
    wrong = {**ITEMS["credentials"][0], "ssh_port": 22}
    result = drive("estate", target, check=True, credentials=[wrong], repositories=[SHARE])
    assert set(actions(result).values()) == {"failed"}
    assert "it needs credentials 'Standard TECH" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_what_needs_an_item_that_lacks_something_fails_in_check_mode_too(target: Server, check: bool) -> None:
    """And what needs that one."""
    account = {"type": "Linux", "account": "estate"}
    nfs = {"name": "Share", "type": "Nfs", "share_path": "nas:/share", "mount_server": {"host": "new.tech.local"}}
    server = {"type": "LinuxHost", "name": "new.tech.local", "credentials": "estate"}
    result = drive("estate", target, check=check, credentials=[account], managed_servers=[server], repositories=[nfs])
    assert actions(result) == {"Linux estate": "failed", "new.tech.local": "failed", "Share": "failed"}, result
    assert "credentials: it needs credentials 'Linux estate', which failed" in result["msg"]
    assert not writes(target)


def test_what_is_in_use_goes_with_what_uses_it(target: Server) -> None:
    drive("estate", target, **ITEMS, repositories=[SHARE])
    refused = drive("estate", target, credentials=absent(ITEMS)["credentials"])
    assert "Share" in refused["msg"]
    gone = drive("estate", target, **absent(ITEMS), repositories=[{"name": "Share", "state": "absent"}])
    assert (gone["counts"]["delete"], gone["counts"]["failed"]) == (3, 0)


def test_what_is_taken_on_trust_is_warned_of(target: Server) -> None:
    items = {name: CHAIN[name] for name in ("credentials", "managed_servers")}
    result = drive("estate", target, **items)
    (warning,) = result["warnings"]
    assert "managed_servers 'linux09.tech.local': linux09.tech.local is trusted on first use" in warning


@pytest.mark.parametrize("revision", RECENT)
def test_a_job_may_write_to_a_scale_out_repository(revision: str) -> None:
    items: Items = {
        "repositories": WHOLE["repositories"],
        "scaleout_repositories": [{"name": "All shares", "performance_extents": ["Estate share"]}],
        "jobs": [{**WHOLE["jobs"][0], "repository": "All shares"}],
    }
    items |= ITEMS
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        made = drive("estate", pair.source, **items)
        assert not made.get("failed"), made["msg"]
        (job,) = drive("info", pair.source, resource="estate", query="jobs[?name=='Estate job'].repository")["resource"]
        assert job == "All shares"
        assert drive("estate", pair.source, **items)["changed"] is False
        refused = drive("estate", pair.source, scaleout_repositories=[{"name": "All shares", "state": "absent"}])
        assert "Estate job" in refused["msg"]
        gone = drive("estate", pair.source, **absent(items))
        assert not gone.get("failed"), gone["msg"]
