# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as users and services write them: moments (in UTC), lengths of time, times of day."""

from __future__ import annotations

import re
from datetime import datetime, time, timezone
from typing import Any

from .errors import InvalidInput, quoted

# Python has one of this name since 3.11.
UTC = timezone.utc
# Services write up to seven digits of a second, more than Python reads.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.I)
NO_DAY = "0001-01-01"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
PARTS = re.compile(r"(\d+)\s*([smhdw])\s*", re.I)
DIGITS = re.compile(r"\d+")
# Of seconds, that is thirty years; what is multiplied or compared with it stays a time that Python knows.
LONGEST_NUMBER = 9
TIMES_OF_DAY = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24
# 0600 and 600 are hours and minutes without a colon. What YAML reads as an octal number has one digit for the hours.
EXAMPLE = '"22:00"'
HUNDRED = 100
LONGEST_NUMBER_OF_A_TIME = 4
OCTAL_DIGITS = 3


def moment_of(text: Any) -> datetime | None:
    """A moment as a service writes it; one without a time zone is UTC. None if it is none.

    The first day there is stands for no time at all (it is what .NET has before somebody sets one), in whatever zone.
    """
    found = MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    try:
        return _moment(found) if found and found[1] != NO_DAY else None
    except (ValueError, OverflowError):
        return None


def _moment(found: re.Match[str]) -> datetime:
    """The moment that a match of MOMENT means. Raises ValueError."""
    day, clock, fraction, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    clock = clock if clock.count(":") > 1 else f"{clock}:00"
    microseconds = (fraction or ".")[1:7].ljust(6, "0")
    return datetime.fromisoformat(f"{day}T{clock}.{microseconds}{zone}").astimezone(UTC)


def now() -> datetime:
    """The moment it is where the task runs."""
    return datetime.now(UTC)


def seconds_of(name: str, text: str) -> int:
    """A length of time such as 26h, 1d12h or 3600, in seconds. Raises InvalidInput that names the option."""
    longest = max(map(len, DIGITS.findall(text)), default=0)
    if longest > LONGEST_NUMBER:
        raise InvalidInput(
            f"{name} has a number of {longest} digits.", f"No length of time needs more than {LONGEST_NUMBER}."
        )
    if text.strip().isdecimal():
        return int(text)
    parts = PARTS.findall(text)
    if not parts or PARTS.sub("", text).strip():
        raise InvalidInput(
            f"{name} is no length of time: {quoted(text)}.", "Write it as 26h, 2d, 1d12h, or as a number of seconds."
        )
    return sum(int(number) * SECONDS[unit.lower()] for number, unit in parts)


def format_duration(seconds: float) -> str:
    """A length of time for people: 2d 3h, 3h 20m, 5m."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    named = [f"{days}d" if days else "", f"{hours}h" if hours else "", f"{minutes}m" if minutes and not days else ""]
    return " ".join(part for part in named if part) or "less than a minute"


def time_of_day(text: str) -> time | None:
    """The time a text means; None if it means none."""
    for pattern in TIMES_OF_DAY:
        try:
            return datetime.strptime(text.strip(), pattern).time()
        except ValueError:
            continue
    return None


def typed_time(text: str) -> time:
    """The time a user means. Raises InvalidInput, also for digits alone, which may mean several.

    YAML makes 1320 of 22:00 without quotes (22 sixties and nothing), and 384 of 0600 (an octal number).
    """
    found = time_of_day(text)
    if found is None:
        meant = " or ".join(f'"{format_time(each, twelve_hours=False)}"' for each in _meant_by_digits(text.strip()))
        raise InvalidInput(f"{quoted(text)} is no time of day.", f"Write it in quotes, as {meant or EXAMPLE}.")
    return found


def _meant_by_digits(text: str) -> list[time]:
    """The times that somebody may have meant by a number, the likeliest first."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER_OF_A_TIME:
        return []
    number, octal = int(text), f"{int(text):o}"
    written = not text.startswith("0")
    found = [
        divmod(number, MINUTES_PER_HOUR) if written and number >= MINUTES_PER_HOUR else None,
        (int(octal[:-2]), int(octal[-2:])) if written and len(octal) == OCTAL_DIGITS else None,
        divmod(number, HUNDRED) if number >= HUNDRED else (number, 0),
    ]
    fitting = [each for each in found if each and each[0] < HOURS_PER_DAY and each[1] < MINUTES_PER_HOUR]
    return [time(*each) for each in dict.fromkeys(fitting)]


def format_time(moment: time, twelve_hours: bool) -> str:
    """22:00, or 10:00 PM on a clock of twelve hours."""
    return moment.strftime("%I:%M %p" if twelve_hours else "%H:%M")
