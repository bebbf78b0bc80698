# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of strings and numbers in the vendor's files, checked as servers use them."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from jsonschema import FormatChecker

_TWENTY_FOUR_HOURS = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_TWELVE_HOURS = re.compile(r"(0?[1-9]|1[0-2]):[0-5]\d(:[0-5]\d)? [AP]M")
# Servers send up to seven digits of a second; Python reads six.
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_TIME_SPAN = re.compile(r"-?(\d+\.)?([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{7})?")
_INT32_LIMIT = 2**31
_INT64_LIMIT = 2**63


def format_checker(*, twelve_hour_clock: bool) -> FormatChecker:
    """A new checker, so that the global one of the library is not changed."""
    checker = FormatChecker(formats=())
    checks = {
        "uuid": _is_uuid,
        "date-time": _is_date_time,
        "time-span": _is_time_span,
        "time": _is_time_of_either_clock if twelve_hour_clock else _is_time,
        "int32": lambda value: _is_integer_below(value, _INT32_LIMIT),
        "int64": lambda value: _is_integer_below(value, _INT64_LIMIT),
    }
    for name, check in checks.items():
        checker.checks(name)(check)
    return checker


def _is_uuid(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _DATE_TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(_FRACTION.sub(r"\1", value))
    except ValueError:
        return False
    return True


def _is_time(value: object) -> bool:
    # The vendor's own captured examples leave unused times empty.
    return not isinstance(value, str) or value == "" or _TWENTY_FOUR_HOURS.fullmatch(value) is not None


def _is_time_of_either_clock(value: object) -> bool:
    return _is_time(value) or _TWELVE_HOURS.fullmatch(str(value)) is not None


def _is_time_span(value: object) -> bool:
    return not isinstance(value, str) or _TIME_SPAN.fullmatch(value) is not None


def _is_integer_below(value: object, limit: int) -> bool:
    return not isinstance(value, int) or -limit <= value < limit
