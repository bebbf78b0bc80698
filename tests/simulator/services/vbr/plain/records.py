# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of what a server only reports: rows of a table of the store, which a seed, a run or a test fills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..kind import Model
from ..listing import by_field, page, pattern_matches
from ..revisions import OLDEST
from ..server import VbrServer, only_since, shape

# When something happened of which a row does not say it.
ONCE = "2024-01-01T10:00:00+01:00"
Show = Callable[[VbrServer, Row, str], Model]
Chosen = Callable[[VbrServer, Mapping[str, str]], Iterable[Row]]


def everything(server: VbrServer, table: str) -> list[Row]:
    return list(server.store.rows(table))


@dataclass(frozen=True)
class Records:
    """The list at `path` of the rows of a `table`, and its members. `show` makes the model of a row in a revision.

    `equal` maps query parameters to the fields of a model that they must equal, or, of a list, be in. `since` is the
    first revision that has the list.
    """

    path: str
    table: str
    show: Show
    columns: tuple[str, ...] = ("name",)
    since: str = OLDEST
    equal: Mapping[str, str] = field(default_factory=dict)

    def list(self, server: VbrServer, call: Call) -> Response:
        return self.answer(server, call, everything(server, self.table))

    def answer(self, server: VbrServer, call: Call, rows: Iterable[Row]) -> Response:
        """A page of these rows, which the query narrows further."""
        only_since(call, self.since)
        revision = shape(call)

        def show(row: Row) -> Model:
            return self.show(server, row, revision)

        filtered = any(name in call.query for name in ("nameFilter", *self.equal))
        chosen = [row for row in rows if not filtered or self._chosen(show(row), call)]
        return page(chosen, show, call.query, by_field(*self.columns), server.switches.page_size)

    def get(self, server: VbrServer, call: Call, row_id: str) -> Response:
        only_since(call, self.since)
        return json_answer(self.show(server, self.row(server, row_id), shape(call)))

    def row(self, server: VbrServer, row_id: str) -> Row:
        row = server.store.get(self.table, row_id)
        if row is None:
            raise not_found(row_id)
        return row

    def routes(self) -> tuple[Route, ...]:
        return Route("GET", self.path, self.list), Route("GET", f"{self.path}/<row_id>", self.get)

    def _chosen(self, model: Model, call: Call) -> bool:
        name = call.query.get("nameFilter")
        if name is not None and not pattern_matches(name, str(model.get("name"))):
            return False
        return all(
            _among(model.get(name), call.request.args.getlist(parameter)) for parameter, name in self.equal.items()
        )


def _among(value: Any, wanted: list[str]) -> bool:
    """Whether a filter lets a value pass; no filter lets everything pass."""
    has = {str(each).casefold() for each in (value if isinstance(value, list) else [value])}
    return not wanted or bool(has & {each.casefold() for each in wanted})
