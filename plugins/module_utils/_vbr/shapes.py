# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers look like, so that another service's JSON is not taken for this one's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

# Says whether the JSON of an answer is what a request is answered with.
Shape: TypeAlias = Callable[[Any], bool]


def is_page(value: Any) -> bool:
    """Whether this is a page of a list: rows, and how many there are in all."""
    if not isinstance(value, Mapping) or not isinstance(value.get("pagination") or {}, Mapping):
        return False
    rows = value.get("data")
    return isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)


def is_session(value: Any) -> bool:
    """Whether this is a session. Other objects have a state too, but none has a type of session."""
    return isinstance(value, Mapping) and all(value.get(key) for key in ("id", "state", "sessionType"))
