# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lengths of time and times of day, as users write them and as messages show them."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.times import (
    format_duration,
    moment_of,
    seconds_of,
    typed_time,
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00+01:00",
            "0001-01-01T00:00:00.0000000-08:00",
        ),
        *("9999-12-31T23:59:59.9999999-01:00", "0000-00-00T00:00:00Z"),
    ],
)
def test_what_stands_for_no_time_is_none(text: str) -> None:
    """In no zone is it an error: Python itself says of some that a date value is out of range."""
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("26h", 93_600),
        ("2d", 172_800),
        ("1d12h", 129_600),
        ("1w 30m", 606_600),
        ("30 S", 30),
        ("3600", 3600),
        ("0h", 0),
    ],
)
def test_a_length_of_time_is_read_in_seconds(text: str, seconds: int) -> None:
    assert seconds_of("max_age", text) == seconds


@pytest.mark.parametrize("text", ["9" * 5_000, f"{'9' * 5_000}h", f"1d {'0' * 5_000}m", "1234567890"])
def test_a_number_that_no_length_of_time_needs_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"max_age has a number of (5000|10) digits"):
        seconds_of("max_age", text)


@pytest.mark.parametrize("text", ["", "h", "-2h", "-1", "1y", "2 days", "1.5h", "26h?", "a day", "24hours"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"max_age is no length of time.*26h"):
        seconds_of("max_age", text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "less than a minute"), (300, "5m"), (12_000, "3h 20m"), (183_600, "2d 3h"), (172_800, "2d")],
)
def test_a_length_of_time_is_written_for_people(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [("22:00", "22:00:00"), ("6:00", "06:00:00"), ("10:00 PM", "22:00:00"), (" 06:30:15 ", "06:30:15")],
)
def test_a_time_of_day_is_read(text: str, said: str) -> None:
    assert typed_time(text).isoformat() == said


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # What YAML makes of 22:00, of 0600 and of 6 without quotes; and texts in quotes.
        ("1320", '"22:00" or "13:20"'),
        ("1380", '"23:00"'),
        ("384", '"06:24" or "06:00"'),
        ("6", '"06:00"'),
        ("0600", '"06:00"'),
        ("0730", '"07:30"'),
        ("1130", '"18:50" or "11:30"'),
        ("2200", '"22:00"'),
        ("0", '"00:00"'),
        ("9999", '"22:00"'),
        ("25:00", '"22:00"'),
        ("", '"22:00"'),
        ("\u0663", '"22:00"'),
    ],
)
def test_digits_alone_are_no_time_and_the_message_says_what_to_write(text: str, meant: str) -> None:
    with pytest.raises(InvalidInput, match="is no time of day") as refused:
        typed_time(text)
    assert str(refused.value).endswith(f"Write it in quotes, as {meant}.")
