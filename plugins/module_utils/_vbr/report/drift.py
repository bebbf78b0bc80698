# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How severe it is what differs between two servers: a table, the first line of which that fits says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import Failed, by_reason, in_words
from ..handover.whereabouts import OFF_ON_BOTH, ON_BOTH
from ..migration.kinds import JOBS

CRITICAL = "critical"
WARNING = "warning"
INFO = "info"
SEVERITIES = (CRITICAL, WARNING, INFO)
NEVER = "never"
# Without one of these nothing is backed up; without the others, what needs them would be missing too.
MISSING = {JOBS.name: (CRITICAL, "this job is missing")}
OTHERS_MISSING = (WARNING, "this object is missing")
EXTRA = "it is on the server and not in the code"
NO_FIELD: Mapping[str, Any] = {"field": "", "before": None, "after": None}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class DriftRule:
    """A line of the table: which fields of which kind (of any, if `''`), and which values, are how severe and why.

    `fits` is given what the compared server has, and what it should have.
    """

    severity: str
    why: str
    field: re.Pattern[str]
    kind: str = ""
    fits: Callable[[Any, Any], bool] = lambda _actual, _desired: True


def _off(actual: Any, desired: Any) -> bool:
    return desired is True and actual is not True


def _less(actual: Any, desired: Any) -> bool:
    return _is_number(desired) and not (_is_number(actual) and actual >= desired)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


TABLE = (
    DriftRule(CRITICAL, "encryption is off", re.compile(r"(^|\.)\w*encryption(\.isEnabled|Enabled)$", re.I), fits=_off),
    DriftRule(CRITICAL, "retention is shorter", re.compile(r"(^|\.)retentionPolicy\.quantity$", re.I), fits=_less),
    DriftRule(CRITICAL, "retention is counted otherwise", re.compile(r"(^|\.)retentionPolicy\.type$", re.I)),
    DriftRule(
        CRITICAL, "long-term retention is off", re.compile(r"(^|\.)gfsPolicy(\.\w+)?\.isEnabled$", re.I), fits=_off
    ),
    DriftRule(CRITICAL, "retention is shorter", re.compile(r"(^|\.)gfsPolicy\.\w+\.keepFor\w+$", re.I), fits=_less),
    DriftRule(CRITICAL, "immutability is off or shorter", re.compile(r"(^|\.)\w*immutab\w*(\.\w+)?$", re.I), fits=_off),
    DriftRule(
        CRITICAL, "immutability is off or shorter", re.compile(r"(^|\.)\w*immutab\w*(\.\w+)?$", re.I), fits=_less
    ),
    DriftRule(
        CRITICAL, "it writes to another repository", re.compile(r"(^|\.)backupRepository(Id|\.\w+)?$", re.I), JOBS.name
    ),
    DriftRule(INFO, "it is described otherwise", re.compile(r"(^|\.)(description|comment|notes)$", re.I)),
    DriftRule(WARNING, "a setting differs", re.compile(r"")),
)


def drift(verified: Row, fail_on: str = NEVER) -> dict[str, Any]:
    """`verified` is what the filter verification found: what is missing, what differs, which jobs have diverged.

    Returns `rows`, one per missing object and per field, the most severe first; `counts` by severity; `stops`, how many
    of the rows are as severe as `fail_on` or more, and `said`, what these are, in a few lines.

    Raises ValueError for another `fail_on`.
    """
    if fail_on not in (*SEVERITIES, NEVER):
        raise ValueError(f"fail_on is {quoted(fail_on)}; it is one of {', '.join((*SEVERITIES, NEVER))}.")
    rows = sorted(_rows(verified), key=lambda row: SEVERITIES.index(row["severity"]))
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != NEVER else ()
    stops = [row for row in rows if row["severity"] in grave]
    groups = by_reason(Failed(row["kind"], row["key"], _in_words(row)) for row in stops)
    return {
        "counts": {severity: sum(row["severity"] == severity for row in rows) for severity in SEVERITIES},
        "rows": rows,
        "stops": len(stops),
        "said": "\n".join(in_words(groups)),
    }


def _rows(verified: Row) -> Iterator[dict[str, Any]]:
    for found in verified.get("diverged", []):
        # What the journal says of a job, and what both servers show of it. What no server runs is not backed up.
        severity = CRITICAL if any(one in found["reason"] for one in (ON_BOTH, OFF_ON_BOTH)) else WARNING
        yield _row(found, severity, found["reason"], NO_FIELD)
    for found in verified.get("missing", []):
        severity, why = MISSING.get(found["kind"], OTHERS_MISSING)
        why = f"{why}: {found['reason']}" if found["reason"] else why
        yield _row(found, severity, why, NO_FIELD)
    for found in verified.get("by_hand", []):
        yield _row(found, WARNING, found["reason"], NO_FIELD)
    for found in verified.get("extra", []):
        yield _row(found, WARNING, EXTRA, NO_FIELD)
    for found in verified.get("drift", []):
        for change in found["diff"]:
            # The last rule fits everything.
            rule = next((rule for rule in TABLE if _fits(rule, str(found["kind"]), change)), TABLE[-1])
            yield _row(found, rule.severity, rule.why, change)


def _row(found: Row, severity: str, why: str, change: Row) -> dict[str, Any]:
    values = {name: change.get(name) for name in ("field", "before", "after")}
    return {"severity": severity, "kind": found["kind"], "key": found["key"], "why": why, **values}


def _fits(rule: DriftRule, kind: str, change: Row) -> bool:
    if rule.kind and fold(rule.kind) != fold(kind):
        return False
    return bool(rule.field.search(str(change["field"]))) and rule.fits(change.get("before"), change.get("after"))


def _in_words(row: Row) -> str:
    """How severe, why, and in what it differs. Objects of which the same is true share it."""
    place = f" ({row['field']}: {quoted(row['before'])} instead of {quoted(row['after'])})" if row["field"] else ""
    return f"{row['severity']}: {row['why']}{place}"
