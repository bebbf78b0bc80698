# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns a job and who else may use it goes over with it: after the job, its users and their roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.services.vbr.rest.table import ROLES, USERS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.headquarters import Move, Result
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
NIGHT, AUDIT, LOCAL = "ORION\\night", "ORION\\audit", "HQ01\\Administrator"
OWNED, OPEN, LATE = "Tier 02", "Tier 01", "Copy of tier 01"


def job(server: Server, name: str) -> dict[str, Any]:
    (row,) = [row for row in server.service.estate.rows(JOBS) if row["body"]["name"] == name]
    found: dict[str, Any] = row
    return found


def role_id(server: Server, name: str) -> str:
    (row,) = server.service.estate.named(ROLES.kind, name)
    return str(row["id"])


def give(server: Server, name: str, owner: str, *roles: str) -> None:
    """Give a job to somebody, and let these roles use it."""
    access = [{"role": role_id(server, role), "rights": ["restore"]} for role in roles]
    job(server, name)["state"]["acl"] = {"owner": owner, "access": access}


def access(server: Server, name: str) -> tuple[str, dict[str, list[str]]]:
    """The owner of a job, and the roles that may use it."""
    path = f"/api/v1/acl/backupJob/{job(server, name)['id']}"
    principal = drive("rest", server, path=path)["resource"]["principal"]
    others = {each["principal"]["name"]: each["rights"] for each in principal["effectiveAccess"]}
    return principal["owner"]["name"], others


def line(result: Result, name: str, kind: str = "jobPermissions") -> dict[str, Any]:
    (found,) = [row for row in result["plan"] if row["kind"] == kind and row["key"] == name]
    return dict(found)


@pytest.fixture
def move(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    seed = headquarters.document()
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as pair:
        give(pair.source, OWNED, AUDIT, "Restore Operator")
        give(pair.source, LATE, NIGHT, "Ward team", "Restore Operator")
        yield Move(pair, tmp_path_factory.mktemp("access") / "bundle")


def test_an_owner_goes_by_name_and_a_role_by_its_id_there(move: Move) -> None:
    move.export()
    result = move.brought_in()

    assert access(move.pair.target, OWNED) == (AUDIT, {"Restore Operator": ["restore"]})
    assert access(move.pair.target, OPEN) == access(move.pair.source, OPEN)
    assert line(result, OWNED)["action"] == "create"
    again = move.brought_in()
    assert again["changed"] is False
    assert line(again, OWNED)["action"] == "keep"


def test_only_what_differs_is_sent(move: Move) -> None:
    move.export()
    move.brought_in()
    sent = [each for each in writes(move.pair.target) if "/acl/" in each]
    assert sent and not [each for each in sent if job(move.pair.target, OPEN)["id"] in each]


def test_it_waits_with_its_job(move: Move) -> None:
    move.export()
    staged = line(move.brought_in(), LATE)
    assert staged["phase"] == "cutover" and staged["transport"] == "rest"

    move.hand_over()
    move.brought_in(phase="cutover")

    assert access(move.pair.target, LATE) == (NIGHT, {"Ward team": ["restore"], "Restore Operator": ["restore"]})
    assert role_id(move.pair.target, "Ward team") != role_id(move.pair.source, "Ward team")


def test_it_waits_for_a_role_though_its_job_is_there(move: Move) -> None:
    # The role has jobs in its scope that wait.
    give(move.pair.source, OWNED, AUDIT, "Ward team")
    move.export()
    move.brought_in()
    again = move.brought_in()
    assert again["changed"] is False
    assert line(again, OWNED)["reason"] == "needs roles 'Ward team', which waits for the cutover"

    move.hand_over()
    move.brought_in(phase="cutover")

    assert access(move.pair.target, OWNED) == (AUDIT, {"Ward team": ["restore"]})


def test_it_waits_for_an_owner_who_waits(move: Move) -> None:
    # One of the roles of this user waits.
    give(move.pair.source, OWNED, NIGHT)
    move.export()
    assert line(move.brought_in(), OWNED)["phase"] == "cutover"
    assert line(move.brought_in(), OWNED)["reason"] == f"needs users {NIGHT!r}, which waits for the cutover".replace(
        "\\\\", "\\"
    )


def test_an_owner_without_a_built_in_role_is_said_before_the_first_write(move: Move) -> None:
    source, target = move.pair.servers
    (user,) = source.service.estate.named(USERS.kind, NIGHT)
    user["body"]["roles"] = [{"id": role_id(source, "Ward team")}]
    give(source, OWNED, NIGHT)
    move.export()

    planned, result = move.bring_in(check=True), move.brought_in()

    for each in (planned, result):
        assert line(each, NIGHT, "users")["action"] == "blocked"
        (said,) = [found for found in each["findings"] if found["key"] == NIGHT]
        assert said["code"] == "needs-by-hand" and "no built-in role" in said["message"]
        assert "create it on the target by hand" in said["remedy"]
        assert "which is blocked" in line(each, OWNED)["reason"]
    assert planned["changed"] == result["changed"] and not target.service.estate.named(USERS.kind, NIGHT)
    assert move.brought_in()["changed"] is False

    account = {"name": NIGHT, "type": "ExternalUser", "isServiceAccount": False}
    roles = [{"id": role_id(target, "Backup Viewer"), "name": "Backup Viewer"}]
    body = {**account, "roles": roles}
    assert not drive("rest", target, path="/api/v1/security/users", method="POST", body=body).get("failed")
    assert not [each for each in move.brought_in()["findings"] if each["key"] == NIGHT]
    assert access(target, OWNED)[0] == NIGHT


def test_jobs_that_no_call_makes_have_none(move: Move) -> None:
    move.export()
    plan = move.bring_in(check=True)
    keys = {row["key"] for row in plan["plan"] if row["kind"] == "jobPermissions"}
    assert OWNED in keys and not {"LegacyBackupCopy of Orion", "Vault tapes"} & keys


def test_an_account_of_the_source_itself_is_no_owner_elsewhere(move: Move) -> None:
    give(move.pair.source, OWNED, LOCAL, "Restore Operator")

    found = move.export()["findings"]
    move.brought_in()

    (said,) = [each for each in found if each["code"] == "local-owner"]
    assert said["key"] == OWNED and "HQ01" in said["message"]
    assert access(move.pair.target, OWNED)[1] == {"Restore Operator": ["restore"]}
    assert LOCAL not in access(move.pair.target, OWNED)[0]


def test_an_owner_whom_the_target_refuses_fails_alone(move: Move) -> None:
    give(move.pair.source, OWNED, "ORION\\nobody")
    move.export()

    result = move.bring_in()

    assert {kind: list(names) for kind, names in result["failed_objects"].items()} == {"jobPermissions": [OWNED]}
    assert "nobody" in result["msg"]
    assert job(move.pair.target, OWNED)["state"]["disabled"]


def test_what_differs_on_the_target_is_updated_if_that_is_wanted(move: Move) -> None:
    move.export()
    move.brought_in()
    give(move.pair.target, OWNED, "ORION\\restore")
    move.brought_in(on_existing="update")

    assert access(move.pair.target, OWNED)[0] == AUDIT


@pytest.mark.parametrize("body", [{}, {"principal": {"effectiveAccess": [{"principal": {}}]}}, {"principal": []}])
def test_an_answer_that_is_no_list_of_access_is_said(move: Move, body: dict[str, Any]) -> None:
    move.pair.source.faults.add(do="status", status=200, path="/acl/backupJob/", body=body, times=0)

    result = drive("whole_export", move.pair.source, dest=str(move.bundle))

    assert "principal" in str(result.get("msg")) + str(result.get("findings"))
