# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a part of an estate by a JMESPath expression."""

from __future__ import annotations

from typing import Any

from ..._core.errors import InvalidInput
from ..._core.query import search
from .kinds import Collection, records


def choose(kind: str, collection: Collection, query: Any) -> Collection:
    """The collection with only the records the expression chose; each stays in the list it was in.

    The expression sees the whole collection (`jobs[?isHighPriority]`) and has to give whole records, in whatever lists.
    """
    chosen = {id(record) for record in _records(search(query, collection))}
    part = {
        name: [record for record in rows if id(record) in chosen] if isinstance(rows, list) else rows
        for name, rows in collection.items()
    }
    # Null stands for a record that the server could not write down; there may be many of it.
    if sum(1 for _list, _record in records(part)) != len(chosen - {id(None)}):
        raise InvalidInput(
            f"query does not choose whole records of {kind}.",
            "It must keep records as they are, for example: jobs[?isHighPriority].",
        )
    return part


def _records(found: Any) -> list[Any]:
    """The records in what an expression gave: nested lists and a collection's lists are laid flat."""
    if found is None:
        return []
    if isinstance(found, list):
        return [record for part in found for record in (_records(part) if isinstance(part, list) else [part])]
    if isinstance(found, dict) and found and all(isinstance(rows, list | None) for rows in found.values()):
        return [record for rows in found.values() for record in rows or []]
    return [found]
