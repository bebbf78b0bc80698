# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A collection, the body that the import of a kind takes: what is one, its records, its holes, a part of it.

It is `{list name: [record, ...]}`; the records of a kind may be spread over several lists (`windowsHosts`,
`linuxHosts`). An estate is one collection per kind. Source: facts/vbr.md 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..._core.errors import InvalidInput
from ..._core.query import search

Record = dict[str, Any]
Collection = dict[str, Any]
Estate = dict[str, Collection]

# What is one of these is no branch. Most values are, and to ask for that first is fastest.
LEAVES = frozenset({str, int, bool, type(None)})
BRANCHES = (dict, list)


def is_collection(value: Any) -> bool:
    """Whether this is lists of records by their names; a list or a record may be null, as servers send them."""
    return isinstance(value, dict) and all(
        rows is None or (isinstance(rows, list) and all(isinstance(row, dict | None) for row in rows))
        for rows in value.values()
    )


def records(collection: Collection) -> Iterator[tuple[str, Record]]:
    """Every record of a collection with the name of its list; null elements are passed over."""
    for list_name, rows in collection.items():
        if isinstance(rows, list):
            yield from ((list_name, row) for row in rows if isinstance(row, dict))


def holes(collection: Collection) -> dict[str, int]:
    """How many null elements each list holds: hosts that the server could not write down (facts/vbr.md 2.3)."""
    return {
        list_name: missing
        for list_name, rows in collection.items()
        if isinstance(rows, list) and (missing := sum(row is None for row in rows))
    }


def count(collection: Collection) -> int:
    """How many records there are, holes not counted."""
    return len(list(records(collection)))


def choose(kind: str, collection: Collection, query: Any) -> Collection:
    """The collection with only the records that a compiled JMESPath expression chose; each stays in its list.

    The expression sees the whole collection (`jobs[?isHighPriority]`) and has to give whole records, in whatever lists.
    Raises InvalidInput if it gives anything else.
    """
    chosen = {id(record) for record in _flattened(search(query, collection))}
    part = {
        list_name: [row for row in rows if id(row) in chosen] if isinstance(rows, list) else rows
        for list_name, rows in collection.items()
    }
    # Null stands for a record that the server could not write down; there may be many of it.
    if count(part) != len(chosen - {id(None)}):
        raise InvalidInput(
            f"query does not choose whole records of {kind}.",
            "It must keep records as they are, for example: jobs[?isHighPriority].",
        )
    return part


def _flattened(found: Any) -> list[Any]:
    """The records in what an expression gave: nested lists and a collection's lists are laid flat."""
    if found is None:
        return []
    if isinstance(found, list):
        return [record for part in found for record in (_flattened(part) if isinstance(part, list) else [part])]
    if isinstance(found, dict) and found and all(isinstance(rows, list | None) for rows in found.values()):
        return [record for rows in found.values() for record in rows or []]
    return [found]
