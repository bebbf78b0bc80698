# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The items of an estate, the names they make known to one another, and the plan and the result of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import fold
from ..._core.errors import Failure, InvalidInput, quoted
from ..._core.operation import Params, Result
from ..resource.endpoint import Lists, Row
from ..resource.manage import Managed, Sighting
from ..resource.payload import ABSENT, Named, resolved
from ..resource.reconcile import CREATE, DELETE, NONE
from ..resource.schema import Resource

FAILED = "failed"
# Under this word the names are kept that a user calls an object by, whatever the server's word for them is.
KEY = ""


@dataclass(frozen=True)
class Item:
    """One wish of the user: the `number`th of the task, of a kind, with its options and what it is called."""

    number: int
    kind: str
    resource: Resource
    params: Params = field(repr=False)
    key: str

    @property
    def title(self) -> str:
        return f"{self.kind} {quoted(self.key)}"

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two items may have in common."""
        fields = self.resource.fields.items()
        marks = (fold(self.params.get(name)) for name, spec in fields if spec.key or spec.tells_apart)
        return (self.kind, *marks)


@dataclass(frozen=True)
class Step:
    """An item, what was seen of it and what is planned for it, or what is against it; and what to warn of."""

    item: Item
    sighting: Sighting | None = None
    managed: Managed | None = None
    obstacle: Failure | None = None
    warnings: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        return self.managed.plan.deed if self.managed else NONE

    @property
    def changed(self) -> bool:
        return self.managed is not None and self.managed.changed

    def outcome(self) -> Result:
        """The result of the item as planned, or as it failed. Where an object has no id yet, its name is shown."""
        return {
            "kind": self.item.kind,
            "key": self.item.key,
            "action": self.action,
            "changed": self.changed and self.obstacle is None,
            "failed": self.obstacle is not None,
            "msg": str(self.obstacle) if self.obstacle else "",
            "diff": resolved(self.managed.diff(), lambda named: named.name) if self.managed else [],
        }


class Names:
    """What a name means: the id of an object that the server has, or an object that an item is about to make."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self._expected: dict[tuple[str, str, str], list[Item]] = {}
        self._failed: set[int] = set()

    def expect(self, item: Item, body: Mapping[str, Any]) -> None:
        """Items that come after this one may refer to what it makes."""
        called = {(name, value) for name, value in body.items() if isinstance(value, str)}
        fields = item.resource.fields.items()
        called |= {(KEY, str(item.params[name])) for name, spec in fields if spec.key and item.params.get(name)}
        for name, value in called:
            self._expected.setdefault((item.resource.path, name, fold(value)), []).append(item)

    def fail(self, item: Item) -> None:
        self._failed.add(item.number)

    def note(self, item: Item, row: Row) -> None:
        """The item has made this object."""
        self.lists.note(item.resource.path, row)

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
            raise InvalidInput(f"{named.field}: it needs {failed[0].title}, which failed.")
        return self.lists.id_of(named)

    def _items(self, named: Named) -> list[Item]:
        """The items that make an object of this name."""
        marks = ((path, by, fold(named.name)) for path in named.ref.lists for by in (*named.ref.by, KEY))
        items = (item for mark in marks for item in self._expected.get(mark, []))
        return list({item.number: item for item in items}.values())


@dataclass(frozen=True)
class EstatePlan:
    """What will be done to all items. `names` know what will be there in the meantime."""

    steps: tuple[Step, ...]
    names: Names

    @property
    def changed(self) -> bool:
        return any(step.changed for step in self.steps)

    def diff(self) -> list[dict[str, Any]]:
        return [part for step in self.steps for part in step.outcome()["diff"]]

    def report(self) -> Result:
        return result(self.steps)

    def order(self) -> list[Step]:
        """The steps that change something: what is made or changed first, and then what goes, the last kind first."""
        changing = [step for step in self.steps if step.changed]
        going = [step for step in changing if step.action == DELETE]
        return [step for step in changing if step.action != DELETE] + going[::-1]


def result(steps: Collection[Step]) -> Result:
    """The keys of the task's result. It fails if an item did, and says so item by item."""
    outcomes = [step.outcome() for step in steps]
    counts = Counter(FAILED if outcome["failed"] else outcome["action"] for outcome in outcomes)
    told: Result = {
        "changed": any(outcome["changed"] for outcome in outcomes),
        "resources": outcomes,
        "counts": {**dict.fromkeys((CREATE, "update", DELETE, NONE, FAILED), 0), **counts},
    }
    warnings = [f"{step.item.title}: {warning}" for step in steps for warning in step.warnings]
    told |= {"warnings": warnings} if warnings else {}
    failed = [outcome for outcome in outcomes if outcome["failed"]]
    if failed:
        lines = [f"{outcome['kind']} {quoted(outcome['key'])}: {outcome['msg']}" for outcome in failed]
        told |= {"failed": True, "msg": "\n".join([f"{len(failed)} of {len(outcomes)} items failed.", *lines])}
    return told


def makes(sighting: Sighting) -> bool:
    """Whether the object is wanted and not there."""
    return sighting.actual is None and sighting.want.state != ABSENT
