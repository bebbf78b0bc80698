# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time passes: tokens expire by the clock; long-running work ends at once, after n polls, or by the clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

# A fixed zone that is not UTC, because clients must read the offset.
ZONE = timezone(timedelta(hours=1))
# How much each request counts, and how much one more that is a look.
PASSING, LOOK = 1, 5
MODES = ("instant", "polls", "seconds")
_OFFSET = len("2024-05-01T10:00:00.123456")


@dataclass
class Clock:
    """When work ends. `mode` instant: before the answer; polls: after `polls` looks; seconds: after `seconds`.

    A look is a request that is answered with the state of this very work. Any other request counts a fraction of one:
    a client that asks a few things before it looks sees the work running, and for one that never looks it ends too.
    `ahead` moves the clock forward (seconds), so that tokens expire without waiting.
    """

    mode: str = "instant"
    polls: int = 2
    seconds: float = 3.0
    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.now(ZONE) + timedelta(seconds=self.ahead)

    def timestamp(self) -> float:
        return self.now().timestamp()

    def share(self, started: float, looks: int) -> float:
        """How much of a piece of work is done by now: 0.0 to 1.0. `looks` are counted in PASSING and LOOK."""
        if self.mode == "instant":
            return 1.0
        if self.mode == "polls":
            needed = self.polls * LOOK
            return 1.0 if looks >= needed else looks / needed
        return 1.0 if self.seconds <= 0 else min(1.0, (self.timestamp() - started) / self.seconds)

    def change(self, settings: dict[str, Any]) -> None:
        """Set any of mode, polls, seconds, ahead; raises ValueError on anything else."""
        unknown = set(settings) - set(asdict(self))
        if unknown or settings.get("mode", self.mode) not in MODES:
            raise ValueError(f"clock takes mode ({'|'.join(MODES)}), polls, seconds, ahead")
        self.mode = str(settings.get("mode", self.mode))
        self.polls = int(settings.get("polls", self.polls))
        self.seconds = float(settings.get("seconds", self.seconds))
        self.ahead = float(settings.get("ahead", self.ahead))


def write_time(moment: datetime) -> str:
    """ISO 8601 with offset and a fraction of varying length, as the services write it."""
    text = moment.isoformat(timespec="microseconds")
    return text[:_OFFSET].rstrip("0").rstrip(".") + text[_OFFSET:]
