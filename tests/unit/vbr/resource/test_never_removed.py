# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no task removes: the account it signs in with, what every server has, what no call removes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.rest.table import USERS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import TASKS, drive

NOBODY_ELSE = "no other user would administer the server"
BOSS = {"name": "TECH\\boss", "type": "ExternalUser"}
BOTH = pytest.mark.parametrize("check", [True, False])
EVERYONE = {"purge": True, "purge_only": {"users": ["*"]}}


@pytest.fixture(name="server", params=["1.3-rev1", "1.3-rev2"])
def served(request: pytest.FixtureRequest) -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS[request.param]) as pair:
        yield pair.source


@pytest.fixture(name="newest")
def newest_server() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        yield pair.source


def refused(server: Server, module: str, **options: Any) -> str:
    """What a task and an estate say that write nothing."""
    server.readonly()
    said = ""
    for check in (True, False):
        result = drive(module, server, check=check, **options)
        assert result["failed"] and result["changed"] is False
        said = result["msg"]
    assert writes(server) == []
    return said


def only_one_administers(server: Server) -> tuple[str, str]:
    """Leave BOSS as the one user that administers; returns the role for that, and another one.

    The account of the connection is an administrator by other means, such as a group of the operating system.
    """
    drive("info", server, resource="security/users")
    roles = {each["name"]: each for each in drive("info", server, resource="security/roles")["resources"]}
    mine, other = (
        next(name for name in roles if name.endswith(f"Backup {end}")) for end in ("Administrator", "Viewer")
    )
    assert drive("user", server, **BOSS, roles=[mine])["action"] == "create"
    for row in server.service.estate.rows(USERS.kind):
        if row["body"]["name"] != BOSS["name"]:
            row["body"]["roles"] = []
    server.journal.clear()
    return mine, other


@pytest.mark.parametrize("name", ["TECH\\administrator", "tech\\ADMINISTRATOR"])
def test_the_account_of_the_connection_is_not_removed(server: Server, name: str) -> None:
    options = {"name": name, "type": "ExternalUser", "state": "absent"}
    assert "it may be the account that this task signs in with" in refused(server, "user", **options)
    assert "users 'TECH\\administrator" in refused(server, "estate", users=[options]).replace(
        name, "TECH\\administrator"
    )


def test_an_account_that_is_called_so_in_another_domain_is_spared_too(server: Server) -> None:
    """Nobody here knows whether TECH and tech.local are one domain."""
    role = drive("info", server, resource="security/roles")["resources"][0]["name"]
    twin = {"name": "administrator@tech.local", "type": "ExternalUser"}
    assert drive("user", server, **twin, roles=[role])["action"] == "create"
    server.journal.clear()
    assert "is not removed" in refused(server, "user", **twin, state="absent")


def test_a_purge_of_all_users_leaves_the_account_of_the_connection(server: Server) -> None:
    check = drive("estate", server, check=True, users=[], **EVERYONE)
    done = drive("estate", server, users=[], **EVERYONE)
    for result in (check, done):
        assert not result.get("failed"), result["msg"]
        purged = {each["key"]: each["purged"] for each in result["extra"]}
        assert purged["TECH\\administrator ExternalUser"] is False
        assert sum(purged.values()) == len(purged) - 1 > 0
    left = drive("info", server, resource="security/users", filters={"nameFilter": "*administrator"})
    assert [user["name"] for user in left["resources"]] == ["TECH\\administrator"]


@pytest.mark.parametrize("name", ["TECH\\administrator", "tech\\ADMINISTRATOR"])
def test_the_account_of_the_connection_does_not_lose_its_role(server: Server, name: str) -> None:
    roles = drive("info", server, resource="security/roles")["resources"]
    (mine,) = [each["name"] for each in roles if each["name"].endswith("Backup Administrator")]
    other = next(each["name"] for each in roles if each["name"].endswith("Backup Viewer"))
    options = {"name": name, "type": "ExternalUser", "roles": [other]}
    assert "would lose the role of a backup administrator" in refused(server, "user", **options)
    assert "would lose the role of a backup administrator" in refused(server, "estate", users=[options])
    server.readonly(False)
    assert drive("user", server, **{**options, "roles": [mine, other]})["changed"]


def test_a_purge_leaves_groups_and_says_why(server: Server) -> None:
    role = drive("info", server, resource="security/roles")["resources"][0]["name"]
    for kind in ("ExternalGroup", "InternalGroup"):
        assert drive("user", server, name=f"TECH\\{kind}", type=kind, roles=[role])["action"] == "create"
    for check in (True, False):
        result = drive("estate", server, check=check, users=[], **EVERYONE)
        assert not result.get("failed"), result["msg"]
        left = {each["key"]: each.get("reason", "") for each in result["extra"] if not each["purged"]}
        assert len(left) == 3 and "removes no group" in left["TECH\\InternalGroup InternalGroup"]
        assert "signs in with" in left["TECH\\administrator ExternalUser"]


def test_a_purge_leaves_the_last_one_that_administers(server: Server) -> None:
    only_one_administers(server)
    for check in (True, False):
        result = drive("estate", server, check=check, users=[], **EVERYONE)
        assert not result.get("failed"), result["msg"]
        left = {each["key"]: each.get("reason", "") for each in result["extra"] if not each["purged"]}
        assert left["TECH\\boss ExternalUser"] == NOBODY_ELSE


@pytest.mark.parametrize("change", ["absent", "roles"])
def test_the_last_one_that_administers_stays_one(server: Server, change: str) -> None:
    _mine, other = only_one_administers(server)
    options = {**BOSS, **({"state": "absent"} if change == "absent" else {"roles": [other]})}
    assert (
        f"'TECH\\boss ExternalUser' is not {'removed' if change == 'absent' else 'changed'}: {NOBODY_ELSE}"
        in refused(server, "user", **options)
    )
    assert NOBODY_ELSE in refused(server, "estate", users=[options])


def test_the_last_ones_that_administer_do_not_go_together(server: Server) -> None:
    mine, other = only_one_administers(server)
    deputy = {"name": "TECH\\deputy", "type": "ExternalGroup"}
    assert drive("user", server, **deputy, roles=[mine])["action"] == "create"
    server.journal.clear()
    gone, lowered = {**BOSS, "state": "absent"}, {**deputy, "roles": [other]}
    said = refused(server, "estate", users=[gone, lowered])
    assert "boss" in said and "deputy" in said and said.count(NOBODY_ELSE) == 2
    server.readonly(False)
    assert drive("user", server, **gone)["action"] == "delete"


def test_one_that_administers_is_replaced_by_another_one(server: Server) -> None:
    mine, _other = only_one_administers(server)
    items = [{**BOSS, "state": "absent"}, {"name": "TECH\\heir", "type": "ExternalUser", "roles": [mine]}]
    # What goes waits for what comes, however long that takes.
    server.faults.add(do="delay", method="POST", path=USERS.path, seconds=0.3)
    for check in (True, False):
        result = drive("estate", server, check=check, users=items)
        assert not result.get("failed"), result["msg"]
        assert (result["counts"]["create"], result["counts"]["delete"]) == (1, 1)


def test_one_that_administers_stays_where_its_heir_was_not_made(server: Server) -> None:
    mine, _other = only_one_administers(server)
    items = [{**BOSS, "state": "absent"}, {"name": "TECH\\heir", "type": "ExternalUser", "roles": [mine]}]
    server.faults.add(do="status", method="POST", path=USERS.path, status=400)
    result = drive("estate", server, users=items)
    assert result["failed"] and NOBODY_ELSE in result["msg"]
    left = drive("info", server, resource="security/users")["resources"]
    assert "TECH\\boss" in [user["name"] for user in left]


def heirs(server: Server, mine: str, other: str, *names: str) -> list[dict[str, Any]]:
    """BOSS is to administer the server no more; these users, who are there, are to do so from now on."""
    users = [{"name": name, "type": "ExternalUser", "roles": [other]} for name in names]
    for user in users:
        assert drive("user", server, **user)["action"] == "create"
    server.journal.clear()
    return [{**BOSS, "roles": [other]}, *({**user, "roles": [mine]} for user in users)]


def test_one_that_administers_is_lowered_when_another_one_is_raised(server: Server) -> None:
    """Whatever the order of the items is: nobody else may be asked for at the same time."""
    items = heirs(server, *only_one_administers(server), "TECH\\heir", "TECH\\second")
    for check in (True, False):
        result = drive("estate", server, check=check, users=items)
        assert not result.get("failed"), result["msg"]
        assert result["counts"]["update"] == 3
    *_raised, last = (each["path"] for each in server.journal.entries if each["method"] == "PUT")
    boss = next(row for row in server.service.estate.rows(USERS.kind) if row["body"]["name"] == BOSS["name"])
    assert boss["id"] in last


def test_one_that_administers_stays_one_where_its_heir_was_not_raised(server: Server) -> None:
    mine, other = only_one_administers(server)
    items = heirs(server, mine, other, "TECH\\heir")
    server.faults.add(do="status", method="PUT", path="/roles$", status=400)
    result = drive("estate", server, users=items)
    assert result["failed"] and NOBODY_ELSE in result["msg"]
    users = {each["name"]: each for each in drive("info", server, resource="security/users")["resources"]}
    assert [role["name"] for role in users["TECH\\boss"]["roles"]] == [mine]


@BOTH
def test_a_role_that_users_have_is_not_removed(newest: Server, check: bool) -> None:
    builtin = next(
        each["name"]
        for each in drive("info", newest, resource="security/roles")["resources"]
        if each["name"].endswith("Backup Viewer")
    )
    role = {"name": "Night watch", "state": "absent"}
    watch = {"name": "TECH\\watch", "type": "ExternalUser"}
    assert drive("role", newest, name="Night watch", manage_restores=True, all_repositories=True)["changed"]
    assert drive("user", newest, **watch, roles=[builtin, "Night watch"])["changed"]
    newest.readonly()
    for result in (drive("role", newest, check=check, **role), drive("estate", newest, check=check, roles=[role])):
        assert result["failed"] and "is in use by user 'TECH\\watch'" in result["msg"]
    newest.readonly(False)
    both = {"roles": [role], "users": [{**watch, "roles": [builtin]}]}
    done = drive("estate", newest, check=check, **both)
    assert not done.get("failed"), done["msg"]
    assert (done["counts"]["update"], done["counts"]["delete"]) == (1, 1)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_built_in_role_is_neither_changed_nor_removed(newest: Server, state: str) -> None:
    options = {"name": "backup operator", "description": "Mine", "state": state}
    assert "one that every server has" in refused(newest, "role", **options)
    assert "one that every server has" in refused(newest, "estate", roles=[options])


def test_built_in_roles_are_no_part_of_an_estate(newest: Server) -> None:
    read = drive("info", newest, resource="estate")
    (role,) = read["resource"]["roles"]
    assert role["name"] == "Ward team" and "isBuiltIn" not in role.get("settings", {})
    assert "roles" not in {each["kind"] for each in read["left_out"]}
    given = {"users": [], "roles": [], "purge": True, "purge_only": {"roles": ["*"]}}
    result = drive("estate", newest, check=True, **given)
    assert [each["key"] for each in result["extra"] if each["kind"] == "roles"] == ["Ward team"]


@pytest.mark.parametrize("kind", ["mount_servers", "repository_permissions", "job_permissions", "email_settings"])
def test_what_no_call_removes_is_not_named_for_removal(newest: Server, kind: str) -> None:
    given = {} if kind == "email_settings" else []
    result = drive("estate", newest, **{kind: given}, purge=True, purge_only={kind: ["*"]})
    assert result["failed"] and f"'{kind}' is none of the kinds" in result["msg"]
    assert writes(newest) == []


def test_there_is_no_way_to_ask_for_it() -> None:
    assert TASKS["mount_server"].arguments["state"]["choices"] == ["present", "default"]
    for module in ("repository_permissions", "job_permissions", "email_settings", "traffic_rules", "general_options"):
        assert "state" not in TASKS[module].arguments


def test_a_group_of_another_type_is_neither_changed_nor_removed(newest: Server) -> None:
    for state in ("present", "absent", "disabled"):
        options = {"name": "Manually Added", "description": "Mine", "state": state}
        assert "does not manage" in refused(newest, "protection_group", **options)
    said = refused(newest, "protection_group", name="Kiosks", computers=[{"host_name": "kiosk01"}], state="absent")
    assert "has type CSVFile, not IndividualComputers: it is not removed" in said
