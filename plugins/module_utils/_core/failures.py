# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong with many objects, in few words: each reason once, with how many and the first of their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .errors import quoted

NAMES_SHOWN = 20
REASONS_SHOWN = 10


@dataclass(frozen=True)
class Failed:
    """An object of which something went wrong.

    `cause` is what it shares with others, if the reason itself names something of its own.
    """

    kind: str
    name: str
    reason: str
    cause: str = ""


def by_reason(failed: Iterable[Failed]) -> list[dict[str, Any]]:
    """A group per reason, the largest first: `{"reason": "...", "count": 300, "objects": {"jobs": ["A", "B", ...]}}`.

    `objects` has the first names only; `count` counts all. An object counts once, however often it has a reason.
    """
    found: dict[str, dict[Any, Failed]] = {}
    for one in failed:
        members = found.setdefault(one.cause or one.reason, {})
        members.setdefault((one.kind, one.name) if one.name else len(members), one)
    groups = {cause: list(members.values()) for cause, members in found.items()}
    return [
        {
            "reason": members[0].reason if len(members) == 1 else cause,
            "count": len(members),
            "objects": _names_by_kind(members[:NAMES_SHOWN]),
        }
        for cause, members in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def for_want(how: str) -> str:
    """The cause that all share of which something that they need is blocked, say: which of them it was, each has."""
    return f"something that they need {how}"


def _names_by_kind(members: Iterable[Failed]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for one in members:
        names.setdefault(one.kind, []).append(one.name)
    return names


def in_words(groups: Collection[dict[str, Any]]) -> list[str]:
    """A line per reason; the last one says how many reasons are not shown."""
    shown = list(groups)[:REASONS_SHOWN]
    more = len(groups) - len(shown)
    rest = sum(group["count"] for group in groups) - sum(group["count"] for group in shown)
    return [*map(_line, shown), *([f"and {rest} more objects, for {more} other reasons"] if more else [])]


def _line(group: dict[str, Any]) -> str:
    named = [
        f"{kind} {', '.join(quoted(name) for name in names if name)}".strip()
        for kind, names in group["objects"].items()
    ]
    more = group["count"] - sum(map(len, group["objects"].values()))
    place = f"{'; '.join(filter(None, named))}{f' and {more} more' if more else ''}"
    return ": ".join(filter(None, (place, group["reason"])))


def listed(names: Collection[str], count: int | None = None) -> str:
    """Names as a message lists them: the first ones, and how many more there are of all, which `count` may say."""
    more = (len(names) if count is None else count) - NAMES_SHOWN
    return ", ".join(islice(names, NAMES_SHOWN)) + (f" and {more} more" if more > 0 else "")
