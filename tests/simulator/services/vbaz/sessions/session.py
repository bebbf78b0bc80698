# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One job session, its id, and how times are read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ....core.store import Row
from ..vocabulary import UNDER_WAY

# Session 6 is 5e550000-0000-4000-8000-000000000006: number and id follow from each other.
_ID = "5e550000-0000-4000-8000-{:012x}"
_ID_FORM = re.compile(r"5e550000-0000-4000-8000-([0-9a-f]{12})")
_NUMBER = re.compile(r"[0-9]{1,18}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?", re.I)
_MICROSECONDS = re.compile(r"(\.\d{6})\d+")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class JobSession:
    """A job session. `lasted` is None while it runs. `policy` and `repository` are rows of the seed, or None.

    `resources` are the ids of what was processed; `machine` is the name of what was restored.
    """

    number: int
    type: str
    status: str
    started: datetime
    lasted: timedelta | None
    policy: Row | None = None
    repository: Row | None = None
    removed: bool = False
    resources: tuple[str, ...] = ()
    deleted: int = 0
    reason: str = ""
    machine: str = ""
    usn: int = 0

    @property
    def id(self) -> str:
        return session_id(self.number)

    @property
    def stopped(self) -> datetime | None:
        return None if self.lasted is None else self.started + self.lasted

    @property
    def running(self) -> bool:
        return self.status in UNDER_WAY


def session_id(number: int) -> str:
    return _ID.format(number)


def session_number(text: str) -> int | None:
    """The number of a session, from its id or, as in the first version, from the number itself."""
    match = _ID_FORM.fullmatch(text.lower())
    if match is not None:
        return int(match[1], 16)
    return int(text) if _NUMBER.fullmatch(text) else None


def read_time(text: str) -> datetime:
    """Read a time with Z, an offset, or neither (UTC); raises ValueError on anything else."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is no time")
    moment = datetime.fromisoformat(_MICROSECONDS.sub(r"\1", text))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_time(moment: datetime) -> str:
    """Write a time in UTC with Z, and a fraction without zeros at its end."""
    text = moment.astimezone(UTC).isoformat().removesuffix("+00:00")
    return f"{text.rstrip('0') if '.' in text else text}Z"


def write_span(span: timedelta) -> str:
    """Write a duration as .NET does: `[d.]hh:mm:ss.fffffff`."""
    days, rest = divmod(span, _DAY)
    text = f"{rest.seconds // 3600:02}:{rest.seconds // 60 % 60:02}:{rest.seconds % 60:02}"
    fraction = f".{rest.microseconds:06}0" if rest.microseconds else ""
    return (f"{days}." if days else "") + text + fraction
