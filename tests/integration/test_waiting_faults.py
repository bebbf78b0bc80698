# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The further steps of a cutover break at any request: what waits is brought in, woken, rolled back and removed.

A small estate: two jobs, of which one waits with its repository for the source to be at rest.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from simulator.testing import serving_pair, simulated_pair
from support.faults.killed import killed_at
from support.faults.migration import small_estate
from support.faults.sample import sample
from support.faults.stories import BESIDE, KILLED_OF, Stories, back_and_gone, cases, cut, window
from support.handover import Staged, staged, standing

SIGKILLED = -9
SIGKILL = "SIGKILL"
LATE = "Main Big Repository"
NAMES = {"Backup Job 2": "Backup Job 2", "Backup Job 3": "Backup Job 3"}
KEPT = ("main-domain-credentials", "srv04.tech.local", "vcenter02.tech.local", LATE, *NAMES)
# What is common to all of them is disturbed in every way in test_cutover_faults.py.
WAYS = ("answer lost after effect", "500", "killed after the request arrived")
OF_A_WINDOW = ("answer lost before effect", *WAYS)

BROKEN = pytest.mark.parametrize(("ready", "disturbance"), cases(*WAYS), indirect=["ready"])

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


def two_jobs() -> dict[str, Any]:
    """Two jobs, each with a repository of its own, and nothing that they do not need."""
    seed = small_estate()
    estate = seed["estate"]
    for collection in estate.values():
        for name, rows in collection.items():
            collection[name] = [row for row in rows if row.get("name") in KEPT or row.get("uniqueId") in KEPT]
    ((storage,),) = [rows for rows in estate["repositories"].values() if rows]
    other = copy.deepcopy(storage)
    other |= {"name": "Second Repository", "uniqueId": "AAE108322924417FB67582B9004CEF61"}
    other["repository"]["path"] = "D:\\Second"
    estate["repositories"]["WindowsLocalRepositories"].append(other)
    first = estate["jobs"]["jobs"][0]
    first["storage"]["backupRepository"] = {"name": other["name"], "uniqueId": other["uniqueId"]}
    first.pop("_state", None)
    return seed


@pytest.fixture(scope="module", params=[1])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=two_jobs()) as pair:
        made = staged(pair, tmp_path_factory.mktemp("calm"), NAMES, hold=[LATE])
        yield replace(made, parallel=request.param)


@pytest.fixture(scope="module", params=[1, BESIDE])
def wired(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with serving_pair(source_seed=two_jobs()) as pair:
        made = staged(pair, tmp_path_factory.mktemp("wired"), NAMES, hold=[LATE])
        yield replace(made, parallel=request.param)


@pytest.mark.parametrize(("ready", "disturbance"), cases(*OF_A_WINDOW), indirect=["ready"])
def test_a_window_that_breaks_at_any_request_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready, names=NAMES)
    stories.each(disturbance, window, window, OF_A_WINDOW)
    stories.acquit()


@BROKEN
def test_a_rollback_that_removes_and_breaks_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready, window, names=NAMES)
    stories.each(disturbance, back_and_gone, back_and_gone, WAYS)
    stories.acquit()


@BROKEN
def test_an_import_in_it_that_breaks_at_any_request_can_be_rolled_back_and_removed(
    ready: Staged, disturbance: str
) -> None:
    """From half of it, the source has its jobs as they were, and on the target is nothing that was created."""
    stories = Stories(ready, cut, names=NAMES, compared=("source", "target"))
    ready.again()
    before = standing(ready.pair.source)
    stories.each(disturbance, Staged.bring_in, back_and_gone, WAYS)
    assert standing(ready.pair.source) == before and not standing(ready.pair.target)
    stories.acquit()


def test_a_killed_window_is_finished_by_the_next(wired: Staged) -> None:
    """SIGKILL over sockets, at each sort of request from the first write of the import on, and of the cutover; side by
    side at one of several.
    """
    stories = Stories(wired, cut, names=NAMES)
    target = wired.pair.target
    stories.calm(window)
    calm = wired.all()
    own = stories.calm(Staged.bring_in)[target.app.service.instance]
    first = next(at for at, request in enumerate(own) if request.endswith("/import"))
    kills = [("import", at, request) for at, request in sample(own, SIGKILL, [SIGKILL]) if at >= first]
    stories.before = (cut, Staged.bring_in)
    later = stories.calm(cut)[target.app.service.instance]
    first = next(at for at, request in enumerate(later) if request.endswith("/rescan"))
    kills += [("cutover", at, request) for at, request in sample(later, SIGKILL, [SIGKILL]) if at >= first]
    for task, at, request in kills[:: 1 if wired.parallel == 1 else KILLED_OF]:
        stories.before = (cut,) if task == "import" else (cut, Staged.bring_in)
        stories.begin()
        stories.count += 1
        title = f"{SIGKILL} at {at}, {task} {request}"
        options = wired.options() if task == "cutover" else wired.import_options()
        code = killed_at(target, at, options, task, target)
        assert code == SIGKILLED, f"{title}: exit code {code}"
        result = window(wired)
        assert not result.get("failed"), f"{title}: {result['msg']}"
        stories.compare(title, calm)
    stories.wrongs += stories.invariant.wrongs
    stories.acquit()
