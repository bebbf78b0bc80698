# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that need one another: their order, and all that some of them need. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Circle(Exception, Generic[Key]):
    """Things that wait for one another, each for the one before it; the last is the first again."""

    def __init__(self, members: list[Key]) -> None:
        super().__init__(f"a circle of {len(members) - 1}")
        self.members = members


def needed_first(needs: Mapping[Key, Collection[Key]]) -> list[Key]:
    """The keys, each after those that it needs, otherwise in the order they have. Raises Circle.

    needed_first({"Follower": ["First"], "First": [], "Other": []}) is ["First", "Follower", "Other"].
    """
    keys = list(needs)
    position = {key: number for number, key in enumerate(keys)}
    sorter = TopologicalSorter({key: [need for need in wanted if need in position] for key, wanted in needs.items()})
    try:
        sorter.prepare()
    except CycleError as cycle:
        raise Circle(cycle.args[1]) from None
    ready: list[int] = []
    ordered: list[Key] = []
    while sorter.is_active():
        for key in sorter.get_ready():
            heappush(ready, position[key])
        ordered.append(keys[heappop(ready)])
        sorter.done(ordered[-1])
    return ordered


def with_needs(keys: Iterable[Key], needs: Mapping[Key, Collection[Key]]) -> set[Key]:
    """The keys and all that they need, however far away; what `needs` does not have is passed over.

    with_needs(["Job"], {"Job": ["Pool", "Host"], "Pool": ["Bucket"], "Bucket": []}) has the job, the pool, the bucket.
    """
    found: set[Key] = set()
    left = [key for key in keys if key in needs]
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += [need for need in needs[key] if need in needs]
    return found
