# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import: objects one by one, each with its record; nothing rolled back, nothing silently replaced."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.testing import Pair, estate
from support.vbr_caller import VbrCaller

ACCOUNT = {
    "type": "Standard",
    "username": "tech\\new",
    "password": "Fr4&sh+one%=#",
    "description": "New",
    "uniqueId": "new-account",
}


def accounts(*records: dict[str, Any]) -> dict[str, Any]:
    return {"credentials": list(records)}


def statuses(session: dict[str, Any]) -> list[str]:
    return [record["status"] for record in session["records"]]


def names(caller: VbrCaller) -> list[str]:
    return [record["username"] for record in caller.get("/credentials")["data"]]


def test_created_objects_are_there(pair: Pair, target: VbrCaller) -> None:
    session = target.import_("credentials", accounts(ACCOUNT))
    assert (session["result"]["result"], statuses(session)) == ("Success", ["Succeeded"])
    assert names(target) == ["tech\\new"]
    assert pair.target.secret_equals("credentials", "tech\\new", "password", ACCOUNT["password"])
    assert not pair.target.secret_equals("credentials", "tech\\new", "password", "other")


def test_blank_password_is_refused_and_the_others_stay(target: VbrCaller) -> None:
    blank = ACCOUNT | {"password": "", "username": "blank", "uniqueId": "blank"}
    session = target.import_("credentials", accounts(blank, ACCOUNT))
    assert statuses(session) == ["Failed", "Succeeded"]
    assert session["result"] == {"result": "Failed", "message": "1 of 2 objects failed", "isCanceled": False}
    assert names(target) == ["tech\\new"]


def test_a_key_stands_in_for_a_password(target: VbrCaller) -> None:
    linux = ACCOUNT | {"type": "Linux", "password": "", "linuxAdditionalSettings": {"privateKey": "KEY-Zq7&Lm2+Np9"}}
    assert statuses(target.import_("credentials", accounts(linux))) == ["Succeeded"]


def test_accounts_managed_by_the_directory_have_no_password(pair: Pair) -> None:
    managed = ACCOUNT | {"type": "ManagedService", "password": ""}
    assert statuses(VbrCaller(pair.target, "1.3-rev1").import_("credentials", accounts(managed))) == ["Succeeded"]


def test_blank_secrets_may_be_accepted(pair: Pair, target: VbrCaller) -> None:
    pair.target.switch(blank_secrets="accept")
    assert statuses(target.import_("credentials", accounts(ACCOUNT | {"password": ""}))) == ["Succeeded"]


@pytest.mark.parametrize(
    ("switch", "status", "result", "kept"),
    [
        ("refuse", "Failed", "Failed", "Fr4&sh+one%=#"),
        ("skip", "Warning", "Warning", "Fr4&sh+one%=#"),
        ("overwrite", "Succeeded", "Success", "An0ther&one+%=#"),
    ],
)
def test_duplicates(pair: Pair, target: VbrCaller, switch: str, status: str, result: str, kept: str) -> None:
    pair.target.switch(duplicates=switch)
    target.import_("credentials", accounts(ACCOUNT))
    session = target.import_("credentials", accounts(ACCOUNT | {"password": "An0ther&one+%=#"}))
    assert (statuses(session), session["result"]["result"]) == ([status], result)
    assert len(names(target)) == 1
    assert pair.target.secret_equals("credentials", "tech\\new", "password", kept)


def test_a_repository_is_known_by_its_name_and_by_its_unique_id(pair: Pair, target: VbrCaller) -> None:
    default = target.export("repositories")["WindowsLocalRepositories"][0]
    for change in ({"uniqueId": "other"}, {"name": "Other"}):
        session = target.import_("repositories", {"WindowsLocalRepositories": [default | change]})
        assert statuses(session) == ["Failed"]


def test_the_backup_server_is_never_overwritten(pair: Pair, target: VbrCaller) -> None:
    pair.target.switch(duplicates="overwrite")
    before = estate(pair.target)
    itself = {"name": "BACKUPSERVER02.tech.local", "description": "", "type": "WindowsHost", "credentials": None}
    assert statuses(target.import_("managedServers", {"windowsHosts": [itself]})) == ["Failed"]
    assert estate(pair.target) == before


def test_one_failure_among_several_may_be_a_warning(pair: Pair, target: VbrCaller) -> None:
    pair.target.switch(partial_result="Warning")
    blank = ACCOUNT | {"password": "", "uniqueId": "blank"}
    assert target.import_("credentials", accounts(ACCOUNT, blank))["result"]["result"] == "Warning"
    assert target.import_("credentials", accounts(blank))["result"]["result"] == "Failed"


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("credentials", {}, "credentials"),
        ("credentials", [], "object"),
        ("credentials", {"credentials": {}}, "array"),
        ("credentials", {"credentials": [{"username": "x"}]}, "uniqueId"),
        ("managedServers", {"linuxHosts": [None]}, "list of objects"),
        ("jobs", {"jobs": [{"name": "x"}]}, "schedule"),
    ],
)
def test_malformed_requests_create_nothing(target: VbrCaller, kind: str, body: Any, word: str) -> None:
    answer = target("POST", f"/automation/{kind}/import", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "UnexpectedContent")
    assert word in answer.json()["message"]
    assert target.get("/automation/sessions")["data"] == []


def test_no_json_at_all(target: VbrCaller) -> None:
    assert target("POST", "/automation/jobs/import", data='{"jobs": [').status_code == 400


def test_an_import_takes_what_an_export_gave_nulls_and_all(source: VbrCaller, pair: Pair) -> None:
    pair.source.switch(duplicates="skip", blank_secrets="accept")
    for kind in ("credentials", "managedServers", "repositories", "jobs"):
        assert set(statuses(source.import_(kind, source.export(kind)))) == {"Warning"}


def test_unknown_fields_survive(target: VbrCaller) -> None:
    target.import_("credentials", accounts(ACCOUNT | {"fromTheFuture": {"x": [1, None]}}))
    assert target.export("credentials")["credentials"][0]["fromTheFuture"] == {"x": [1, None]}


def test_imported_jobs_are_awake(pair: Pair, source: VbrCaller) -> None:
    job = source.export("jobs")["jobs"][0] | {"name": "Copy"}
    source.import_("jobs", {"jobs": [job]})
    assert [row["isDisabled"] for row in source.get("/jobs", nameFilter="Copy")["data"]] == [False]
