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
