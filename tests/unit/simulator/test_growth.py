# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request costs the simulator grows with what it answers, not with how many jobs there are besides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from benchmarks.cutover import many_jobs
from simulator.testing import simulated_pair
from support.vbr_caller import VbrCaller

REVISION = "1.2-rev1"
FEW, MANY = 20, 200
HOST = "vcenter02.tech.local"

Request = Callable[[VbrCaller, dict[str, Any]], object]


def steps_of(request: Callable[[], object]) -> int:
    """How many functions are called meanwhile. Unlike time, that is the same on any machine."""
    count = 0

    def note(_frame: FrameType, event: str, _detail: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return count


def cost(number: int, request: Request) -> int:
    with simulated_pair(source_seed=many_jobs(number)) as pair:
        caller = VbrCaller(pair.source, REVISION)
        job = caller.get("/jobs", limit="1")["data"][0]
        request(caller, job)
        return steps_of(lambda: request(caller, job))


def replace(caller: VbrCaller, job: dict[str, Any]) -> object:
    return caller("PUT", f"/jobs/{job['id']}", json={**job, "description": "Another"}).raise_for_status()


REQUESTS: dict[str, Request] = {
    "replace": replace,
    "read": lambda caller, job: caller.get(f"/jobs/{job['id']}"),
    "disable": lambda caller, job: caller("POST", f"/jobs/{job['id']}/disable").raise_for_status(),
    "enable": lambda caller, job: caller("POST", f"/jobs/{job['id']}/enable").raise_for_status(),
    "a page of the list": lambda caller, job: caller.get("/jobs", limit="5"),
    "a page of the states": lambda caller, job: caller.get("/jobs/states", limit="5"),
    "a page of the backups": lambda caller, job: caller.get("/backups", limit="5"),
    "inventory": lambda caller, job: caller.get(f"/inventory/vmware/hosts/{HOST}"),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_costs_the_same_among_few_jobs_and_many(request_: Request) -> None:
    assert cost(MANY, request_) < 1.1 * cost(FEW, request_)
