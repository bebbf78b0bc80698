# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request of the user's own: sent once, never in check mode if it changes something, and without telling a secret."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.hiding import secrets_in
from simulator.seeds.generator import estate_of
from simulator.testing import Pair, Server, simulated_pair
from support.tasks import TASKS, drive

CREDENTIALS = "/api/v1/credentials"
SETTINGS = "/api/v1/configBackup"
SECRET = "Wd5#rK1%vJ8&nX4=tB6+"
ACCOUNT = {"type": "Standard", "username": "TECH\\rest", "description": "Made by hand"}


def writes(server: Server) -> list[str]:
    """The requests that were not GET, without sign-in and sign-out."""
    return [name for name in server.journal.counts if not name.startswith("GET") and "/oauth2/" not in name]


def test_an_object_is_read(pair: Pair) -> None:
    pair.source.readonly()
    result = drive("rest", pair.source, path=SETTINGS)
    assert (result["changed"], result["diff"], result["sent"]) == (False, [], True)
    assert result["resource"]["restorePointsToKeep"] == 10
    assert drive("rest", pair.source, check=True, path=SETTINGS) == result
    assert drive("rest", pair.source, path=SETTINGS, query="schedule.isEnabled")["resource"] is True


def test_a_list_is_read_to_its_end_unless_a_part_is_asked_for() -> None:
    jobs = 250
    with simulated_pair(source_seed=estate_of(jobs)) as pair:
        whole = drive("rest", pair.source, path="/api/v1/jobs", query="[].name")
        assert (whole["count"], len(set(whole["resources"]))) == (jobs, jobs)
        assert drive("rest", pair.source, path="/api/v1/jobs", pages=False)["count"] == 200
        part = drive("rest", pair.source, path="/api/v1/jobs", parameters={"limit": 3, "skip": 249})
        assert part["count"] == 1


def test_parameters_are_written_as_the_service_does(pair: Pair) -> None:
    names = [
        [row["username"] for row in drive("rest", pair.source, path=CREDENTIALS, parameters=parameters)["resources"]]
        for parameters in (
            {"orderColumn": "Username", "orderAsc": True},
            {"orderColumn": "Username", "orderAsc": False},
        )
    ]
    assert names[0] == names[1][::-1]
    assert len(names[0]) > 1


def test_a_change_is_not_sent_in_check_mode_and_the_result_says_so(target: Server) -> None:
    options: dict[str, Any] = {
        "method": "POST",
        "path": CREDENTIALS,
        "body": ACCOUNT,
        "secret_body": {"password": SECRET},
    }
    check = drive("rest", target, check=True, **options)
    assert (check["changed"], check["sent"], writes(target)) == (True, False, [])
    assert "was not sent" in check["warnings"][0]

    change = drive("rest", target, **options)
    assert (change["changed"], change["sent"], change["warnings"]) == (True, True, [])
    assert (change["diff"], change["resource"]["username"]) == (check["diff"], "TECH\\rest")
    assert target.secret_equals("credentials", "TECH\\rest", "password", SECRET)
    assert SECRET not in str([check, change])


def test_a_secret_in_the_body_is_hidden_too(target: Server) -> None:
    options = {"method": "POST", "path": CREDENTIALS, "body": {**ACCOUNT, "password": SECRET}}
    result = drive("rest", target, check=True, **options)
    assert SECRET not in str(result)
    assert list(secrets_in(TASKS["rest"].options, {"body": options["body"]})) == [SECRET]
    refused = drive("rest", target, **{**options, "body": {**ACCOUNT, "password": SECRET, "type": SECRET}})
    assert refused["failed"] is True
    assert SECRET not in str(refused)


def test_a_session_is_waited_for(target: Server) -> None:
    target.clock.change({"mode": "polls", "polls": 3})
    options = {"method": "POST", "path": f"{SETTINGS}/backup"}
    waited = drive("rest", target, **options)
    assert (waited["resource"]["state"], waited["session"]["state"]) == ("Starting", "Stopped")
    assert "session" not in drive("rest", target, wait=False, **options)


def test_an_import_of_ones_own_is_waited_for_where_it_is_listed(target: Server) -> None:
    body = {"credentials": [{**ACCOUNT, "uniqueId": "rest"}]}
    options = {"method": "POST", "path": "/api/v1/automation/credentials/import", "body": body}
    failed = drive("rest", target, **options)
    assert failed["failed"] is True
    assert failed["session"]["result"]["result"] == "Failed"


def test_a_post_that_only_reads_is_sent_in_check_mode_and_changes_nothing(pair: Pair) -> None:
    pair.source.readonly()
    for check in (True, False):
        result = drive(
            "rest",
            pair.source,
            check=check,
            method="POST",
            path="/api/v1/automation/credentials/export",
            body={},
            changes=False,
        )
        assert (result["changed"], len(result["resource"]["credentials"])) == (False, 4)


def test_a_lost_answer_is_not_sent_again(target: Server) -> None:
    target.faults.add(do="drop_after", method="POST", path="/credentials$")
    result = drive("rest", target, method="POST", path=CREDENTIALS, body=ACCOUNT, secret_body={"password": SECRET})
    assert result["failed"] is True
    assert target.journal.counts[f"POST {CREDENTIALS}"] == 1


def test_an_empty_answer_is_an_empty_object(target: Server) -> None:
    made = drive(
        "rest",
        target,
        method="POST",
        path=CREDENTIALS,
        body='{"type": "Linux", "username": "rest", "authenticationType": "Password"}',
        secret_body={"password": SECRET},
    )
    result = drive("rest", target, method="DELETE", path=f"{CREDENTIALS}/{made['resource']['id']}")
    assert (result["changed"], result["resource"]) == (True, {})


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"path": "api/v1/jobs"}, "/api/"),
        ({"path": "@elsewhere.example.com/api/"}, "/api/"),
        ({"path": SETTINGS, "body": {"a": 1}}, "GET has no body"),
        ({"path": SETTINGS, "method": "PUT", "body": "no JSON"}, "body"),
        ({"path": SETTINGS, "method": "PUT", "body": [1], "secret_body": {"password": SECRET}}, "secret_body"),
        ({"path": SETTINGS, "query": "["}, "JMESPath"),
        ({"path": "/api/v1/nothing"}, "404"),
    ],
)
def test_each_bad_request_has_its_own_message(target: Server, options: dict[str, Any], word: str) -> None:
    result = drive("rest", target, **options)
    assert result["failed"] is True
    assert word in result["msg"]
