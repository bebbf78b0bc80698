# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole server moves and breaks at its writes: no job runs on two servers, and the next run ends it or undoes it.

Here a part of the sorts of request is disturbed, each in another way; `make faults` plays all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.testing import Pair
from support.faults.matrix import PLAYED, Matrix
from support.faults.stories import back_and_gone
from support.faults.whole import NeverOnBoth, Whole, exported, whole
from support.handover import Result, Staged

# Of how many sorts of request one is disturbed, one by one and side by side, and where a story takes twice as long.
FEW, FEWER = 3, 6

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


@pytest.fixture
def first(parallel: int) -> int:
    """With which sort of request it begins: side by side, others are disturbed than one by one."""
    return int(parallel > 1)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with exported() as servers:
        yield servers


@pytest.fixture(scope="module")
def fresh(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return whole(pair, tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def staged(fresh: Whole, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    fresh.again()
    return fresh.after(fresh.stage(), tmp_path_factory.mktemp("staged"))


@pytest.fixture(scope="module")
def cut_over(staged: Whole, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    staged.again()
    return staged.after(window(staged), tmp_path_factory.mktemp("cut"))


def stage(ready: Staged) -> Result:
    assert isinstance(ready, Whole)
    return ready.stage()


def window(ready: Staged) -> Result:
    """What the role does: hand over, bring in what waited for that, and hand that over too."""
    changed = False
    for step in (ready.hand_over, ready.bring_in, ready.hand_over):
        result = step()
        changed = changed or result["changed"]
        if result.get("failed"):
            break
    return {**result, "changed": changed}


@pytest.mark.parametrize("way", PLAYED)
def test_an_import_that_breaks_at_a_write_is_finished_by_the_next(fresh: Whole, way: str, first: int) -> None:
    stories = Matrix(fresh, invariant=NeverOnBoth(fresh.pair))
    stories.play(way, stage, stage, FEW, first)
    stories.acquit()


@pytest.mark.parametrize("way", PLAYED)
def test_a_window_that_breaks_at_a_write_is_finished_by_the_next(staged: Whole, way: str, first: int) -> None:
    stories = Matrix(staged, invariant=NeverOnBoth(staged.pair))
    stories.play(way, window, window, FEW, first)
    stories.acquit()


@pytest.mark.parametrize("way", PLAYED)
def test_a_window_that_breaks_at_a_write_can_be_rolled_back_and_removed(staged: Whole, way: str, first: int) -> None:
    """The servers come out as they were; what the journal says of a job that waits depends on how far it came."""
    stories = Matrix(staged, invariant=NeverOnBoth(staged.pair), compared=("source", "target"))
    stories.play(way, window, back_and_gone, FEWER, first)
    stories.acquit()


@pytest.mark.parametrize("way", PLAYED)
def test_a_removal_that_breaks_at_a_write_is_finished_by_the_next(cut_over: Whole, way: str, first: int) -> None:
    stories = Matrix(cut_over, invariant=NeverOnBoth(cut_over.pair))
    stories.play(way, back_and_gone, back_and_gone, FEWER, first)
    stories.acquit()
