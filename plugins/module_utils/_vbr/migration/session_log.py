# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import session shows of itself: its progress, the records of its log, what these say of an object. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._core.operation import Progress
from ..._core.polling import ended_badly
from .plan import PlanItem


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


def said_of(item: PlanItem, log: list[dict[str, Any]]) -> str:
    """What the session's log says about an object that is not there: the records that name it."""
    names = {item.key, str(item.record.get("name") or item.key), str(item.record.get("username") or item.key)}
    texts = [" ".join(filter(None, (row["title"], row["description"]))) for row in notable(log)]
    return "; ".join(text for text in texts if any(name in text for name in names))
