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
# A wait is given up after this many failed polls in a row.
FAILED_POLLS = 4

Reading = TypeVar("Reading")


def poll(
    read: Callable[[], Reading],
    finished: Callable[[Reading], bool],
    clock: Clock,
    timeout: float,
    late: Callable[[Reading | None], TimedOut],
) -> Reading:
    """Read again and again until a reading is `finished`, and return that one.

    After `timeout` seconds, the error that `late` makes of the last reading is raised. A single failed poll ends
    nothing, because the work at the server goes on; several in a row are raised as they are.
    """
    deadline = clock.now() + timeout
    pause, failed = FIRST_POLL_SECONDS, 0
    reading: Reading | None = None
    while True:
        try:
            reading = read()
            failed = 0
        except (ServerFault, BadAnswer):
            failed += 1
            if failed >= FAILED_POLLS or clock.now() + pause > deadline:
                raise
        else:
            if finished(reading):
                return reading
        if clock.now() + pause > deadline:
            raise late(reading)
        clock.sleep(pause)
        pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)
