# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import session shows of itself: its progress, the records of its log, what these say of an object. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..._core.operation import Progress
from ..._core.polling import ended_badly
from ..._core.sought import Sought
from .plan import PlanItem
from .references import name_of

# So many records of a log are quoted of one object.
RECORDS_QUOTED = 10
# How a record of a log says what became of its object.
SUCCEEDED, FAILED = "Succeeded", "Failed"


def shown_progress(kind: str, progress: Progress) -> Callable[[Mapping[str, Any]], None]:
    """Progress lines for a session, one for each new percentage."""
    shown = -1

    def watch(session: Mapping[str, Any]) -> None:
        nonlocal shown
        percent = int(session.get("progressPercent") or 0)
        if percent > shown and session.get("state") != "Stopped" and not ended_badly(session.get("state")):
            shown = percent
            progress(f"{kind}: session {session.get('state')}, {percent} %")

    return watch


def notable(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log records a person wants to see in a task's output: those that did not simply succeed."""
    return [row for row in log if row["status"] not in (SUCCEEDED, "None")]


class SaidOf:
    """What the log of a session says of each of the objects that were sent: the records that name it."""

    def __init__(self, items: Iterable[PlanItem], log: list[dict[str, Any]]) -> None:
        items = list(items)
        self._texts = [" ".join(filter(None, (row["title"], row["description"]))) for row in notable(log)]
        self._flawless = bool(log) and not self._texts
        # By name the numbers of the texts in which it stands.
        self._naming: dict[str, list[int]] = {}
        names = Sought(name for item in items for name in _names(item)) if self._texts else Sought(())
        # How many of the objects have a name, and with which statuses there are records about something of that name.
        self._bearers = Counter(name for item in items for name in _names(item))
        self._about: dict[str, set[str]] = {}
        for row in log if self._texts else ():
            for name in _longest(names.within(row["title"])):
                self._about.setdefault(name, set()).add(row["status"])
        for number, text in enumerate(self._texts):
            for name in names.within(text):
                self._naming.setdefault(name, []).append(number)

    def item(self, item: PlanItem) -> str:
        """The first few of the records that name an object; `""` where none does."""
        # Hundreds of accounts may have one user name, and hundreds of records may name that.
        found = sorted({number for name in _names(item) for number in self._naming.get(name, [])[: RECORDS_QUOTED + 1]})
        more = ["and more"] if len(found) > RECORDS_QUOTED else []
        return "; ".join([*(self._texts[number] for number in found[:RECORDS_QUOTED]), *more])

    def refuses(self, item: PlanItem) -> bool:
        """Whether a record says that this very object failed, and none that anything of its name went well."""
        said = [self._about.get(name, set()) for name in _names(item)]
        own = [self._about.get(name, set()) for name in _names(item) if self._bearers[name] == 1]
        return any(FAILED in each for each in own) and not any(SUCCEEDED in each for each in said)

    def praises(self, item: PlanItem) -> bool:
        """Whether the log says that this object went well, and nothing else of it."""
        said = (self._about.get(name, set()) for name in _names(item))
        return not self.item(item) and (self._flawless or any(SUCCEEDED in each for each in said))


def _names(item: PlanItem) -> set[str]:
    record = item.record
    # Accounts of clouds and passwords have no name, and a log calls them as references do.
    own = (name_of(item.kind, record), record.get("name"), record.get("username"))
    return {item.key, *(str(name) for name in own if name)}


def _longest(names: set[str]) -> set[str]:
    """Those that are no part of another one: a text about "Nightly copy" is not about "Nightly"."""
    return {name for name in names if not any(name != other and name in other for other in names)}
