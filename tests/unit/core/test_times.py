# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lengths of time, as users write them and as messages show them."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.times import format_duration, seconds_of


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
