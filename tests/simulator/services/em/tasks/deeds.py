# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do. A deed reads the estate and tells its outcome; the estate changes when the task has it shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ....core.store import Row
from ..estate import BACKUPS, JOBS, Change, Estate, add, drop, put
from ..switches import EmSwitches
from .cloning import clone
from .outcome import OK, Outcome, failed

Wish = dict[str, Any]
Deed = Callable[[Estate, EmSwitches, Wish], Outcome]
GONE = "Simulated: the job is not found"


def on_job(do: Callable[[Estate, Row, Wish], Outcome]) -> Deed:
    """A deed on the job of the wish, which may be gone by now."""

    def deed(estate: Estate, switches: EmSwitches, wish: Wish) -> Outcome:
        row = estate.actual(JOBS).get(wish["job"])
        return failed(GONE) if row is None else do(estate, row, wish)

    return deed


def trigger(estate: Estate, row: Row, wish: Wish) -> Outcome:
    """Says that the job was told so. A first run makes the backup through which the job's repository is found."""
    changes: list[Change] = []
    if wish["word"] in ("start", "retry", "sync") and not _has_backup(estate, row) and row.get("repository"):
        backup = estate.store.new_id(BACKUPS)
        changes = [add(BACKUPS, backup, name=row["name"], job=row["id"], repository=row["repository"])]
    return Outcome(f'Job "{row["name"]}" triggered to {wish["word"]}.', changes=changes)


def _has_backup(estate: Estate, row: Row) -> bool:
    return any(backup["job"] == row["id"] for backup in estate.actual(BACKUPS).values())


def toggle(estate: Estate, row: Row, wish: Wish) -> Outcome:
    return Outcome(OK, changes=[put(JOBS, row["id"], scheduleEnabled=not row["scheduleEnabled"])])


def edit(estate: Estate, row: Row, wish: Wish) -> Outcome:
    """What is sent replaces what is there; in sections, property by property."""
    return Outcome(OK, changes=[put(JOBS, row["id"], **merged(row, wish["fields"]))])


def delete(estate: Estate, row: Row, wish: Wish) -> Outcome:
    return Outcome(OK, changes=[drop(JOBS, row["id"])])


def refuse(estate: Estate, switches: EmSwitches, wish: Wish) -> Outcome:
    """The outcome that a switch has chosen for what no source tells."""
    return failed(wish["message"])


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `new`, with what `old` has beside them in each section."""
    return {
        name: {**old[name], **merged(old[name], value)}
        if isinstance(value, dict) and isinstance(old.get(name), dict)
        else value
        for name, value in new.items()
    }


DEEDS: dict[str, Deed] = {
    "clone": clone,
    "trigger": on_job(trigger),
    "toggle": on_job(toggle),
    "edit": on_job(edit),
    "delete": on_job(delete),
    "refuse": refuse,
}
