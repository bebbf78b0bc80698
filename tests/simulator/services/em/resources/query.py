# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query service: one address for all kinds, with filter, order and pages (facts/em.md 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from werkzeug import Response

from ....core.call import Call
from ....core.names import folded
from ....core.routing import Route
from ....core.store import Row
from ..errors import refusal
from ..estate import Estate
from ..filters import OPERATORS, BadFilter, Comparison, parse
from ..kind import Column, Kind, Link, href
from ..kinds import ALL_KINDS
from ..negotiation import written
from ..server import EmServer
from ..shapes.description import Scalar, Value
from ..shapes.entities import QUERY
from .collections import allow

KINDS = {kind.type.lower(): kind for kind in ALL_KINDS}
ENTITIES = ("entities", "entity")
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")


def chosen(kind: Kind, estate: Estate, text: str) -> list[Row]:
    """The rows that a filter lets pass; an empty filter lets all pass. Raises BadFilter."""
    rows = estate.rows(kind.table)
    if not text.strip():
        return list(rows)
    test = parse(text)
    # Run once without a row, so that a wrong name is refused also where there are no rows.
    test(lambda comparison: bool(_value(_column(kind, comparison.name), comparison.text)) or True)
    return [row for row in rows if test(partial(_holds, kind, estate, row))]


def ordered(kind: Kind, estate: Estate, rows: Iterable[Row], ascending: str, descending: str) -> list[Row]:
    """The rows sorted by the column that one of the two parameters names; as they are when none does."""
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
    if column.type is Scalar.NUMBER and not WHOLE_NUMBER.fullmatch(text.removeprefix("-")):
        raise BadFilter(f"{text!r} is no number")
    if column.type is Scalar.FLAG and text.casefold() not in ("true", "false"):
        raise BadFilter(f"{text!r} is neither true nor false")
    return _comparable(column, int(text) if column.type is Scalar.NUMBER else text)


def _comparable(column: Column, value: Any) -> Any:
    """A value ready to compare: texts and flags without regard to case."""
    return value if column.type is Scalar.NUMBER else folded(str(value))


def page(call: Call, rows: Sequence[Row]) -> tuple[Sequence[Row], Value | None]:
    """The rows of the page that the query asks for, and its PagingInfo. Without a page size all rows are one page."""
    size, number = _number(call, "pageSize", 0), max(1, _number(call, "page", 1))
    if size == 0:
        return rows, None
    count = max(1, -(-len(rows) // size))
    about = {"PageNum": number, "PageSize": size, "PagesCount": count, "Links": _links(call, number, count)}
    return rows[(number - 1) * size : number * size], about


def _links(call: Call, number: int, count: int) -> list[Link]:
    """Links to the other pages."""
    leading = {"First": 1, "Previous": number - 1, "Next": number + 1, "Last": count}
    here = {"First": number > 1, "Previous": number > 1, "Next": number < count, "Last": number < count}
    return [{"Rel": rel, "Href": _address(call, leading[rel])} for rel in leading if here[rel]]


def _address(call: Call, number: int) -> str:
    query = {name: value for name, value in call.query.items() if name.lower() != "page"}
    return href(call, f"query?{urlencode({**query, 'page': number})}")


def _number(call: Call, name: str, default: int) -> int:
    text = {key.lower(): value for key, value in call.query.items()}.get(name.lower(), str(default))
    if not WHOLE_NUMBER.fullmatch(text):
        raise refusal(400, f"Simulated: {name} takes a whole number")
    return int(text)


def query(server: EmServer, call: Call) -> Response:
    """Answer references, or entities with `format=Entities`. The case of parameters and kinds does not matter."""
    asked = {name.lower(): value for name, value in call.query.items()}
    kind = KINDS.get(asked.get("type", "").lower())
    if kind is None:
        raise refusal(400, f"Simulated: type takes one of {', '.join(kind.type for kind in ALL_KINDS)}")
    allow(call, kind)
    try:
        rows = chosen(kind, server.estate, asked.get("filter", ""))
        rows = ordered(kind, server.estate, rows, asked.get("sortasc", ""), asked.get("sortdesc", ""))
    except BadFilter as error:
        raise refusal(400, f"Simulated: {error}") from None
    shown, pages = page(call, rows)
    value: Value = {"Links": [], "PagingInfo": pages}
    if asked.get("format", "").lower() in ENTITIES:
        entities = [kind.entity(call, server.estate, row) for row in shown]
        value["Entities"] = {kind.plural: {kind.plural: entities}}
    else:
        value["Refs"] = {"Refs": [kind.reference(call, server.estate, row) for row in shown]}
    return written(QUERY, value, call, server.switches)


ROUTES = (Route("GET", "/api/query", query),)
