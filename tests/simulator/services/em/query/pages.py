# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages: all rows on one, unless a size is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from ....core.call import Call
from ....core.store import Row
from ..errors import refusal
from ..links import Link, href
from ..shapes.description import Value


def page(call: Call, rows: Sequence[Row]) -> tuple[Sequence[Row], Value | None]:
    """The rows of the page that is asked for, and what is told about pages."""
    size, number = _number(call, "pageSize", 0), max(1, _number(call, "page", 1))
    if size == 0:
        return rows, None
    count = max(1, -(-len(rows) // size))
    about = {"PageNum": number, "PageSize": size, "PagesCount": count, "Links": _links(call, number, count)}
    return rows[(number - 1) * size : number * size], about


def _links(call: Call, number: int, count: int) -> list[Link]:
    """Only those that lead somewhere else."""
    leading = {"First": 1, "Previous": number - 1, "Next": number + 1, "Last": count}
    here = {"First": number > 1, "Previous": number > 1, "Next": number < count, "Last": number < count}
    return [{"Rel": rel, "Href": _address(call, leading[rel])} for rel in leading if here[rel]]


def _address(call: Call, number: int) -> str:
    query = {name: value for name, value in call.query.items() if name.lower() != "page"}
    return href(call, f"query?{urlencode({**query, 'page': number})}")


def _number(call: Call, name: str, default: int) -> int:
    text = {key.lower(): value for key, value in call.query.items()}.get(name.lower(), str(default))
    if not text.isdigit():
        raise refusal(400, f"Simulated: {name} takes a whole number")
    return int(text)
