# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a backup consists of: parts that are always in it, and optional ones (facts/vcsa.md 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InvalidInput

Rows = list[Mapping[str, Any]]


def check(wanted: Iterable[str] | None, rows: Rows) -> None:
    """Refuse parts that the appliance does not have, with those that it has."""
    known = [str(row["id"]) for row in rows]
    unknown = [part for part in wanted or [] if part not in known]
    if unknown:
        raise InvalidInput(
            f"The appliance has no part {', '.join(unknown)}.", f"Its parts are: {', '.join(known) or 'none'}."
        )


def selected(rows: Rows) -> list[str]:
    """The parts that the appliance selects if nobody says anything."""
    return [str(row["id"]) for row in rows if row.get("selected_by_default")]


def required(rows: Rows) -> set[str]:
    """The parts that are in every backup, whether anybody asks for them or not."""
    return {str(row["id"]) for row in rows if row.get("optional") is False}


def as_row(row: Mapping[str, Any], megabytes: int | None) -> dict[str, Any]:
    """A part as a result tells it."""
    return {
        "id": row["id"],
        "name": text_of(row.get("name")),
        "description": text_of(row.get("description")),
        "selected_by_default": bool(row.get("selected_by_default")),
        "optional": bool(row.get("optional")),
        "size_mb": megabytes,
    }


def text_of(message: Any) -> str:
    """The words of a localizable message; some builds have a text in its place."""
    if isinstance(message, Mapping):
        return str(message.get("default_message") or message.get("localized") or message.get("id") or "")
    return str(message or "")
