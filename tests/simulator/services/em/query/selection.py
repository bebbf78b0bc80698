# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rows of a kind a query chooses, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from ....core.store import Row
from ..estate import Estate
from ..kind import Column, Kind
from ..shapes.description import Kind as Scalar
from .filters import OPERATORS, BadFilter, Comparison, parse


def chosen(kind: Kind, estate: Estate, text: str) -> list[Row]:
    """The rows that a filter lets through; an empty one lets all. Raises BadFilter."""
    rows = estate.rows(kind.table)
    if not text.strip():
        return list(rows)
    test = parse(text)
    # Asked once of nothing, so that a wrong name is told also where there are no rows.
    test(lambda comparison: bool(_value(_column(kind, comparison.name), comparison.text)) or True)
    return [row for row in rows if test(partial(_holds, kind, estate, row))]


def ordered(kind: Kind, estate: Estate, rows: Iterable[Row], ascending: str, descending: str) -> list[Row]:
    """The rows by a column, in the direction whose parameter names one; as they are when none does."""
    name = ascending or descending
    if not name:
        return list(rows)
    column = _column(kind, name)
    return sorted(rows, key=lambda row: _comparable(column, column.value(estate, row)), reverse=not ascending)


def _column(kind: Kind, name: str) -> Column:
    columns = {known.casefold(): column for known, column in kind.columns.items()}
    if name.casefold() not in columns:
        raise BadFilter(f"{kind.type} has no {name}; it has {', '.join(kind.columns)}")
    return columns[name.casefold()]


def _holds(kind: Kind, estate: Estate, row: Row, comparison: Comparison) -> bool:
    column = _column(kind, comparison.name)
    left = _comparable(column, column.value(estate, row))
    return OPERATORS[comparison.operator](left, _value(column, comparison.text))


def _value(column: Column, text: str) -> Any:
    if column.kind is Scalar.NUMBER and not text.lstrip("-").isdigit():
        raise BadFilter(f"{text!r} is no number")
    if column.kind is Scalar.FLAG and text.casefold() not in ("true", "false"):
        raise BadFilter(f"{text!r} is neither true nor false")
    return _comparable(column, int(text) if column.kind is Scalar.NUMBER else text)


def _comparable(column: Column, value: Any) -> Any:
    """Texts and flags are compared without regard to case."""
    return value if column.kind is Scalar.NUMBER else str(value).casefold()
