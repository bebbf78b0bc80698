# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until jobs that are disabled have ended what they were at; stopping them, if that is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..._core.compare import fold
from ..._core.errors import Failure, Rejected, ServerFault, TimedOut, UnknownOutcome
from ..._core.failures import listed
from ..._core.operation import Progress
from ..._core.parallel import worst
from ..._core.polling import poll
from .servers import OneServer


def still_at_work(
    server: OneServer, names: Mapping[str, str], stopping: bool, seconds: float, progress: Progress
) -> list[str]:
    """Wait until no job is at work; returns those that still are after so many seconds.

    `names` are those of the jobs by their ids, which are returned. `stopping` asks those that are found at work to
    end. Raises RestError.
    """
    ours = {fold(job_id): job_id for job_id in names}
    latest: list[str] = []
    if not ours:
        return latest

    def read() -> list[str]:
        nonlocal latest
        first = not latest
        with server.named():
            latest = [ours[each] for each in sorted(server.calls.working(frozenset(ours)))]
        if latest and first:
            progress(f"{server.side}: waiting for {listed([names[each] for each in latest])}")
            if stopping:
                _stop(server, latest, progress)
        return latest

    try:
        return poll(read, lambda busy: not busy, server.service.clock, seconds, lambda busy: TimedOut("still at work"))
    except TimedOut:
        return latest


def _stop(server: OneServer, job_ids: Collection[str], progress: Progress) -> None:
    """Ask jobs to end. What a server says to that is shown, and proves nothing."""

    def stop(job_id: str) -> None:
        with server.named():
            server.calls.stop(job_id)

    asked = server.service.lanes.attempts(job_ids, stop, _ends_stopping)
    for each in asked:
        if each.error is not None and not _ends_stopping(each.error):
            progress(f"{server.side}: asked to stop: {each.error}")
    end = worst(asked, _ends_stopping)
    if end is not None:
        raise end


def _ends_stopping(error: Failure) -> bool:
    """Not what a server says to one job: it may have ended by itself, which is looked at in any case."""
    return not isinstance(error, (Rejected, ServerFault, UnknownOutcome))
