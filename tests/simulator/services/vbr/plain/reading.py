# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all plain resources have in common: a list that is filtered, sorted and paged, and one object by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..estate import Estate
from ..kind import Kind, Model
from ..listing import by_field, page, pattern_matches
from ..revisions import older
from ..server import VbrServer, only_since, shape
from ..switches import EXACT

Show = Callable[[Row, Estate, str], Model]


@dataclass(frozen=True)
class Reading:
    """The list at `path` and its members. `show` makes the model of a row; `columns` are what it can be sorted by.

    `name_filter` is the query parameter that searches the fields `searched`. `equal` maps further query parameters to
    the dotted fields that they must equal. Other parameters are ignored. `besides` are rows of no kind that are listed
    too.
    """

    path: str
    kind: Kind
    show: Show
    columns: tuple[str, ...]
    searched: tuple[str, ...] = ("name",)
    name_filter: str = "nameFilter"
    equal: Mapping[str, str] = field(default_factory=dict)
    besides: Sequence[Row] = ()

    def list(self, server: VbrServer, call: Call, among: Callable[[Row], bool] | None = None) -> Response:
        revision = self.revision(call)

        def show(row: Row) -> Model:
            return self.show(row, server.estate, revision)

        filtered = self.name_filter in call.query or any(name in call.query for name in self.equal)
        known = [*self._all_known(server.estate, revision), *self.besides]
        exact = server.switches.names == EXACT
        rows = known if among is None else list(filter(among, known))
        rows = [row for row in rows if self._chosen(show(row), call, exact)] if filtered else rows
        return page(rows, show, call.query, by_field(*self.columns), server.switches.page_size)

    def get(self, server: VbrServer, call: Call, row_id: str) -> Response:
        revision, row = self.revision(call), self.row(server, row_id)
        if not self._known(row, revision):
            raise not_found(row_id)
        return json_answer(self.show(row, server.estate, revision))

    def row(self, server: VbrServer, row_id: str) -> Row:
        row = server.estate.get(self.kind, row_id)
        if row is None:
            raise not_found(row_id)
        return row

    def routes(self) -> tuple[Route, ...]:
        return Route("GET", self.path, self.list), Route("GET", f"{self.path}/<row_id>", self.get)

    def _all_known(self, estate: Estate, revision: str) -> Sequence[Row]:
        """Those that the revision knows: asked once for each type, as a list has many pages."""
        found, verdicts = [], dict[tuple[str, str], bool]()
        for row in estate.rows(self.kind):
            sort = row["group"], str(row["body"].get("type"))
            if sort not in verdicts:
                verdicts[sort] = self._known(row, revision)
            if verdicts[sort]:
                found.append(row)
        return found

    def _known(self, row: Row, revision: str) -> bool:
        """Whether the revision knows this type of object; if not, the object is not shown (an assumption)."""
        group = self.kind.group(row["group"])
        since = self.kind.seen.get(str(row["body"].get("type")), group.since)
        return not older(revision, since)

    def revision(self, call: Call) -> str:
        """The revision in whose shapes the call is answered; raises a 404 before the first that knows the kind."""
        only_since(call, self.kind.since)
        return shape(call)

    def _chosen(self, model: Model, call: Call, exact: bool) -> bool:
        pattern = call.query.get(self.name_filter)
        searched = (str(model.get(each)) for each in self.searched)
        if pattern is not None and not any(pattern_matches(pattern, text, exact) for text in searched):
            return False
        for parameter, path in self.equal.items():
            wanted = [value.casefold() for value in call.request.args.getlist(parameter)]
            if wanted and str(_field(model, path)).casefold() not in wanted:
                return False
        return True


def _field(model: Model, path: str) -> Any:
    value: Any = model
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
