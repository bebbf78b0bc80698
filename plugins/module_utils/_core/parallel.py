# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work side by side: how many requests of one conversation are under way at a time, and what ends those not yet begun.

Whoever calls `each` or `attempts` works too, and others help as long as there are lanes for them. So with one lane, or
one item, nothing is done in another thread, and in the order of the items. Only the caller sees results: what has to be
written down in order is written down there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import Failure, UnknownOutcome
from .termination import can_be_broken_off, check, held_back, is_terminated, terminated_for

DEFAULT_LANES = 4
MOST_LANES = 16
# How often who waits looks whether the process was asked to end.
LOOK_SECONDS = 0.1
# How long a process that was asked to end waits for requests that are under way.
LAST_SECONDS = 5.0
# How many items are worked on before their results are written down: what is held of them, and may be left half done.
BLOCK = 64

Item = TypeVar("Item")
Found = TypeVar("Found")
Stops = Callable[[Failure], bool]


@dataclass
class Attempt(Generic[Item, Found]):
    """An item, whether it was begun, and then what came of it: its `value`, or its `error`."""

    item: Item
    begun: bool = False
    value: Found | None = None
    error: Failure | None = None

    @property
    def done(self) -> bool:
        return self.begun and self.error is None


def always(_error: Failure) -> bool:
    return True


def worst(attempts: Iterable[Attempt[Item, Found]], stops: Stops = always) -> Failure | None:
    """The error to raise of those that stop the work: of an unknown outcome, or else of the first item that has one."""
    errors = [each.error for each in attempts if each.error is not None and stops(each.error)]
    return next((error for error in errors if isinstance(error, UnknownOutcome)), errors[0] if errors else None)


class Lanes:
    """How many requests may be under way at a time: `limit`, which a busy server halves, and nothing raises again.

    `on_busy` is called with the new limit each time, from whichever thread noticed it.
    """

    def __init__(self, limit: int, on_busy: Callable[[int], object] = lambda limit: None) -> None:
        self.limit = limit
        self._on_busy = on_busy
        self._lock = threading.Lock()
        self._left = threading.Condition(self._lock)
        self._under_way = 0
        self._helpers = 0
        self._mine = threading.local()

    # -- requests ------------------------------------------------------------------------------------------------------

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Inside, the caller's request is one of those under way. Waits until there is a lane for it."""
        self._take()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Inside, the caller's request pauses, and others may use its lane."""
        self._leave()
        try:
            yield
        finally:
            self._take()

    @property
    def crowded(self) -> bool:
        """Whether other requests are, or were in the beginning, under way beside the caller's."""
        return self._under_way > 1 or self._mine.beside > 0

    def busy(self) -> None:
        """The server did not take the caller's request: halve the limit if there were others beside it.

        Of those that were under way together, only the first one counts.
        """
        with held_back(), self._lock:
            halved = self.crowded and 1 < self.limit == self._mine.limit
            if halved:
                self.limit //= 2
                self._on_busy(self.limit)

    def _take(self) -> None:
        with held_back(), self._lock:
            # The sign-out of a process that was asked to end waits for nobody.
            while self._under_way >= self.limit and not is_terminated():
                self._left.wait(LOOK_SECONDS)
            self._mine.beside, self._mine.limit = self._under_way, self.limit
            self._under_way += 1

    def _leave(self) -> None:
        with held_back(), self._lock:
            self._under_way -= 1
            self._left.notify()

    # -- work ----------------------------------------------------------------------------------------------------------

    def blocks(self, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """The items, as many at a time as go side by side: each alone where there is one lane only, by then."""
        start = 0
        while start < len(items):
            end = start + (BLOCK if self.limit > 1 else 1)
            yield items[start:end]
            start = end

    def each(self, items: Iterable[Item], do: Callable[[Item], Found]) -> list[Found]:
        """What `do` returns for each item, in the order of the items.

        The first error stops what is not begun. What is under way ends, and then the worst error is raised.
        """
        return [each.value for each in self.tried(items, do, always)]  # type: ignore[misc]

    def tried(self, items: Iterable[Item], do: Callable[[Item], Found], stops: Stops) -> list[Attempt[Item, Found]]:
        """What became of each item, where nothing went wrong that `stops`; the worst of that is raised."""
        attempts = self.attempts(items, do, stops)
        error = worst(attempts, stops)
        if error is not None:
            raise error
        return attempts

    def attempts(self, items: Iterable[Item], do: Callable[[Item], Found], stops: Stops) -> list[Attempt[Item, Found]]:
        """What became of each item, in the order of the items. After an error that `stops`, no other one is begun.

        Errors are those of the family Failure; anything else is raised, when what is under way has ended.
        """
        work = _Work([Attempt[Item, Found](item) for item in items], do, stops)
        helpers = self._start(work, len(work.attempts) - 1)
        try:
            try:
                work.go_on()
            finally:
                work.over = True
                _wait(helpers)
        finally:
            # A signal may have broken off just that. It is raised once.
            _wait(helpers)
        if work.broken is not None:
            raise work.broken
        # What was not begun for a signal that got lost is nobody's result.
        check()
        return work.attempts

    def _start(self, work: _Work[Item, Found], wanted: int) -> list[threading.Thread]:
        """Threads that help, as many as there are lanes that nobody works in."""
        helpers: list[threading.Thread] = []
        with held_back():
            with self._lock:
                count = max(0, min(wanted, self.limit - 1 - self._helpers))
                self._helpers += count
            # Where there can be no more threads, fewer do the work.
            with suppress(RuntimeError):
                for _helper in range(count):
                    thread = threading.Thread(target=self._help, args=(work,), daemon=True)
                    thread.start()
                    helpers.append(thread)
            with self._lock:
                self._helpers -= count - len(helpers)
        return helpers

    def _help(self, work: _Work[Item, Found]) -> None:
        try:
            work.go_on(lambda: self._helpers < self.limit)
        finally:
            with self._lock:
                self._helpers -= 1


class _Work(Generic[Item, Found]):
    """Items, and who has begun which. `broken` is what ended it that is no Failure: a defect, or a signal."""

    def __init__(self, attempts: list[Attempt[Item, Found]], do: Callable[[Item], Found], stops: Stops) -> None:
        self.attempts = attempts
        self.over = False
        self.broken: BaseException | None = None
        self._do = do
        self._stops = stops
        self._coming = iter(attempts)
        self._lock = threading.Lock()

    def go_on(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Work on one item after the other, until none is left or the caller is no longer wanted."""
        while wanted() and (attempt := self._begun()) is not None:
            try:
                attempt.value = self._do(attempt.item)
            except Failure as error:
                attempt.error = error
                self.over = self.over or self._stops(error)
            except BaseException as error:
                self.broken, self.over = self.broken or error, True

    def _begun(self) -> Attempt[Item, Found] | None:
        with self._lock:
            attempt = None if self.over or is_terminated() else next(self._coming, None)
            if attempt is not None:
                attempt.begun = True
            return attempt


def to_its_end(do: Callable[[], object]) -> None:
    """Do what must not be broken off, because its result would be lost: a signal waits for it, LAST_SECONDS at most.

    Another thread does it: whoever waits for an answer of a server could not leave off later than at once.
    """
    if not can_be_broken_off():
        do()
        return
    attempt = Attempt[None, object](None)
    work = _Work([attempt], lambda _nothing: do(), always)
    helper = threading.Thread(target=work.go_on, daemon=True)
    with held_back():
        try:
            helper.start()
        except RuntimeError:
            # Where there can be no more threads, the signal waits for all of it.
            work.go_on()
        _wait([helper])
    error = work.broken or attempt.error
    if error is not None:
        raise error


def _wait(helpers: Iterable[threading.Thread]) -> None:
    """Wait until they have ended. A process that was asked to end waits LAST_SECONDS in all, whoever waits for whom."""
    with held_back():
        for helper in helpers:
            while helper.is_alive() and terminated_for() < LAST_SECONDS:
                helper.join(LOOK_SECONDS)
