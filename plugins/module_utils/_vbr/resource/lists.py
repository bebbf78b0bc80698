# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a server, each read once, and which of their rows are meant by a name."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..._core.answer import Misfit
from ..._core.compare import closest, fold, value_at
from ..._core.errors import AuthFailed, BadAnswer, Failure, InvalidInput, Unreachable, quoted
from ..._core.shape import PLAIN, STRING, Shape, check
from ..client import IDENTIFIED, Vbr
from .codecs import Named, Ref
from .places import Steps, put

SHOWN_CANDIDATES = 20
# After these nothing more is read at this server.
AGAINST_ALL = (Unreachable, AuthFailed)

Row = dict[str, Any]


class Unknown(InvalidInput):
    """There is nothing of this name."""


class Lists:
    """The lists of a server, each read once: for names that mean ids, and for many objects in one task.

    Several threads may look for objects in them; whoever notes or forgets one is alone.
    """

    def __init__(self, service: Vbr) -> None:
        self.service = service
        self._rows: dict[str, list[Row]] = {}
        # Why lists could not be read that were read ahead: whoever asks for one first gets it.
        self._refusals: dict[str, Failure] = {}
        # One index per list and set of places, so that a thousand objects are not looked for in a thousand rows each.
        self._indexes: dict[tuple[str, tuple[Steps, ...]], dict[tuple[str, ...], list[Row]]] = {}
        self._lock = threading.RLock()

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read lists side by side that are going to be asked for."""
        if self.service.lanes.limit == 1:
            return
        unread = [path for path in dict.fromkeys(paths) if path not in self._rows]
        for each in self.service.lanes.attempts(unread, self._read, lambda error: isinstance(error, AGAINST_ALL)):
            if each.error is not None:
                self._refusals[each.item] = each.error
            elif each.value is not None:
                self._rows[each.item] = each.value

    def _read(self, path: str) -> list[Row]:
        rows: list[Row] = self.service.pages(path, row=IDENTIFIED)
        return rows

    def rows(self, path: str) -> list[Row]:
        with self._lock:
            if path in self._refusals:
                raise self._refusals.pop(path)
            if path not in self._rows:
                self._rows[path] = self._read(path)
            return self._rows[path]

    def matching(self, path: str, values: Mapping[Steps, Any]) -> list[Row]:
        """The rows that have these values at these places; those with their exact spelling, if there are such."""
        index = self._index(path, tuple(values), nested(values))
        return exact_first(index.get(tuple(map(fold, values.values())), []), values)

    def _index(self, path: str, places: tuple[Steps, ...], shape: Shape) -> dict[tuple[str, ...], list[Row]]:
        """The rows by what they have at these places."""
        with self._lock:
            index = self._indexes.get((path, places))
            if index is None:
                check_object(self.service, path, self.rows(path), [shape])
                index = self._indexes[path, places] = {}
                for row in self.rows(path):
                    index.setdefault(_marks(row, places), []).append(row)
            return index

    def note(self, path: str, row: Row) -> None:
        """Remember an object that was made meanwhile."""
        self.rows(path).append(row)
        for (listed, places), index in self._indexes.items():
            if listed == path:
                index.setdefault(_marks(row, places), []).append(row)

    def forget(self, path: str, row_id: str) -> None:
        """Drop an object that was noted and is gone, or is one of two."""
        indexes = [index for (listed, _places), index in self._indexes.items() if listed == path]
        for rows in (self.rows(path), *(rows for index in indexes for rows in index.values())):
            rows[:] = [row for row in rows if fold(row["id"]) != fold(row_id)]

    def found(self, named: Named) -> list[Row]:
        """The rows a name means."""
        ref = named.ref
        only: dict[Steps, Any] = {(name,): value for name, value in ref.only.items()}
        for path in ref.lists:
            rows = [row for by in ref.by for row in self.matching(path, {(by,): named.name, **only})]
            if not rows and ref.owner:
                owners = self.found(Named(ref.owner.ref, named.name, named.field))
                rows = [row for each in owners for row in self.matching(path, {ref.owner.at: each["id"], **only})]
            if rows:
                return list({str(row["id"]): row for row in rows}.values())
        return []

    def id_of(self, named: Named) -> str:
        """The id a name means. Raises Unknown that names the field and the candidates, InvalidInput for several."""
        found = self.found(named)
        if len(found) == 1:
            return str(found[0].get(named.gives) or "")
        if found:
            ids = ", ".join(str(row["id"]) for row in found)
            raise InvalidInput(f"{named.field}: {len(found)} {named.ref.what} are called {quoted(named.name)}: {ids}.")
        rows = [row for path in named.ref.lists for row in self.rows(path)]
        for row in rows:
            if str(row.get("id")) == named.name:
                return str(row.get(named.gives) or "")
        raise Unknown(
            f"{named.field}: there is no {named.ref.what} {quoted(named.name)}.",
            f"Known: {_candidates(rows, named.ref)}.",
        )


def check_object(service: Vbr, path: str, value: Any, shape: Shape) -> None:
    """Raises BadAnswer if what the server said of its objects cannot be compared with anything."""
    try:
        check(value, shape)
    except Misfit as reason:
        raise BadAnswer(
            f"an object is not as this service has them: {reason}", service=service.SERVICE, request=f"GET {path}"
        ) from None


def nested(values: Mapping[Steps, Any]) -> Shape:
    """The shape of rows that can have these values at these places: where a text is looked for, a text."""
    body: Row = {}
    for steps, value in values.items():
        put(body, steps, STRING if isinstance(value, str) else PLAIN)
    return body


def _marks(row: Row, places: tuple[Steps, ...]) -> tuple[str, ...]:
    return tuple(fold(value_at(row, place)) for place in places)


def has(row: Row, values: Mapping[Steps, Any]) -> bool:
    return all(fold(value_at(row, place)) == fold(value) for place, value in values.items())


def exact_first(rows: list[Row], values: Mapping[Steps, Any]) -> list[Row]:
    """The rows that have just these values, place by place, or all where none has."""
    return closest(rows, *((value, partial(value_at, path=place)) for place, value in values.items()))


def _candidates(rows: list[Row], ref: Ref) -> str:
    names = sorted({str(row.get(ref.by[0])) for row in rows if row.get(ref.by[0])})
    more = [f"and {len(names) - SHOWN_CANDIDATES} more"] if len(names) > SHOWN_CANDIDATES else []
    return ", ".join([*names[:SHOWN_CANDIDATES], *more]) or "none"
