# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that is asked to end (SIGTERM, Ctrl-C, a terminal that closes) takes the way of an error: it signs out first.

Ansible ends its workers, and a module, by signals whose usual effect is the end on the spot. While a task runs, the
first of them becomes the exception Terminated, which leaves every context manager in order. Whoever ran the task
decides what comes then.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Terminated(BaseException):
    """The process was asked to end. Not an Exception, so that nobody takes it for a failure and goes on.

    `changing` says whether the task had begun to change something.
    """

    def __init__(self, number: int, changing: bool) -> None:
        super().__init__(number, changing)
        self.number = number
        self.changing = changing

    def __str__(self) -> str:
        return signal.Signals(self.number).name

    def pass_on(self) -> None:
        """Send the signal to this process again, for whoever heard it before the task did."""
        os.kill(os.getpid(), self.number)


class _Heard:
    """What the handler notes: numbers only. A handler runs between any two steps of what it interrupts, so a lock
    that it took could be held by just that.
    """

    def __init__(self) -> None:
        self.number = 0
        self.at = 0.0
        self.held = 0
        self.waits = False
        self.changing = False

    def note(self, number: int, _frame: FrameType | None) -> None:
        """Raise the first signal unless it is held back; later ones must not break off the way out."""
        if not self.number:
            self.number, self.at = number, time.monotonic()
            self.check()

    def check(self) -> None:
        # What the main thread must not break off is no reason for others to go on.
        if self.number and not (self.held and _is_main()):
            raise Terminated(self.number, self.changing)


_heard = _Heard()


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def terminable() -> Iterator[None]:
    """Inside, a signal that asks the process to end raises Terminated; afterwards, signals go where they went before.

    Only the main thread hears signals. One that is ignored (nohup) stays ignored.
    """
    global _heard
    if not _is_main():
        yield
        return
    within, heard = _heard, _Heard()
    _heard = heard
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number, handler in before.items() if handler not in (None, signal.SIG_IGN)]
    try:
        for number in ours:
            signal.signal(number, heard.note)
        # A task that is played in the midst of another one's request leaves nothing to a thread, which would have to
        # wait for that request.
        heard.waits = not within.waits
        yield
        heard.check()
    finally:
        for number in ours:
            signal.signal(number, before[number])
        _heard = _Heard()


@contextmanager
def held_back() -> Iterator[None]:
    """Inside, a signal is noted, and raised at the end: for what must not be broken off, and ends soon.

    Only the main thread hears signals, so that in any other nothing is to be held back.
    """
    if not _is_main():
        yield
        return
    heard = _heard
    heard.held += 1
    try:
        yield
    finally:
        heard.held -= 1
        heard.check()


def can_be_broken_off() -> bool:
    """Whether a signal would become an exception right where the caller is, who can wait for a thread instead."""
    return _heard.waits and not _heard.held and _is_main()


def check() -> None:
    """Raise Terminated if a signal was noted: to be called before each step of long work.

    The exception of the handler can get lost: Python drops what is raised while it finalizes an object, as it does
    with every answer that was read.
    """
    _heard.check()


def begin_change() -> None:
    """Note that from here on the task changes something."""
    _heard.changing = True


def terminated_for() -> float:
    """How many seconds ago a signal asked this process to end; 0 if none has."""
    return time.monotonic() - _heard.at if _heard.number else 0.0


def is_terminated() -> bool:
    """Whether a signal has asked this process to end since its task began."""
    return bool(_heard.number)
