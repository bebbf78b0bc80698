# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work side by side: results in their order, errors that end what is not begun, and a limit that nobody exceeds."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import parallel
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Trail
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    InvalidInput,
    Rejected,
    RestError,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Lanes, always, worst
from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK, Secrets
from ansible_collections.backupfleet.rest.plugins.module_utils._core.termination import Terminated, check, terminable

PATIENCE_SECONDS = 10.0


class Gathering:
    """Counts who is inside at a time; the first `wanted` of them wait for one another."""

    def __init__(self, wanted: int) -> None:
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()
        self._together = threading.Barrier(wanted)

    def __call__(self, item: int) -> int:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self._together.wait(PATIENCE_SECONDS)
        with self._lock:
            self._inside -= 1
        return item * 10


def test_results_are_in_the_order_of_the_items_though_the_last_comes_first() -> None:
    ended = [threading.Event() for _item in range(4)]
    ended[3].set()

    def do(item: int) -> int:
        if item < 3:
            assert ended[item + 1].wait(PATIENCE_SECONDS)
        ended[item].set()
        return item

    ended[3].clear()
    assert Lanes(4).each(range(4), do) == [0, 1, 2, 3]


def test_as_many_are_at_work_as_there_are_lanes_and_no_more() -> None:
    gathering = Gathering(4)
    assert Lanes(4).each(range(12), gathering) == [item * 10 for item in range(12)]
    assert gathering.most == 4


@pytest.mark.parametrize(("limit", "count"), [(1, 5), (4, 1), (4, 0)])
def test_one_lane_or_one_item_is_done_by_the_caller(limit: int, count: int) -> None:
    who = Lanes(limit).each(range(count), lambda _item: threading.current_thread())
    assert set(who) <= {threading.current_thread()}
    assert len(who) == count


def test_work_within_work_has_no_more_threads_than_lanes() -> None:
    lanes, threads = Lanes(4), set[str]()

    def inner(_item: int) -> None:
        threads.add(threading.current_thread().name)
        time.sleep(0.005)
        assert threading.active_count() - before <= 3

    before = threading.active_count()
    lanes.each(range(6), lambda _item: lanes.each(range(6), inner))
    assert threading.current_thread().name in threads


@pytest.mark.parametrize("limit", [1, 4])
def test_an_error_ends_what_is_not_begun(limit: int) -> None:
    begun: list[int] = []

    def do(item: int) -> None:
        begun.append(item)
        if item == 2:
            raise Rejected("no")
        time.sleep(0.02)

    with pytest.raises(Rejected, match="no"):
        Lanes(limit).each(range(50), do)
    assert len(begun) <= 2 + limit
    assert limit > 1 or begun == [0, 1, 2]


def failing(*errors: RestError) -> Callable[[int], None]:
    """All of these are raised, when all are under way."""
    together = threading.Barrier(len(errors))

    def do(item: int) -> None:
        together.wait(PATIENCE_SECONDS)
        raise errors[item]

    return do


def test_of_several_errors_the_one_of_the_first_item_is_raised() -> None:
    with pytest.raises(Rejected, match="first"):
        Lanes(3).each(range(3), failing(Rejected("first"), Unreachable("second"), Rejected("third")))


def test_an_unknown_outcome_is_hidden_by_no_other_error() -> None:
    with pytest.raises(UnknownOutcome, match="third"):
        Lanes(3).each(range(3), failing(Rejected("first"), Unreachable("second"), UnknownOutcome("third")))


def test_what_is_under_way_ends_before_the_error_is_raised() -> None:
    ended: list[int] = []

    def do(item: int) -> None:
        if item == 0:
            raise Rejected("no")
        time.sleep(0.1)
        ended.append(item)

    with pytest.raises(Rejected):
        together = threading.Barrier(2)
        Lanes(2).each(range(2), lambda item: (together.wait(PATIENCE_SECONDS), do(item)))
    assert ended == [1]


@pytest.mark.parametrize("limit", [1, 4])
def test_attempts_tell_of_each_item_what_became_of_it(limit: int) -> None:
    def do(item: int) -> int:
        if item % 2:
            raise InvalidInput(f"odd {item}")
        return item

    attempts = Lanes(limit).attempts(range(6), do, lambda error: False)
    assert [each.item for each in attempts] == list(range(6))
    assert [each.value for each in attempts if each.done] == [0, 2, 4]
    assert [str(each.error) for each in attempts if not each.done] == ["odd 1", "odd 3", "odd 5"]


def test_an_error_that_stops_leaves_the_rest_unbegun() -> None:
    def do(item: int) -> int:
        if item == 1:
            raise Unreachable("gone")
        return item

    attempts = Lanes(1).attempts(range(4), do, lambda error: isinstance(error, Unreachable))
    assert [each.begun for each in attempts] == [True, True, False, False]
    assert [each.done for each in attempts] == [True, False, False, False]
    assert str(worst(attempts)) == "gone"
    assert worst(attempts, lambda error: isinstance(error, Rejected)) is None


@pytest.mark.parametrize("limit", [1, 4])
def test_a_defect_is_raised_as_it_is(limit: int) -> None:
    def do(item: int) -> None:
        if item == 1:
            raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        Lanes(limit).attempts(range(8), do, lambda error: False)


def test_a_process_without_threads_to_spare_does_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        lanes = Lanes(4)
        assert lanes.each(range(5), lambda item: item) == list(range(5))
    # Those that could not be started take nobody's place.
    gathering = Gathering(4)
    lanes.each(range(4), gathering)
    assert gathering.most == 4


# -- a busy server -----------------------------------------------------------------------------------------------------


def test_several_that_are_refused_together_halve_it_once() -> None:
    said: list[int] = []
    lanes, together = Lanes(4, said.append), threading.Barrier(4)

    def do(_item: int) -> None:
        with lanes.taken():
            together.wait(PATIENCE_SECONDS)
            lanes.busy()
            together.wait(PATIENCE_SECONDS)

    lanes.each(range(4), do)
    assert (lanes.limit, said) == (2, [2])


def test_it_is_halved_down_to_one_and_never_rises() -> None:
    said: list[int] = []
    lanes = Lanes(13, said.append)
    while lanes.limit > 1:
        with lanes.taken(), lanes.taken():
            lanes.busy()
            lanes.busy()
    with lanes.taken():
        lanes.busy()
    assert said == [6, 3, 1]
    assert lanes.limit == 1


def test_a_request_that_was_alone_halves_nothing() -> None:
    lanes = Lanes(4)
    with lanes.taken():
        assert not lanes.crowded
        lanes.busy()
    assert lanes.limit == 4


def test_after_it_was_halved_only_so_many_requests_are_under_way() -> None:
    lanes, counted, lock = Lanes(4), list[int](), threading.Lock()
    inside = 0
    together = threading.Barrier(4)

    def do(item: int) -> None:
        nonlocal inside
        with lanes.taken():
            with lock:
                inside += 1
                counted.append(inside)
            if item < 4:
                together.wait(PATIENCE_SECONDS)
                lanes.busy()
                together.wait(PATIENCE_SECONDS)
            time.sleep(0.005)
            with lock:
                inside -= 1

    lanes.each(range(24), do)
    assert max(counted[:4]) == 4
    assert max(counted[8:]) <= 2


def test_a_request_that_pauses_leaves_its_lane_to_others() -> None:
    lanes, order = Lanes(2), list[str]()
    paused, gone = threading.Event(), threading.Event()

    def pausing() -> None:
        with lanes.taken():
            with lanes.given_up():
                paused.set()
                assert gone.wait(PATIENCE_SECONDS)
            order.append("again")

    def passing() -> None:
        assert paused.wait(PATIENCE_SECONDS)
        with lanes.taken(), lanes.taken():
            order.append("meanwhile")
        gone.set()

    lanes.each([pausing, passing], lambda do: do())
    assert order == ["meanwhile", "again"]


# -- what threads share ------------------------------------------------------------------------------------------------


def test_a_secret_is_redacted_while_others_are_added() -> None:
    secrets = Secrets()
    secrets.add("Kq7&first+Zt4=secret")

    def do(number: int) -> str:
        if number % 2:
            secrets.add([f"Wn8&more+{number}-{part}=Hx2" for part in range(4)])
            return MASK
        return secrets.redact("Kq7&first+Zt4=secret")

    # Each addition makes the next redaction look for all of them anew.
    assert set(Lanes(8).each(range(200), do)) == {MASK}


def test_a_trail_forgets_no_write_and_warns_once() -> None:
    trail = Trail()

    def do(number: int) -> None:
        trail.note("POST /jobs" if number == 50 else "GET /jobs", True, True)
        trail.warn("one thing")

    Lanes(8).each(range(200), do)
    assert trail.written
    assert trail.warnings == ["one thing"]
    trail.warn("another in its place", instead="one thing")
    assert trail.warnings == ["another in its place"]


# -- signals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 4])
def test_a_signal_lets_what_is_under_way_end_and_begins_nothing_more(limit: int) -> None:
    ended: list[int] = []
    lock, begun = threading.Lock(), 0

    def do(item: int) -> None:
        nonlocal begun
        with lock:
            begun += 1
            if begun == limit:
                os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)
        ended.append(item)

    with pytest.raises(Terminated), terminable():
        Lanes(limit).each(range(100), do)
    assert begun == limit
    # The caller is broken off where it is; the others have ended when it goes on.
    assert len(ended) == limit - 1


def test_a_helper_that_is_long_at_work_takes_no_next_step() -> None:
    steps: list[int] = []
    begun = threading.Event()

    def do(item: int) -> None:
        if item == 0:
            assert begun.wait(PATIENCE_SECONDS)
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(PATIENCE_SECONDS)
        for step in range(1000):
            begun.set()
            check()
            steps.append(step)
            time.sleep(0.01)

    with pytest.raises(Terminated), terminable():
        Lanes(2).each(range(2), do)
    count = len(steps)
    time.sleep(0.05)
    assert count == len(steps) < 900


def test_a_helper_that_hangs_does_not_hold_whoever_wants_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "LAST_SECONDS", 0.2)
    release, begun = threading.Event(), threading.Event()

    def do(_item: int) -> None:
        if threading.current_thread() is threading.main_thread():
            assert begun.wait(PATIENCE_SECONDS)
            os.kill(os.getpid(), signal.SIGTERM)
        begun.set()
        release.wait(PATIENCE_SECONDS)

    before = time.monotonic()
    with pytest.raises(Terminated), terminable():
        Lanes(2).each(range(2), do)
    assert time.monotonic() - before < PATIENCE_SECONDS / 2
    release.set()


def test_who_waits_for_a_lane_is_not_held_when_the_process_is_to_end() -> None:
    lanes = Lanes(1)

    def kill() -> None:
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    killer = threading.Thread(target=kill)
    with pytest.raises(Terminated), terminable():
        killer.start()
        # As of a request that a signal broke off before it left its lane.
        lanes._take()
        with lanes.taken():
            time.sleep(PATIENCE_SECONDS)
    killer.join()


def test_all_errors_stop_unless_something_else_is_said() -> None:
    assert always(Rejected("any"))
