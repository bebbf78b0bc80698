# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scalars and enums, which are read alike in all faces; and times."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .errors import invalid
from .types import Enum, Release, Scalar

# A zone is needed, a fraction is not (facts/vcsa.md 5.2).
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# The vendor's own client refuses to send these (facts/vcsa.md 3).
NOT_IN_A_URI = re.compile(r"[\s\x00-\x1f\x7f]")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


CHECKS: dict[str, Callable[[Any], bool]] = {
    "string": _is_text,
    "secret": _is_text,
    "uri": lambda value: _is_text(value) and not NOT_IN_A_URI.search(value),
    "time": lambda value: _is_text(value) and TIME.fullmatch(value) is not None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}


def read_scalar(kind: Scalar, value: Any, place: str) -> Any:
    if not CHECKS[kind.name](value):
        raise invalid(f"'{place}' is no {kind.name}.", place, message_id="value.type")
    return value


def read_word(kind: Enum, value: Any, place: str, release: Release) -> Any:
    known = kind.served_by(release)
    if not isinstance(value, str) or value not in known:
        raise invalid(f"'{place}' is none of {', '.join(known)}.", place, message_id="value.enum")
    return value


def write_time(moment: datetime) -> str:
    """A time as the vCenter writes it: UTC, with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def read_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
