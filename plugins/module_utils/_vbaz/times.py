# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments and lengths of time, as users, the appliance and its queries write them. All moments are in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .._errors import InvalidInput

# Python has one of this name since 3.11.
UTC = timezone(timedelta())
ONE_DAY = timedelta(days=1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# .NET writes up to seven digits of a second, more than Python reads.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.I)
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
PARTS = re.compile(r"(\d+)\s*([smhdw])\s*")
HOW_TO_WRITE = "Write it as 2026-09-01, or with its time zone as 2026-09-01T22:00:00Z."


def begin(name: str, text: str) -> datetime:
    """The moment from which on something counts: a day counts from its start. Raises InvalidInput."""
    return _given(name, text)[0]


def end(name: str, text: str) -> datetime:
    """The moment until which something counts: a day counts to its end. Raises InvalidInput."""
    moment, whole_day = _given(name, text)
    return moment + ONE_DAY if whole_day else moment


def _given(name: str, text: str) -> tuple[datetime, bool]:
    """What the user wrote, and whether it is a whole day."""
    text = text.strip()
    whole_day = DAY.fullmatch(text) is not None
    found = MOMENT.fullmatch(f"{text}T00:00Z" if whole_day else text)
    try:
        moment = _read(found) if found else None
    except ValueError:
        moment = None
    if found is None or moment is None:
        raise InvalidInput(f"{name} is no date: {text!r}.", HOW_TO_WRITE)
    if not found[4]:
        raise InvalidInput(f"{name} has no time zone: {text!r}.", HOW_TO_WRITE)
    return moment, whole_day


def moment_of(text: Any) -> datetime | None:
    """A moment as the appliance writes it; one without a time zone is UTC. None if it is none."""
    found = MOMENT.fullmatch(text) if isinstance(text, str) else None
    try:
        return _read(found) if found else None
    except ValueError:
        return None


def _read(found: re.Match[str]) -> datetime:
    day, time, fraction, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    time = time if time.count(":") > 1 else f"{time}:00"
    microseconds = (fraction or ".")[1:7].ljust(6, "0")
    return datetime.fromisoformat(f"{day}T{time}.{microseconds}{zone}").astimezone(UTC)


def now() -> datetime:
    """The moment it is where the task runs."""
    return datetime.now(UTC)


def spelt(moment: datetime) -> str:
    """A moment as queries take it (facts/vbaz.md 4.1)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def started(session: Mapping[str, Any]) -> datetime | None:
    return moment_of(session.get("executionStartTime"))


def seconds_of(name: str, text: str) -> int:
    """A length of time such as 26h or 1d12h, in seconds. Raises InvalidInput."""
    parts = PARTS.findall(text)
    length = sum(int(number) * SECONDS[unit] for number, unit in parts)
    if not length or PARTS.sub("", text).strip():
        raise InvalidInput(f"{name} is no length of time: {text!r}.", "Write it as 26h, 2d or 1d12h.")
    return length


def told(seconds: float) -> str:
    """A length of time for people: 2d 3h, 3h 20m, 5m."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    named = [f"{days}d" if days else "", f"{hours}h" if hours else "", f"{minutes}m" if minutes and not days else ""]
    return " ".join(part for part in named if part) or "less than a minute"
