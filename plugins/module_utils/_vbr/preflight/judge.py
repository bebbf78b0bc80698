# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging a move: every rule, what of it was accepted, and how it is reported. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..._core.failures import by_reason
from ..migration.findings import ERROR, INFO, WARNING, Finding
from . import jobs, names, servers, storage
from .codes import finding, unjudged
from .facts import Move

SEVERITIES = (ERROR, WARNING, INFO)
RULES = (*servers.RULES, *storage.RULES, *names.RULES, *jobs.RULES)


@dataclass(frozen=True)
class Judgement:
    """What was found, the most severe first, and the codes that were accepted."""

    findings: tuple[Finding, ...]
    accepted: tuple[str, ...]

    @property
    def refused(self) -> list[Finding]:
        """The errors that nobody accepted."""
        return [one for one in self.findings if one.severity == ERROR and one.code not in self.accepted]

    def report(self) -> dict[str, Any]:
        """What was found, a finding per code: a result does not grow with the objects."""
        count = Counter(one.severity for one in self.findings)
        found = {one.code for one in self.findings}
        return {
            "findings": [*_by_code(self.findings)],
            "counts": {severity: count[severity] for severity in SEVERITIES},
            "accepted": sorted(found & set(self.accepted)),
            "failures": by_reason(one.as_failed() for one in self.refused),
        }


def _by_code(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
    """A finding per code, with how many there are and the first of the objects. One alone is as it is.

    What is about no object is about a whole server: there is one for each reason.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.code, "" if one.kind else one.cause or one.message), []).append(one)
    for (code, _reason), found in groups.items():
        reasons = by_reason(one.as_reason() for one in found)
        [whole] = by_reason(replace(one.as_failed(), cause=code) for one in found)
        others = len(reasons) - 1
        first = str(reasons[0]["reason"])
        said = first if first.endswith((".", "…")) else f"{first}."
        some = f"{reasons[0]['count']} of {len(found)}: " if others else ""
        more = f" And {others} more reason{'s' if others > 1 else ''}." if others else ""
        alone = len(found) == 1
        yield {
            **found[0].as_dict(),
            "message": found[0].message if alone else f"{some}{said}{more}",
            "kind": _common(one.kind for one in found),
            "key": _common(one.key for one in found),
            "field": _common(one.field for one in found),
            "count": len(found),
            "objects": whole["objects"],
        }


def _common(values: Iterable[str]) -> str:
    """What all of them are; `''` where they are not the same."""
    first, *others = dict.fromkeys(values)
    return "" if others else first


def judge(move: Move, accepted: Collection[str], noticed: Iterable[Finding] = ()) -> Judgement:
    """Ask every rule. What could not be judged for want of a server is reported as well, and what was `noticed`."""
    found = [*noticed, *(one for rule in RULES for one in rule(move)), *_without(move)]
    ordered = sorted(dict.fromkeys(found), key=lambda one: SEVERITIES.index(one.severity))
    return Judgement(tuple(ordered), tuple(accepted))


def _without(move: Move) -> Iterator[Finding]:
    codes = unjudged(move.known)
    if codes:
        known = ", ".join(sorted(move.known)) or "nothing"
        yield finding("not-checked", f"with {known} alone: {', '.join(codes)}.")
