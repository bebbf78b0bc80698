# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments in the options of a task, in sessions, and in queries. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .._core.errors import InvalidInput, quoted
from .._core.times import MOMENT, moment_of

ONE_DAY = timedelta(days=1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HOW_TO_WRITE = "Write it as 2026-09-01, or with its time zone as 2026-09-01T22:00:00Z."


def begin(name: str, text: str) -> datetime:
    """The moment from which on sessions count: a day counts from its start. Raises InvalidInput."""
    return _given(name, text)[0]


def end(name: str, text: str) -> datetime:
    """The moment until which sessions count: a day counts to its end. Raises InvalidInput."""
    moment, whole_day = _given(name, text)
    return moment + ONE_DAY if whole_day else moment


def _given(name: str, text: str) -> tuple[datetime, bool]:
    """The moment that the user wrote, and whether it means a whole day. Raises InvalidInput."""
    text = text.strip()
    whole_day = DAY.fullmatch(text) is not None
    found = MOMENT.fullmatch(f"{text}T00:00Z" if whole_day else text)
    moment = moment_of(found[0]) if found else None
    if found is None or moment is None:
        raise InvalidInput(f"{name} is no date: {quoted(text)}.", HOW_TO_WRITE)
    if not found[4]:
        raise InvalidInput(f"{name} has no time zone: {quoted(text)}.", HOW_TO_WRITE)
    return moment, whole_day


def formatted(moment: datetime) -> str:
    """A moment in the format of queries (facts/vbaz.md 4.1): 2026-09-01T22:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def started(session: Mapping[str, Any]) -> datetime | None:
    """When a session began; None if it does not say."""
    return moment_of(session.get("executionStartTime"))
