# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The items of an estate, and what the names in them mean while the objects they name are being made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from ..._core.compare import closest, fold
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Params
from ..._core.option import Option
from ..resource.codecs import Named
from ..resource.lists import Lists, Row
from ..resource.manage import options
from ..resource.payload import TELLING_APART
from ..resource.schema import KEY, Resource

# Stands for the field that has the user's name of an object, whatever the server calls that field.
USERS_WORD = ""
# How long to wait is the task's.
WAIT = "wait_timeout"


@dataclass(frozen=True)
class EstateItem:
    """One desired object: the `number`th of the task, of a kind, with its options and what it is called."""

    number: int
    kind: str
    resource: Resource
    params: Params = field(repr=False)
    key: str

    @property
    def title(self) -> str:
        return f"{self.kind} {quoted(self.key)}" if self.key else self.kind

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two items may have in common."""
        fields = self.resource.fields.items()
        marks = (str(self.params.get(name) or "") for name, spec in fields if spec.role in (KEY, *TELLING_APART))
        return (self.kind, *marks)


class EstateNames:
    """What a name means: the id of an object that the server has, or an object that an item is about to make."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        # List, field and folded name -> the name as it is written, and who makes what is called so.
        self._expected: dict[tuple[str, str, str], list[tuple[str, EstateItem]]] = {}
        self._failed: dict[int, EstateItem] = {}

    def expect(self, item: EstateItem, body: Mapping[str, Any]) -> None:
        """Items that come after this one may refer to what it makes."""
        called = {(name, value) for name, value in body.items() if isinstance(value, str)}
        fields = item.resource.fields.items()
        called |= {
            (USERS_WORD, str(item.params[name])) for name, spec in fields if spec.role is KEY and item.params.get(name)
        }
        for name, value in called:
            self._expected.setdefault((item.resource.path, name, fold(value)), []).append((value, item))

    def fail(self, item: EstateItem) -> None:
        self._failed[item.number] = item

    def require_done(self, numbers: Collection[int]) -> None:
        """Raises InvalidInput if one of these items has failed."""
        failed = [self._failed[number].title for number in numbers if number in self._failed]
        if failed:
            raise InvalidInput(f"It is in use by {', '.join(failed)}, which failed.")

    def note(self, item: EstateItem, row: Row) -> None:
        """The item has made this object."""
        self.lists.note(item.resource.path, row)

    def unmake(self, item: EstateItem, row: Row) -> None:
        """What the item has made is gone again, or is one of two."""
        self.lists.forget(item.resource.path, str(row["id"]))
        self.fail(item)

    def meaning(self, named: Named) -> str | Named:
        """Its id; the name itself as long as it has none. Raises InvalidInput if it means nothing, or two things."""
        coming = [item for item in self._items(named) if item.number not in self._failed]
        if not coming:
            return self.id_of(named)
        if len(coming) + len(self.lists.found(named)) > 1:
            raise InvalidInput(
                f"{named.field}: with this task there are several {named.ref.what} called {quoted(named.name)}.",
                "Use a name that only one of them has.",
            )
        return named

    def id_of(self, named: Named) -> str:
        """Its id, now that what comes before is made. Raises InvalidInput if it means nothing, or that has failed."""
        failed = [item for item in self._items(named) if item.number in self._failed]
        if failed and not self.lists.found(named):
            first = min(failed, key=lambda item: item.number)
            raise InvalidInput(f"{named.field}: it needs {first.title}, which failed.")
        return self.lists.id_of(named)

    def _items(self, named: Named) -> list[EstateItem]:
        """The items that make an object of this name."""
        marks = ((path, by, fold(named.name)) for path in named.ref.lists for by in (*named.ref.by, USERS_WORD))
        called = [each for mark in marks for each in self._expected.get(mark, [])]
        return list({item.number: item for _name, item in closest(called, (named.name, itemgetter(0)))}.values())


def item_options(resource: Resource) -> dict[str, Option]:
    """The options of one item: those of the kind's own module that say what the object is like.

    How long to wait is the task's, and a request that is made each time has no place in a description.
    """
    found = options(resource).items()
    return {name: option for name, option in found if name != WAIT and name not in resource.requests}


def kind_option(resource: Resource) -> Option:
    """The option of a kind: a list of items, or the one that is always there."""
    inner = item_options(resource)
    if resource.singleton:
        return Option(type="dict", options=inner, rules=resource.rules)
    return Option(type="list", elements="dict", options=inner, rules=resource.rules)
