# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of day in the ways they are written: 22:00, 22:00:00, 10:00 PM."""

from __future__ import annotations

from datetime import datetime, time

WRITTEN = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
MINUTES_OF_AN_HOUR = 60
MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR


def time_of_day(text: str) -> time | None:
    """The time a text means; None if it means none."""
    for pattern in WRITTEN:
        try:
            return datetime.strptime(text.strip(), pattern).time()
        except ValueError:
            continue
    return None


def typed(text: str) -> time | None:
    """The time a user means, who may have left 22:00 unquoted: YAML makes 1320 of it, the minutes of the day."""
    if text.isdigit() and int(text) < MINUTES_OF_A_DAY:
        hours, minutes = divmod(int(text), MINUTES_OF_AN_HOUR)
        return time(hours, minutes)
    return time_of_day(text)


def written(moment: time, twelve_hours: bool) -> str:
    return moment.strftime("%I:%M %p" if twelve_hours else "%H:%M")
