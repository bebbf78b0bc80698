# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an import at the server: partial failures, lost answers, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.services.vbr.sessions import views
from simulator.testing import Server
from support.estates import CHAIN_SECRETS, Record, account, bundle_of, chain_of_four, estate_of, rows, writes
from support.imports import CHAINS_SECRETS, half_done
from support.tasks import drive
from support.vbr_caller import VbrCaller

KINDS_OF_CHAIN = ["credentials", "managedServers", "repositories", "jobs"]


def imports(server: Server) -> dict[str, list[Record]]:
    """Hears each import request: kind -> the records that were sent, in order."""
    heard: dict[str, list[Record]] = {}

    def hear(exchange: Any) -> None:
        if exchange.path.endswith("/import"):
            kind = exchange.path.split("/")[-2]
            heard.setdefault(kind, []).extend(row for rows in exchange.json.values() for row in rows)

    server.app.observers.append(hear)
    return heard


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    return bundle_of(tmp_path / "bundle", chain_of_four())


# -- partial failure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["Failed", "Warning"])
def test_a_partial_failure_names_every_object(target: Server, tmp_path: Path, said: str) -> None:
    target.switch(partial_result=said)

    result = half_done(target, tmp_path)

    assert (result["failed"], result["changed"]) == (True, True)
    assert result["created"] == {
        "managedServers": ["two.tech.local"],
        "repositories": ["Store two"],
        "jobs": ["Weekly"],
    }
    assert "is not found" in result["failed_objects"]["managedServers"].pop("one.tech.local")
    assert result["failed_objects"] == {
        "managedServers": {},
        "repositories": {"Store one": "not sent: needs managedServers 'one.tech.local', which failed"},
        "jobs": {
            "Nightly": "not sent: needs repositories 'Store one', which failed",
            "Afterwards": "not sent: needs jobs 'Nightly', which failed",
        },
    }
    names = ("'one.tech.local'", "'Store one'", "'Nightly'", "'Afterwards'")
    for part in ("4 object(s) failed, 3 were created", "Run the task again", *names):
        assert part in result["msg"]


def test_the_second_run_finishes_the_rest_without_a_duplicate(target: Server, tmp_path: Path) -> None:
    half_done(target, tmp_path)
    heard = imports(target)
    options: dict[str, Any] = {"src": str(tmp_path / "bundle"), "secrets": CHAINS_SECRETS}

    second = drive("import", target, **options)

    assert not second.get("failed"), second["msg"]
    assert {kind: [row.get("uniqueId") or row["name"] for row in sent] for kind, sent in heard.items()} == {
        "credentials": ["one"],
        "managedServers": ["one.tech.local"],
        "repositories": ["Store one-id"],
        "jobs": ["Nightly", "Afterwards"],
    }
    assert len(rows(target, "jobs")) == 3
    assert drive("import", target, **options)["changed"] is False


def test_a_long_list_of_failures_is_cut_in_the_message_and_whole_in_the_result(target: Server, tmp_path: Path) -> None:
    accounts = [account(f"account{number:02}") for number in range(25)]
    secrets = {"credentials": {row["uniqueId"]: {"password": "Ck4&many+Wd8="} for row in accounts}}
    target.faults.add(do="status", status=400, path="/import$", body={"errorCode": "UnknownError", "message": "No."})

    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=accounts))
    result = drive("import", target, src=bundle, secrets=secrets)

    assert "account19" in result["msg"] and "account20" not in result["msg"]
    assert "and 5 more: VBR: POST" in result["msg"]
    (group,) = result["failures"]
    assert (group["count"], len(group["objects"]["credentials"])) == (25, 20)
    assert len(result["failed_objects"]["credentials"]) == 25


# -- what counts is what the target shows ------------------------------------------------------------------------------

OVER = {"id": "5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31", "state": "Stopped", "sessionType": "Automation"}


def ended(result: str) -> dict[str, Any]:
    body = {**OVER, "result": {"result": result, "message": "Said by the test"}}
    return {"do": "status", "status": 200, "path": "/sessions/[^/]+$", "times": 0, "body": body}


def test_what_is_there_is_created_though_the_session_failed(
    target: Server, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"result": "Failed", "message": "Said by the test", "isCanceled": False}
    monkeypatch.setattr(views, "_result", lambda row: said)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert list(result["created"]) == KINDS_OF_CHAIN
    assert [session["result"] for session in result["sessions"]] == ["Failed"] * len(KINDS_OF_CHAIN)


@pytest.mark.usefixtures("swift_clock")
def test_what_is_not_there_has_failed_though_the_session_succeeded(target: Server, bundle: str) -> None:
    target.faults.add(do="status", status=201, path="/import$", body={**OVER, "state": "Starting"})
    target.faults.add(**ended("Success"))
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert result["failed_objects"]["credentials"] == {"service-account": "the session ended, but it is not there"}
    assert (result["created"], result["changed"]) == ({}, True)


@pytest.mark.usefixtures("swift_clock")
def test_what_nobody_can_look_at_may_have_been_changed(target: Server, bundle: str) -> None:
    target.faults.add(do="status", status=200, path="/credentials/export$", skip=1, body={"falsified": "x"})
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert (result["failed"], result["created"], result["changed"]) == (True, {}, True)


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("kind", KINDS_OF_CHAIN)
def test_a_lost_answer_is_looked_for_and_nothing_is_sent_twice(target: Server, bundle: str, kind: str) -> None:
    target.faults.add(do="drop_after", path=f"{kind}/import$")
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert list(result["created"]) == KINDS_OF_CHAIN
    assert writes(target).count(f"POST /api/v1/automation/{kind}/import") == 1


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("kind", KINDS_OF_CHAIN)
def test_a_request_that_was_lost_is_not_sent_again_either(target: Server, bundle: str, kind: str) -> None:
    target.faults.add(do="drop_before", path=f"{kind}/import$")
    first = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert first["failed"] and "may have been carried out" in next(iter(first["failed_objects"][kind].values()))
    assert writes(target).count(f"POST /api/v1/automation/{kind}/import") == 1
    second = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert list(second["created"]) == KINDS_OF_CHAIN[KINDS_OF_CHAIN.index(kind) :]


def test_a_refused_import_started_no_session_and_none_is_looked_for(
    target: Server, bundle: str, swift_clock: Any
) -> None:
    target.faults.add(do="status", status=400, path="/import$", body={"errorCode": "UnknownError", "message": "No."})
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert "-> 400 UnknownError: No." in result["failed_objects"]["credentials"]["service-account"]
    assert target.journal.counts["GET /api/v1/automation/sessions"] == 1, "the one before the plan"
    assert swift_clock.slept == []


@pytest.mark.parametrize("status", [401, 403])
def test_nothing_more_is_sent_when_the_right_to_import_is_lost(target: Server, bundle: str, status: int) -> None:
    target.faults.add(do="status", status=status, path="managedServers/import$", times=0)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert result["created"] == {"credentials": ["service-account"]}
    assert f"-> {status}" in result["failed_objects"]["managedServers"]["linux01.tech.local"]
    assert result["failed_objects"]["jobs"]["Nightly"].startswith("not sent: ")
    assert not [path for path in writes(target) if "repositories" in path]


@pytest.mark.parametrize("duplicates", ["refuse", "skip", "overwrite"])
def test_an_object_that_somebody_else_adds_meanwhile_is_there_once(
    target: Server, bundle: str, duplicates: str
) -> None:
    target.switch(duplicates=duplicates)

    def add(exchange: Any) -> None:
        # The last look at the target before the first write.
        if (exchange.method, exchange.path.rpartition("/")[2]) == ("GET", "jobs"):
            target.app.observers.remove(add)
            theirs = {"credentials": [account("service-account", password="Lp4&theirs+Wz7=")]}
            VbrCaller(target, "1.2-rev1").import_("credentials", theirs)

    target.app.observers.append(add)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)

    if duplicates == "refuse":
        assert "somebody else's" in result["failed_objects"]["credentials"]["service-account"]
        assert (result["created"], result["changed"]) == ({}, False)
        result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert list(result["created"]) == KINDS_OF_CHAIN[duplicates == "refuse" :]
    assert len(rows(target, "credentials")) == 1
