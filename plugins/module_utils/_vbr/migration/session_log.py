# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import session shows of itself: its progress, the records of its log, what these say of an object. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..._core.operation import Progress
from ..._core.polling import ended_badly
from ..._core.sought import Sought
from .plan import PlanItem

# So many records of a log are quoted of one object.
RECORDS_QUOTED = 10


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
    return [row for row in log if row["status"] not in ("Succeeded", "None")]


class SaidOf:
    """What the log of a session says of each of the objects that were sent: the records that name it."""

    def __init__(self, items: Iterable[PlanItem], log: list[dict[str, Any]]) -> None:
        self._texts = [" ".join(filter(None, (row["title"], row["description"]))) for row in notable(log)]
        # By name the numbers of the texts in which it stands.
        self._naming: dict[str, list[int]] = {}
        names = Sought(name for item in items for name in _names(item)) if self._texts else Sought(())
        for number, text in enumerate(self._texts):
            for name in names.within(text):
                self._naming.setdefault(name, []).append(number)

    def item(self, item: PlanItem) -> str:
        """The first few of the records that name an object; `""` where none does."""
        # Hundreds of accounts may have one user name, and hundreds of records may name that.
        found = sorted({number for name in _names(item) for number in self._naming.get(name, [])[: RECORDS_QUOTED + 1]})
        more = ["and more"] if len(found) > RECORDS_QUOTED else []
        return "; ".join([*(self._texts[number] for number in found[:RECORDS_QUOTED]), *more])


def _names(item: PlanItem) -> set[str]:
    return {item.key, str(item.record.get("name") or item.key), str(item.record.get("username") or item.key)}
