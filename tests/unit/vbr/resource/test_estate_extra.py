# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has beside what is written down: reported, and removed only where a list names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.failures import NAMES_SHOWN
from simulator.services.vbr.kinds import CREDENTIALS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.tasks import drive
from unit.vbr.resource.rows_estate import WHOLE

OTHER = {"account": "TECH\\other", "account_password": "Qz7&other+password%=#Lk2"}
ACCOUNTS = WHOLE["credentials"]


@pytest.fixture(name="server")
def filled() -> Iterator[Server]:
    with simulated_pair() as pair:
        result = drive("estate", pair.source, **{**WHOLE, "credentials": [*ACCOUNTS, OTHER]})
        assert not result.get("failed"), result["msg"]
        pair.source.journal.clear()
        yield pair.source


def extra(result: dict[str, Any], kind: str) -> dict[str, bool]:
    assert not result.get("failed"), result["msg"]
    return {each["key"]: each["purged"] for each in result["extra"] if each["kind"] == kind}


def accounts(server: Server) -> set[str]:
    return {each["body"]["username"] for each in server.service.estate.rows(CREDENTIALS)}


def test_it_is_reported_where_it_is_asked_for_and_nothing_is_removed(server: Server) -> None:
    server.readonly()
    result = drive("estate", server, credentials=ACCOUNTS, jobs=[], report_extra=True)
    found = [key for key in extra(result, "credentials") if "TECH\\other" in key]
    assert len(found) == 1 and not any(extra(result, "credentials").values())
    assert extra(result, "jobs") and not extra(result, "repositories")
    assert result["changed"] is False and writes(server) == []
    assert "extra" not in drive("estate", server, credentials=ACCOUNTS)


def test_what_the_list_names_goes_and_nothing_else(server: Server) -> None:
    before = accounts(server)
    given = {"credentials": ACCOUNTS, "purge": True, "purge_only": {"credentials": ["TECH\\oth*"]}}
    server.readonly()
    check = drive("estate", server, check=True, **given)
    assert (check["changed"], check["counts"]["delete"]) == (True, 1) and accounts(server) == before
    server.readonly(False)
    done = drive("estate", server, **given)
    assert (done["changed"], done["diff"]) == (True, check["diff"])
    assert before - accounts(server) == {"TECH\\other"}
    server.readonly()
    for again in (drive("estate", server, check=True, **given), drive("estate", server, **given)):
        assert again["changed"] is False and "no object of credentials is called" in again["warnings"][0]


@pytest.mark.parametrize("check", [True, False])
def test_what_is_in_use_stays(server: Server, check: bool) -> None:
    """The account of a repository that no item is about."""
    server.readonly()
    given = {"credentials": [OTHER], "purge": True, "purge_only": {"credentials": ["TECH\\estate"]}}
    result = drive("estate", server, check=check, **given)
    assert result["failed"] and "repository 'Estate share'" in result["msg"] and writes(server) == []


def test_what_goes_together_goes_in_order(server: Server) -> None:
    kinds = {kind: [] for kind in ("credentials", "repositories", "jobs")}
    names = {"jobs": ["Estate job*"], "repositories": ["Estate share"], "credentials": ["TECH\\estate"]}
    result = drive("estate", server, **{**kinds, "credentials": [OTHER]}, purge=True, purge_only=names)
    assert not result.get("failed"), result["msg"]
    assert result["counts"]["delete"] == len(names) + 1


@pytest.mark.parametrize(
    ("only", "says"),
    [
        (None, "purge removes nothing without purge_only"),
        ({}, "purge removes nothing without purge_only"),
        ({"jobs": ["*"]}, "none of the kinds whose items are given"),
        ({"job": ["*"]}, "none of the kinds"),
        ({"credentials": []}, "no list of names"),
        ({"credentials": "*"}, "no list of names"),
        ({"credentials": [""]}, "no list of names"),
    ],
)
def test_without_a_list_nothing_is_removed(server: Server, only: Any, says: str) -> None:
    result = drive("estate", server, credentials=ACCOUNTS, purge=True, purge_only=only)
    assert result["failed"] and says in result["msg"] and writes(server) == []


def test_the_progress_says_what_goes_and_what_comes(server: Server) -> None:
    lines: list[str] = []
    new = {"account": "TECH\\new", "account_password": "Qz7&new+password%=#Lk2"}
    given = {"credentials": [*ACCOUNTS, new], "purge": True, "purge_only": {"credentials": ["TECH\\oth*"]}}
    assert not drive("estate", server, progress=lines, **given).get("failed")
    assert "credentials: 1 to create, 1 to remove" in lines


def test_a_purge_is_an_object_a_line_and_of_many_the_first(server: Server) -> None:
    names = [f"TECH\\old{number:02}" for number in range(NAMES_SHOWN + 2)]
    old = [{"account": name, "account_password": OTHER["account_password"]} for name in names]
    result = drive("estate", server, credentials=[*ACCOUNTS, OTHER, *old])
    assert not result.get("failed"), result["msg"]
    given = {"credentials": [*ACCOUNTS, {**OTHER, "state": "absent"}], "purge": True}
    few = drive("estate", server, check=True, **given, purge_only={"credentials": ["TECH\\old0*"]})
    *others, purged = few["diff"]
    shown = purged["before"].splitlines()
    assert len(shown) == 10 and all(name in line for name, line in zip(names, shown, strict=False))
    assert purged["after"] == ""
    # What an item is about is shown as a whole.
    assert [part["before"]["username"] for part in others] == [OTHER["account"]]
    all_of_them = drive("estate", server, check=True, **given, purge_only={"credentials": ["TECH\\old*"]})
    *_others, purged = all_of_them["diff"]
    assert len(purged["before"].splitlines()) == NAMES_SHOWN + 1 and purged["before"].endswith(
        "and 2 more, see extra in the result\n"
    )
    assert len([one for one in all_of_them["extra"] if one["purged"]]) == len(names)
