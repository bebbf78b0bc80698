# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in steps: requests in lanes, everything between them in one thread, and an error that ends what is not begun."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import parallel
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    Failure,
    Rejected,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Attempt, Lanes
from ansible_collections.backupfleet.rest.plugins.module_utils._core.steps import Steps, read, side_by_side

PATIENCE_SECONDS = 10.0
LANES = pytest.mark.parametrize("limit", [1, 4])


def never(_error: Failure) -> bool:
    return False


def is_unreachable(error: Failure) -> bool:
    return isinstance(error, Unreachable)


class Log:
    """What was done, in the order in which it was, and by which threads what is between steps was."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.between: set[threading.Thread] = set()

    def doing(self, what: str, then: Any = None) -> Callable[[], Any]:
        def do() -> Any:
            self.done.append(what)
            if isinstance(then, Failure):
                raise then
            return then

        return do

    def two_steps(self, item: int) -> Steps[int]:
        """Each one gives a number to the next."""
        self.between.add(threading.current_thread())
        found = yield self.doing(f"{item} first", item * 10)
        self.between.add(threading.current_thread())
        found += yield self.doing(f"{item} second", 1)
        self.between.add(threading.current_thread())
        return found


@LANES
def test_each_step_goes_on_with_what_the_one_before_found(limit: int) -> None:
    attempts = side_by_side(Lanes(limit), range(5), Log().two_steps, never)
    assert [(each.item, each.value, each.done) for each in attempts] == [(at, at * 10 + 1, True) for at in range(5)]


@LANES
def test_what_is_between_steps_is_done_by_the_caller_alone(limit: int) -> None:
    log, where = Log(), set[threading.Thread]()
    together = threading.Barrier(limit)

    def begin(item: int) -> Steps[int]:
        def meet() -> None:
            where.add(threading.current_thread())
            together.wait(PATIENCE_SECONDS)

        yield meet
        return (yield from log.two_steps(item))

    side_by_side(Lanes(limit), range(limit * 2), begin, never)
    assert log.between == {threading.current_thread()}
    assert len(where) == limit


def test_a_block_of_one_takes_all_its_steps_before_the_next_is_begun() -> None:
    log = Log()
    list(read(Lanes(1), range(3), log.two_steps, never))
    assert log.done == [f"{item} {step}" for item in range(3) for step in ("first", "second")]


def test_there_are_blocks_of_one_as_soon_as_there_is_one_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "BLOCK", 3)
    lanes = Lanes(2)
    sizes = []
    for block in lanes.blocks(range(8)):
        sizes.append(len(block))
        if len(sizes) == 2:
            with lanes.taken(), lanes.taken():
                lanes.busy()
    assert sizes == [3, 3, 1, 1]


@LANES
def test_an_error_is_that_of_its_item_alone(limit: int) -> None:
    log = Log()

    def begin(item: int) -> Steps[int]:
        yield log.doing(f"{item} first", Rejected("no") if item == 1 else None)
        yield log.doing(f"{item} second")
        return item

    attempts = side_by_side(Lanes(limit), range(3), begin, never)
    assert [(each.value, str(each.error or "")) for each in attempts] == [(0, ""), (None, "no"), (2, "")]
    assert "1 second" not in log.done


@LANES
def test_a_generator_may_go_on_after_the_error_of_a_step(limit: int) -> None:
    def begin(item: int) -> Steps[str]:
        try:
            yield Log().doing("", Rejected("no"))
        except Rejected as error:
            return f"{item}: {error}"
        return ""

    attempts = side_by_side(Lanes(limit), range(3), begin, never)
    assert [each.value for each in attempts] == ["0: no", "1: no", "2: no"]


@LANES
def test_an_error_between_steps_is_kept_and_without_steps_an_item_is_done(limit: int) -> None:
    def begin(item: int) -> Steps[int]:
        if item == 0:
            raise Rejected("not even begun")
        if item == 2:
            yield Log().doing("")
        return item

    attempts = side_by_side(Lanes(limit), range(3), begin, never)
    assert [(each.begun, each.done, each.value) for each in attempts] == [
        (True, False, None),
        (True, True, 1),
        (True, True, 2),
    ]


def stopped_at(place: str) -> tuple[list[Attempt[int, int]], Log]:
    """Four items side by side; one of them meets nobody, when all of them have taken a first step or none has."""
    log, together = Log(), threading.Barrier(4)

    def begin(item: int) -> Steps[int]:
        if place == "before" and item == 1:
            raise Unreachable("gone")
        yield log.doing(f"{item} first")
        if place == "between" and item == 1:
            raise Unreachable("gone")

        def second() -> None:
            together.wait(PATIENCE_SECONDS)
            if item == 1:
                raise Unreachable("gone")

        yield second
        yield log.doing(f"{item} third")
        return item

    return side_by_side(Lanes(4), range(4), begin, is_unreachable), log


def test_after_an_error_that_stops_nothing_is_begun() -> None:
    attempts, log = stopped_at("before")
    assert log.done == []
    assert [each.begun for each in attempts] == [False, True, False, False]
    assert [str(each.error or "") for each in attempts] == ["", "gone", "", ""]


@pytest.mark.parametrize("place", ["between", "in a step"])
def test_what_was_left_half_way_is_not_done(place: str) -> None:
    attempts, log = stopped_at(place)
    assert sorted(log.done) == [f"{item} first" for item in range(4)]
    assert [each.begun for each in attempts] == [True] * 4
    assert [str(each.error or "") for each in attempts] == ["gone"] * 4


def test_what_ended_beside_an_error_that_stops_is_done() -> None:
    together = threading.Barrier(3)

    def begin(item: int) -> Steps[int]:
        def meet() -> int:
            together.wait(PATIENCE_SECONDS)
            if item == 1:
                raise Unreachable("gone")
            return item

        return (yield meet)

    attempts = side_by_side(Lanes(3), range(3), begin, is_unreachable)
    assert [each.value for each in attempts] == [0, None, 2]
    assert [each.done for each in attempts] == [True, False, True]


def test_who_reads_gets_the_worst_error_that_stops() -> None:
    together = threading.Barrier(3)

    def begin(item: int) -> Steps[int]:
        def meet() -> None:
            together.wait(PATIENCE_SECONDS)
            raise (Rejected("one"), Unreachable("two"), UnknownOutcome("three"))[item]

        yield meet
        return item

    with pytest.raises(UnknownOutcome, match="three"):
        list(read(Lanes(3), range(3), begin, lambda error: not isinstance(error, Rejected)))


def test_a_defect_ends_everything_and_is_raised_as_it_is() -> None:
    def begin(item: int) -> Steps[int]:
        yield lambda: time.sleep(0)
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        side_by_side(Lanes(4), range(8), begin, never)
