# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cutover and a rollback that break at any request: no job runs on two servers, and the second run ends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator.testing import serving_pair, simulated_pair
from support.faults.disturbances import DEATHS, FAULTS
from support.faults.killed import killed_at
from support.faults.sample import sample
from support.faults.stories import BESIDE, KILLED_OF, Stories, back, cases, cut
from support.handover import Staged, jobs_to_hand_over, staged

SIGKILLED = -9
SIGKILL = "SIGKILL"
WAYS = (*FAULTS, *DEATHS)

BROKEN = pytest.mark.parametrize(("ready", "disturbance"), cases(*WAYS), indirect=["ready"])

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


@pytest.fixture(scope="module", params=[1])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield replace(staged(pair, tmp_path_factory.mktemp("calm")), parallel=request.param)


@pytest.fixture(scope="module", params=[1, BESIDE])
def wired(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        yield replace(staged(pair, tmp_path_factory.mktemp("wired")), parallel=request.param)


@BROKEN
def test_a_cutover_that_breaks_at_any_request_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready)
    stories.each(disturbance, cut, cut, WAYS)
    stories.acquit()


@BROKEN
def test_a_rollback_that_breaks_at_any_request_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready, cut)
    stories.each(disturbance, back, back, WAYS)
    stories.acquit()


@BROKEN
def test_a_cutover_that_breaks_at_any_request_can_be_rolled_back(ready: Staged, disturbance: str) -> None:
    """From half a cutover, the servers come out as they were before it."""
    stories = Stories(ready)
    stories.begin()
    before = ready.all()[:2]
    stories.each(disturbance, cut, back, WAYS)
    assert ready.all()[:2] == before
    stories.acquit()


def test_a_killed_cutover_is_finished_by_the_next(wired: Staged) -> None:
    """SIGKILL over sockets, at each sort of request from the first write on; side by side at one of several."""
    stories = Stories(wired)
    requests = stories.calm(cut)
    calm = wired.all()
    for server in wired.pair.servers:
        heard = requests[server.app.service.instance]
        first = next(
            at for at, request in enumerate(heard) if request.endswith(("/disable", "/enable")) or "PUT" in request
        )
        killed = [(at, request) for at, request in sample(heard, SIGKILL, [SIGKILL]) if at >= first]
        for at, request in killed[:: 1 if wired.parallel == 1 else KILLED_OF]:
            stories.begin()
            stories.count += 1
            title = f"{SIGKILL} at {at}, {request}"
            code = killed_at(server, at, wired.options(), "cutover", wired.pair.target)
            assert code == SIGKILLED, f"{title}: exit code {code}"
            wired.done()
            stories.compare(title, calm)
    stories.wrongs += stories.invariant.wrongs
    stories.acquit()
