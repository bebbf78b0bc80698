# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the items of an estate: side by side, as far as none of them needs to know what another one makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ..._core.errors import Failure, InvalidInput, Rejected, TaskFailed
from ..._core.parallel import Attempt
from ..client import Vbr
from ..resource.codecs import Named
from ..resource.endpoint import Endpoint
from ..resource.manage import Observed, looked_at, meant, observe
from ..resource.payload import ABSENT, Desired
from ..resource.places import merge
from .estate_items import EstateItem, EstateNames
from .estate_steps import EstateStep

# What can be against one item; anything else is against the whole task.
AGAINST_ONE = (InvalidInput, Rejected, TaskFailed)

# An item, and what its options mean.
Meant = tuple[EstateItem, Endpoint, Desired]
Item = TypeVar("Item")
Found = TypeVar("Found")


class Looking:
    """A look at items in their order. `taken` are the objects that the server has, with the items that mean them."""

    def __init__(self, service: Vbr, names: EstateNames) -> None:
        self.names = names
        self.taken: dict[tuple[str, str], EstateItem] = {}
        self._service = service
        self._steps: dict[int, EstateStep] = {}
        # The items that are not looked at yet, and the lists in which others may look for what they make.
        self._waiting: list[Meant] = []
        self._makes: set[str] = set()

    def add(self, item: EstateItem) -> None:
        """Look at this item, too: at once where requests go one by one."""
        try:
            endpoint, desired = meant(self._service, item.resource, item.params, self._meaning)
        except AGAINST_ONE as obstacle:
            self._fail(item, obstacle)
            return
        self._waiting.append((item, endpoint, desired))
        self._makes.add(item.resource.path)
        if self._service.lanes.limit == 1:
            self._look()

    def end(self) -> list[EstateStep]:
        """The items as steps, in their order."""
        self._look()
        return [self._steps[number] for number in sorted(self._steps)]

    def at_extra(self, items: Sequence[tuple[str, EstateItem]]) -> list[EstateStep]:
        """The steps of items that are to go, each with the id of the one object that it may mean."""

        def look(named: tuple[str, EstateItem]) -> EstateStep:
            row_id, item = named
            observed = observe(self._service, item.resource, item.params, self.names.meaning, self.names.lists)
            if str((observed.actual or {}).get("id")) != row_id:
                raise InvalidInput("Its options do not tell it apart from others.", "Remove it by hand.")
            return EstateStep(item, observed)

        return [each.value or EstateStep(each.item[1], obstacle=each.error) for each in self._tried(items, look)]

    def _meaning(self, named: Named) -> str | Named:
        if not self._makes.isdisjoint(named.ref.lists):
            self._look()
        return self.names.meaning(named)

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._makes.clear()
        for each in self._tried(waiting, lambda found: looked_at(*found[1:], self.names.lists)):
            item = each.item[0]
            if each.value is None:
                self._fail(item, each.error)
                continue
            try:
                self._steps[item.number] = self._step(item, each.value)
            except AGAINST_ONE as obstacle:
                self._fail(item, obstacle)

    def _tried(self, items: Iterable[Item], look: Callable[[Item], Found]) -> list[Attempt[Item, Found]]:
        """What a look at each item gave, or what is against it. Raises what is against the whole task."""
        return self._service.lanes.tried(items, look, _against_all)

    def _step(self, item: EstateItem, observed: Observed) -> EstateStep:
        desired, actual = observed.desired, observed.actual
        if actual is None and desired.state != ABSENT and not item.resource.part_of:
            self.names.expect(item, merge(desired.create_only, desired.body))
        if actual is not None:
            other = self.taken.setdefault((item.kind, str(actual.get("id"))), item)
            if other is not item:
                raise InvalidInput(
                    f"It is the same object as {other.title}, which comes before it.",
                    "Give options that tell them apart.",
                )
        return EstateStep(item, observed)

    def _fail(self, item: EstateItem, obstacle: Failure | None) -> None:
        self.names.expect(item, {})
        self.names.fail(item)
        self._steps[item.number] = EstateStep(item, obstacle=obstacle)


def _against_all(error: Failure) -> bool:
    return not isinstance(error, AGAINST_ONE)
