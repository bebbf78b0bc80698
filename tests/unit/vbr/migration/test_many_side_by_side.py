# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects that are created side by side: how far it is, and what becomes of those that are not answered for."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import account
from support.headquarters import Result, rows
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
ACCOUNT = {"refersTo": "credentials", "name": "tech\\service01", "uniqueId": "orion-many-01"}
MANY = 150


@pytest.fixture
def target() -> Iterator[Server]:
    """One whose answers take their time, so that they come in another order each run."""
    with simulated_pair(source_build=BUILD, target_build=BUILD) as pair:
        dice = random.Random(7)
        pair.target.app.observers.append(lambda _exchange: time.sleep(dice.random() * 0.002))
        yield pair.target


def many(target: Server, **other: Any) -> Result:
    """Import many domains at once."""
    login = account(ACCOUNT["uniqueId"], ACCOUNT["name"])
    domains = [{"serverName": f"dc{number:03}.orion.local", "credentialsId": ACCOUNT} for number in range(MANY)]
    spec = {"credentials": {"credentials": [login]}, "adDomains": {"byRest": domains}}
    given = {"credentials": {login["uniqueId"]: {"password": "Long&secret+value=%77"}}}
    return drive("whole_import", target, spec=spec, spec_version="1.3-rev2", secrets=given, **other)


def of_target(target: Server) -> set[str]:
    return {each["serverName"] for each in rows(target, "adDomains")}


def test_it_says_how_far_it_is(target: Server) -> None:
    progress: list[str] = []
    result = many(target, progress=progress)
    assert len(result["created"]["adDomains"]) == MANY
    assert [each for each in progress if "adDomains" in each] == [
        f"adDomains: creating {MANY}",
        f"adDomains: 64 of {MANY} sent",
        f"adDomains: 128 of {MANY} sent",
        f"adDomains: {MANY} of {MANY} created",
    ]


@pytest.mark.parametrize("parallel", [1, 4])
def test_nothing_is_sent_any_more_when_the_account_is_locked(target: Server, parallel: int) -> None:
    target.faults.add(do="status", status=401, path="/(adDomains|token)$", method="POST", times=0, skip=41)

    result = many(target, parallel=parallel)

    target.faults.clear()
    failed = result["failed_objects"]["adDomains"]
    made = of_target(target)
    assert 35 <= len(made) <= 41
    # Nothing of which nobody looked is called done.
    assert len(failed) == MANY and "adDomains" not in result["created"]
    reasons = Counter("not sent" in reason for reason in failed.values())
    assert reasons[False] <= len(made) + parallel and reasons[True] >= MANY - 64
    assert result["changed"] and "401" in result["msg"]
    assert len(many(target, parallel=parallel)["created"]["adDomains"]) == MANY - len(made)
    assert many(target)["changed"] is False


@pytest.mark.parametrize("do", ["drop_before", "drop_after"])
@pytest.mark.parametrize("parallel", [1, 4])
def test_answers_that_are_lost_are_looked_up_and_nothing_is_sent_twice(target: Server, do: str, parallel: int) -> None:
    lost = 7
    target.faults.add(do=do, path="/adDomains$", method="POST", times=lost, skip=10)

    result = many(target, parallel=parallel)

    target.faults.clear()
    missing = lost if do == "drop_before" else 0
    assert len(result.get("failed_objects", {}).get("adDomains", {})) == missing
    assert len(result["created"]["adDomains"]) == len(of_target(target)) == MANY - missing
    assert target.journal.counts["POST /api/v1/adDomains"] == MANY
    assert many(target, parallel=parallel)["changed"] is bool(missing)
