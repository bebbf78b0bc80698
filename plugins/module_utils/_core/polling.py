# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for long work at a server, whatever the service calls it: gently, with a deadline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .connection import Clock
from .errors import BadAnswer, ServerFault, TimedOut

FIRST_POLL_SECONDS = 0.2
LONGEST_POLL_SECONDS = 5.0
POLL_GROWTH = 1.6
# So many polls in a row may go wrong before a wait is given up.
WRONG_POLLS = 4

Seen = TypeVar("Seen")


def follow(
    read: Callable[[], Seen],
    finished: Callable[[Seen], bool],
    clock: Clock,
    timeout: float,
    late: Callable[[Seen | None], TimedOut],
) -> Seen:
    """Read until what is read is `finished`, and return it. Raises what `late` makes of the last reading after
    `timeout` seconds.

    A poll that goes wrong is one poll: the work at the server goes on, so only several in a row end the wait.
    """
    deadline = clock.now() + timeout
    pause, wrong = FIRST_POLL_SECONDS, 0
    seen: Seen | None = None
    while True:
        try:
            seen = read()
            wrong = 0
        except (ServerFault, BadAnswer):
            wrong += 1
            if wrong >= WRONG_POLLS or clock.now() + pause > deadline:
                raise
        else:
            if finished(seen):
                return seen
        if clock.now() + pause > deadline:
            raise late(seen)
        clock.sleep(pause)
        pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)
