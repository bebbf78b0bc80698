# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log of a session says of the objects that were sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import CREATE, PlanItem
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.session_log import (
    RECORDS_QUOTED,
    SaidOf,
)


def item(key: str, **record: str) -> PlanItem:
    return PlanItem("credentials", "credentials", key, CREATE, record=record)


def row(title: str, status: str = "Failed", description: str = "") -> dict[str, Any]:
    return {"id": None, "status": status, "title": title, "description": description}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Failed to import one", {"one"}),
        ("Failed to import tech\\a", {"one"}),
        ("Failed to import tech\\ab", {"two"}),
        ("Neither of both", set()),
    ],
)
def test_a_record_is_of_the_object_that_it_names_by_key_name_or_account(title: str, said: set[str]) -> None:
    items = [item("one", username="tech\\a"), item("two", username="tech\\ab")]
    heard = SaidOf(items, [row(title), row(title, "Succeeded"), row("something else")])
    assert {each.key for each in items if heard.item(each) == title} == said
    assert {each.key for each in items if not heard.item(each)} == {"one", "two"} - said


def test_the_records_of_an_object_are_in_the_order_of_the_log_with_what_explains_them() -> None:
    one = item("one", name="First")
    heard = SaidOf([one], [row("First is refused", description="No space."), row("one: given up", "Warning")])
    assert heard.item(one) == "First is refused No space.; one: given up"


def test_of_hundreds_of_records_the_first_are_quoted() -> None:
    accounts = [item(f"account{each}", username="shared") for each in range(3)]
    heard = SaidOf(accounts, [row(f"shared, {each}") for each in range(300)])
    for each in accounts:
        quoted = heard.item(each).split("; ")
        assert quoted == [*(f"shared, {number}" for number in range(RECORDS_QUOTED)), "and more"]


@pytest.mark.parametrize(
    ("log", "refused", "praised"),
    [
        ([row("Import of job Nightly")], {"Nightly"}, set()),
        ([row("Import of job Nightly"), row("Import of job Weekly", "Succeeded")], {"Nightly"}, {"Weekly"}),
        # Another one has the name in its own.
        ([row("Import of job Nightly copy"), row("Import of job Nightly", "Succeeded")], {"Nightly copy"}, {"Nightly"}),
        # Who is only mentioned did not fail, and nobody says that it went well.
        ([row("Import of job Weekly", description="Nightly is not enabled")], {"Weekly"}, set()),
        # A step of it failed, another one did not.
        ([row("Adding Nightly", "Succeeded"), row("Scheduling Nightly")], set(), set()),
        ([row("Import of job Nightly", "Warning")], set(), set()),
        ([row("Import", "Succeeded")], set(), {"Nightly", "Nightly copy", "Weekly"}),
        ([], set(), set()),
    ],
)
def test_a_log_says_for_certain_of_some_that_they_failed_or_went_well(
    log: list[dict[str, Any]], refused: set[str], praised: set[str]
) -> None:
    items = [item(name) for name in ("Nightly", "Nightly copy", "Weekly")]
    said_of = SaidOf(items, log)
    assert {each.key for each in items if said_of.refuses(each)} == refused
    assert {each.key for each in items if said_of.praises(each)} == praised


def test_a_record_of_a_name_that_several_have_refuses_none_of_them() -> None:
    items = [item("one", username="shared"), item("two", username="shared")]
    said_of = SaidOf(items, [row("Import of shared")])
    assert not [each for each in items if said_of.refuses(each) or said_of.praises(each)]
