# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for long work at a server, whatever the service calls it: gently, with a deadline, and through outages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

from .compare import fold
from .connection import Clock
from .errors import BadAnswer, CertificateRefused, Failure, RestError, ServerFault, TaskFailed, TimedOut, Unreachable

# Sessions of a few small objects end at once.
FIRST_POLL_SECONDS = 0.05
LONGEST_POLL_SECONDS = 5.0
POLL_GROWTH = 1.6
# A server that is away for longer is given up: its services restart in less, and after a reboot the work is gone.
OUTAGE_SECONDS = 300.0
# States that are an end in plain words, whichever others a service documents.
BAD_ENDS = frozenset(map(fold, ("Failed", "Canceled", "Cancelled", "Aborted", "Terminated", "Error")))

Reading = TypeVar("Reading")


def ended_badly(state: Any) -> bool:
    """Whether a state is the end of work that was not done: Failed, Canceled."""
    return isinstance(state, str) and fold(state) in BAD_ENDS


def passes(failure: Failure) -> bool:
    """Whether a failure is an outage, which says nothing about the work at the server."""
    if isinstance(failure, CertificateRefused):
        return False
    busy = isinstance(failure, RestError) and failure.status == HTTPStatus.TOO_MANY_REQUESTS
    return busy or isinstance(failure, ServerFault | BadAnswer | Unreachable)


def poll(
    read: Callable[[], Reading],
    finished: Callable[[Reading], bool],
    clock: Clock,
    timeout: float,
    late: Callable[[Reading | None], TimedOut],
) -> Reading:
    """Read again and again until a reading is `finished`, and return that one.

    After `timeout` seconds, the error that `late` makes of the last reading is raised. An outage of the server ends
    nothing, because the work goes on; one of OUTAGE_SECONDS is raised as it is.
    """
    deadline = clock.now() + timeout
    pause, outage_ends = FIRST_POLL_SECONDS, None
    reading: Reading | None = None
    while True:
        try:
            reading = read()
            outage_ends = None
        except RestError as failure:
            outage_ends = outage_ends or clock.now() + OUTAGE_SECONDS
            if not passes(failure) or clock.now() + pause > min(deadline, outage_ends):
                raise
        else:
            if finished(reading):
                return reading
        if clock.now() + pause > deadline:
            raise late(reading)
        clock.sleep(pause)
        pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)


@contextmanager
def started(attach: str = "", *, changed: bool = True, **facts: Any) -> Iterator[None]:
    """Inside, the server is at work for this task or was changed by it, so that a failure says what goes on there.

    It reports `changed`, what was started (`facts`, such as the id of a session), and how to `attach` to it. Where
    nothing was changed and nothing started, nothing was begun.
    """
    try:
        yield
    except Failure as failure:
        failure.facts = {**facts, **failure.facts, **({"changed": True} if changed else {})}
        failure.begun = failure.begun or changed or bool(facts)
        if attach and not isinstance(failure, TaskFailed | TimedOut):
            # That nothing was changed is true of the request that failed, and misleading here.
            failure.hint = attach if passes(failure) else f"{failure.hint} {attach}".lstrip()
        raise
