# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an answer says that there is nothing: by null, by an id of zeros, or by leaving the field out."""

from __future__ import annotations

from typing import Any

from .shapes.rules import ZERO_ID
from .shapes.types import GUIDS

# What stands in the place of a guest account where there is none (switch `zero_ids`).
NO_ACCOUNT = {"credentialsId": ZERO_ID, "credentialsType": "Standard"}


def with_zero_ids(value: Any, parent: str = "") -> Any:
    """A copy in which the id of nothing is one of zeros."""
    if isinstance(value, list):
        return [with_zero_ids(item, parent) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {
        name: ZERO_ID if item is None and name in GUIDS else with_zero_ids(item, name) for name, item in value.items()
    }
    if parent == "guestCredentials" and "credentials" in shown and shown["credentials"] is None:
        shown["credentials"] = dict(NO_ACCOUNT)
    return shown


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value
