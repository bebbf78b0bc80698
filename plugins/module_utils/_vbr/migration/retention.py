# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule that turns a number of restore points into a number of days. Pure.

New jobs of version 13 are offered days only (user guide). Every revision can still write down restore points, so that
nothing is converted unless the user says how many days a restore point is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from ..._core.compare import Drift, fold, value_at
from ..._core.errors import InvalidInput, quoted
from .collection import Record
from .findings import INFO, WARNING, Finding
from .kinds import JOBS

RESTORE_POINTS, DAYS = "RestorePoints", "Days"
# The user's words: convert: {restore_points: {days_per_point: 1}}.
RULE, FACTOR = "restore_points", "days_per_point"
WHOLE = f"convert.{RULE}.{FACTOR}"
POLICY = ("storage", "retentionPolicy")
CONVERTED = "restore-points-converted"
HOW = f"Days are rounded up. Leave convert.{RULE} out to keep restore points (vbr_import_convert in the roles)."


def days_per_point(convert: Mapping[str, Any] | None) -> str:
    """How many days a restore point is worth, as the user said it; `''` where there is no rule. Raises InvalidInput."""
    given = dict(convert or {})
    if not given:
        return ""
    rule = given.pop(RULE, None)
    if given or not isinstance(rule, Mapping) or set(rule) != {FACTOR}:
        raise InvalidInput("convert is no rule that is known.", f"It takes {RULE}: {{{FACTOR}: 1}}.")
    number = _number(rule[FACTOR])
    if number is None or number <= 0:
        raise InvalidInput(f"{WHOLE} is {quoted(rule[FACTOR])}.", "It is a number greater than zero.")
    return str(number)


def changes(job: Record, factor: str) -> tuple[Drift, ...]:
    """What the rule changes of a job: `before` is what it has, `after` what it gets. Nothing without a rule."""
    policy = value_at(job, POLICY)
    if not factor or not isinstance(policy, Mapping) or fold(policy.get("type")) != fold(RESTORE_POINTS):
        return ()
    points = _number(policy.get("quantity"))
    if points is None or points <= 0:
        return ()
    days = int((points * Decimal(factor)).to_integral_value(ROUND_CEILING))
    place = ".".join(POLICY)
    return (
        Drift(f"{place}.type", policy["type"], DAYS),
        *((Drift(f"{place}.quantity", policy["quantity"], days),) if days != policy["quantity"] else ()),
    )


def in_days(job: Record, factor: str) -> Record:
    """The job as it is after the rule; the very same one where the rule changes nothing."""
    changed = {change.field.rpartition(".")[2]: change.after for change in changes(job, factor)}
    if not changed:
        return job
    storage = job["storage"]
    return {**job, "storage": {**storage, "retentionPolicy": {**storage["retentionPolicy"], **changed}}}


def in_words(job: Record, factor: str) -> str:
    """What the rule makes of a job; `''` if nothing."""
    if not changes(job, factor):
        return ""
    before, after = (value_at(each, (*POLICY, "quantity")) for each in (job, in_days(job, factor)))
    return f"its {before} restore points become {after} days ({WHOLE}: {factor})."


def converted(jobs: Iterable[tuple[str, Record]], factor: str) -> Iterator[Finding]:
    """A finding for each of these jobs, by name, that the rule changes; a warning if it changes none."""
    used = False
    for name, job in jobs:
        said = in_words(job, factor)
        if said:
            used = True
            cause = f"its restore points become days ({WHOLE}: {factor})."
            yield Finding(INFO, CONVERTED, said, HOW, JOBS.name, name, ".".join(POLICY), cause=cause)
    if factor and not used:
        yield unused("no job that is moved keeps a number of restore points")


def unused(why: str) -> Finding:
    """The rule is there and nothing goes by it."""
    return Finding(WARNING, "unused-convert", f"convert.{RULE} changes nothing: {why}.", "Leave it out.")


def _number(value: Any) -> Decimal | None:
    """A number, also one that was written as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
