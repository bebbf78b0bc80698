# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target has otherwise is given what the source has, also where the automation section carries it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import drift
from simulator.seeds import headquarters
from simulator.services.vbr.kinds import BY_NAME
from simulator.testing import Pair, Server, simulated_pair
from support.estates import writes
from support.headquarters import Moment, Move, able_to_run, enabled, moment

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
Row = dict[str, Any]
# What is changed on the target: the kind, the list, and the fields of an object of it.
CHANGES: tuple[tuple[str, str, Row], ...] = (
    ("credentials", "credentials:Standard", {"description": "changed"}),
    ("credentials", "credentials:Linux", {"linuxAdditionalSettings": {"SSHPort": 2022, "useSu": True}}),
    ("cloudcredentials", "amazon", {"description": "changed"}),
    ("encryptionPasswords", "encryptionPasswords", {"hint": "changed"}),
    ("managedServers", "linuxHosts", {"credentials": {"credentialsName": "linux01", "credentialsTag": "linux01"}}),
    ("repositories", "SmbRepositories", {"description": "changed", "repository": {"maxTaskCount": 9}}),
    ("proxies", "proxies:", {"server": {"maxTaskCount": 9, "transportMode": "Network"}}),
    (
        "jobs",
        "jobs",
        {
            "isHighPriority": True,
            "storage": {"retentionPolicy": {"quantity": 99}, "backupRepository": {"name": "Main Big Repository"}},
            "guestProcessing": {"guestInteractionProxies": {"automaticSelection": False}},
        },
    ),
)


def merged(body: Row, fields: Row) -> None:
    for name, value in fields.items():
        if isinstance(value, dict) and isinstance(body.get(name), dict):
            merged(body[name], value)
        else:
            body[name] = value


def rows(server: Server, kind: str, group: str = "") -> list[Row]:
    return [row for row in server.service.estate.rows(BY_NAME[kind]) if group in ("", row["group"])]


def chosen(server: Server, kind: str, where: str) -> Row:
    """An object of a list, of a type if one is named, and none that every server has."""
    group, _colon, of_type = where.partition(":")
    return next(
        row
        for row in rows(server, kind, group)
        if not row["state"].get("builtin") and of_type in ("", row["body"].get("type"))
    )


def hq_pair() -> AbstractContextManager[Pair]:
    return simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document())


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    with hq_pair() as pair:
        made = Move(pair, tmp_path_factory.mktemp("updates") / "bundle")
        made.export()
        made.brought_in(on_existing="update")
        return moment(made)


@pytest.fixture
def move(moved: Moment, tmp_path: Path) -> Iterator[Move]:
    """A server that was moved, and of which nothing differs."""
    with hq_pair() as pair:
        yield moved.again(pair, tmp_path)


def puts(server: Server) -> list[str]:
    return [each for each in writes(server) if each.startswith("PUT ")]


def findings(result: Row, code: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["field"]) for each in result["findings"] if each["code"] == code]


def test_each_kind_is_given_what_the_source_has(move: Move) -> None:
    target = move.pair.target
    before: dict[str, tuple[str, Row]] = {}
    for kind, where, fields in CHANGES:
        row = chosen(target, kind, where)
        before[row["id"]] = (kind, copy.deepcopy(row["body"]))
        body = copy.deepcopy(row["body"])
        merged(body, fields)
        target.service.estate.replace(BY_NAME[kind], row, body, row["secrets"])
    checked = move.brought_in(check=True, on_existing="update")
    assert writes(target) == []
    result = move.brought_in(on_existing="update")
    assert checked["plan"] == result["plan"] and checked["changed"] and result["changed"]
    assert findings(result, "not-updated") == []
    updated = {kind: len(keys) for kind, keys in result["updated"].items()}
    assert updated == {kind: sum(each[0] == kind for each in CHANGES) for kind, _where, _fields in CHANGES}
    assert len(puts(target)) == len(CHANGES)
    found = {row["id"]: row["body"] for kind in BY_NAME.values() for row in target.service.estate.rows(kind)}
    for row_id, (kind, body) in before.items():
        assert drift(body, found[row_id]) == [], kind

    target.app.journal.clear()
    again = move.brought_in(on_existing="update")
    assert again["changed"] is False and writes(target) == []


def job_of(move: Move) -> Row:
    return chosen(move.pair.target, "jobs", "jobs")


def test_a_staged_job_stays_asleep_when_it_is_written(move: Move) -> None:
    source, target = move.pair.servers
    row = job_of(move)
    row["body"]["isHighPriority"] = True
    enabled_before = enabled(target)
    move.brought_in(on_existing="update")
    assert row["body"]["isHighPriority"] is False
    assert row["body"]["schedule"]["runAutomatically"] is False
    assert enabled(target) == enabled_before
    assert not able_to_run(source) & able_to_run(target)


def test_a_job_that_was_cut_over_keeps_its_start(move: Move) -> None:
    move.hand_over()
    move.brought_in(phase="cutover", on_existing="update")
    move.hand_over()
    running = able_to_run(move.pair.target)
    row = next(row for row in rows(move.pair.target, "jobs") if row["body"]["name"] in running)
    row["body"]["description"] = "changed"
    result = move.brought_in(phase="cutover", on_existing="update")
    assert result["updated"]["jobs"] == [row["body"]["name"]]
    assert able_to_run(move.pair.target) == running
    assert row["body"]["description"] != "changed"


def test_a_field_that_ordinary_rest_cannot_give_is_named_and_left(move: Move) -> None:
    target = move.pair.target
    host, job = chosen(target, "managedServers", "linuxHosts"), job_of(move)
    host["body"]["sshFingerprint"] = "ssh-rsa another"
    job["body"]["guestProcessing"]["guestCredentials"]["creds"]["credentialsName"] = "linux01"
    job["body"]["guestProcessing"]["guestCredentials"]["creds"]["credentialsTag"] = "linux01"
    result = move.brought_in(on_existing="update")
    named = findings(result, "not-updated")
    assert ("managedServers", "sshFingerprint") in named
    assert {field.rpartition(".")[0] for kind, field in named if kind == "jobs"} == {
        "guestProcessing.guestCredentials.creds"
    }
    assert result["changed"] is False and puts(target) == []


def test_what_cannot_be_said_does_not_hold_up_the_rest(move: Move) -> None:
    host = chosen(move.pair.target, "managedServers", "linuxHosts")
    merged(host["body"], {"sshFingerprint": "ssh-rsa another", "description": "changed"})
    result = move.brought_in(on_existing="update")
    assert findings(result, "not-updated") == [("managedServers", "sshFingerprint")]
    assert (host["body"]["description"], host["body"]["sshFingerprint"]) == ("Created by REST API", "ssh-rsa another")
    assert move.brought_in(on_existing="update")["changed"] is False


def test_secrets_are_neither_compared_nor_sent(move: Move) -> None:
    target = move.pair.target
    row = chosen(target, "credentials", "credentials")
    kept = dict(row["secrets"])
    row["body"]["description"] = "changed"
    move.brought_in(on_existing="update")
    assert row["secrets"] == kept
    assert len(puts(target)) == 1


@pytest.mark.parametrize("kept", ["keep", "fail"])
def test_nothing_is_written_unless_it_is_asked_for(move: Move, kept: str) -> None:
    job_of(move)["body"]["isHighPriority"] = True
    result = move.bring_in(on_existing=kept, check=True)
    assert not result.get("failed") and writes(move.pair.target) == []


def test_a_whole_server_can_go_where_nothing_of_it_is_but_what_every_server_has(tmp_path: Path) -> None:
    with hq_pair() as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        assert move.brought_in(on_existing="fail")["changed"]
        # What this bundle brought in is no reason to refuse it, and what somebody else made is.
        assert move.brought_in(on_existing="fail")["changed"] is False
        (journal,) = (tmp_path / "bundle").glob("journal*")
        journal.unlink()
        refused = move.bring_in(on_existing="fail")
        assert refused["failed"] and {each["code"] for each in refused["findings"] if each["severity"] == "error"} == {
            "exists"
        }


def test_an_answer_is_not_believed_that_the_object_contradicts(move: Move) -> None:
    row = job_of(move)
    row["body"]["isHighPriority"] = True
    move.pair.target.faults.add(do="status", method="PUT", path="/jobs/", status=200, body={})
    result = move.bring_in(on_existing="update")
    assert result["failed"] and "isHighPriority" in str(result["failed_objects"])
    assert move.brought_in(on_existing="update")["changed"] is True


def test_a_change_whose_answer_was_lost_is_looked_at_by_the_next_run(move: Move) -> None:
    row = job_of(move)
    row["body"]["isHighPriority"] = True
    move.pair.target.faults.add(do="drop_after", method="PUT", path="/jobs/")
    assert move.bring_in(on_existing="update")["failed"]
    assert move.brought_in(on_existing="update")["changed"] is False
