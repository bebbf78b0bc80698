# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in steps, side by side: the requests of each step in lanes, and all that is between them in one thread.

What is done with an item is a generator. Each function that it yields is called in a lane, beside those of other items,
and what that returns or raises comes back to the generator. So whatever several items share, such as an index of what
is there, is used by one thread only, in the order of the items.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from .errors import Failure
from .parallel import Attempt, Lanes, Stops, worst

Item = TypeVar("Item")
Found = TypeVar("Found")
Step: TypeAlias = Callable[[], Any]
Steps: TypeAlias = Generator[Step, Any, Found]


def side_by_side(
    lanes: Lanes, items: Iterable[Item], begin: Callable[[Item], Steps[Found]], stops: Stops
) -> list[Attempt[Item, Found]]:
    """What became of each item, in the order of the items; one item takes all its steps in the calling thread.

    After an error that `stops`, no step is begun any more. An item that had taken some, and not all, has that error.
    """
    walks = [_Walk(item, begin) for item in items]
    walking, stopped = walks, None
    while walking:
        due = []
        for walk in walking:
            if (stopped is None or walk.attempt.begun) and walk.goes_on():
                due.append(walk)
            stopped = stopped or worst([walk.attempt], stops)
        sent = lanes.attempts(due if stopped is None else [], lambda walk: walk.step(), stops)
        for each in sent:
            each.item.answered(each)
        walking = [each.item for each in sent if each.begun]
        stopped = stopped or worst(sent, stops)
    for walk in walks:
        walk.end(stopped)
    return [walk.attempt for walk in walks]


def read(
    lanes: Lanes, items: Sequence[Item], begin: Callable[[Item], Steps[Found]], stops: Stops
) -> Iterator[Attempt[Item, Found]]:
    """What became of each item, in the order of the items, block by block. Raises the worst of the errors that stop."""
    for block in lanes.blocks(items):
        attempts = side_by_side(lanes, block, begin, stops)
        if error := worst(attempts, stops):
            raise error
        yield from attempts


class _Walk(Generic[Item, Found]):
    """An item on its way: its next `step`, and the `attempt` that says what became of it.

    It is begun when its first step is, or when it has come to its end without any.
    """

    def __init__(self, item: Item, begin: Callable[[Item], Steps[Found]]) -> None:
        self.attempt: Attempt[Item, Found] = Attempt(item)
        self.step: Step = lambda: None
        self._steps = begin(item)
        self._ended = False
        self._come: Callable[[], Step] = lambda: next(self._steps)

    def goes_on(self) -> bool:
        """Come to the next step, with what became of the one before; whether there is one."""
        try:
            self.step = self._come()
        except StopIteration as end:
            self.attempt.value = end.value
        except Failure as error:
            self.attempt.error = error
        else:
            return True
        self._ended = self.attempt.begun = True
        return False

    def answered(self, sent: Attempt[Any, Any]) -> None:
        """Keep what became of the step, if it was begun."""
        if not sent.begun:
            return
        self.attempt.begun = True
        error, value = sent.error, sent.value
        self._come = (lambda: self._steps.send(value)) if error is None else (lambda: self._steps.throw(error))

    def end(self, stopped: Failure | None) -> None:
        """Leave it where it is."""
        if not self._ended and self.attempt.begun:
            self.attempt.error = stopped
        self._steps.close()
