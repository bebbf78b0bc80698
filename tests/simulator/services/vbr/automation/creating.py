# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating one object of an import: the work of an automation session."""

from __future__ import annotations

from collections.abc import Callable

from ..estate import Estate
from ..kind import Kind
from ..kinds import BY_NAME
from ..sessions.running import Outcome, Task
from ..switches import VbrSwitches

TABLE = "automationSessions"


def importing(estate: Estate, switches: VbrSwitches) -> Callable[[Task], Outcome]:
    """Returns the function that does one task of an import.

    A task is {kind, name, group, body, secrets, trouble}. `trouble` says why the object cannot be created, or is None.
    """

    def create(task: Task) -> Outcome:
        kind = BY_NAME[task["kind"]]
        status, text = _created(estate, switches, kind, task)
        return Outcome(status, f"Import of {kind.noun} {task['name']}", text)

    return create


def _created(estate: Estate, switches: VbrSwitches, kind: Kind, task: Task) -> tuple[str, str]:
    """Create one object; returns the status and the text of its log record."""
    if task["trouble"]:
        return "Failed", task["trouble"]
    twin = estate.twin(kind, task["body"])
    if twin is None:
        estate.add(kind, task["group"], task["body"], task["secrets"], {})
        return "Succeeded", "Created"
    if switches.duplicates == "skip":
        return "Warning", "Exists already, skipped"
    # An object that is kept in another shape is of a type that an import cannot write.
    other = twin["group"] != task["group"]
    untouchable = other or twin["state"].get("backupServer") or twin["state"].get("builtin")
    if switches.duplicates == "overwrite" and not untouchable:
        estate.replace(kind, twin, task["body"], task["secrets"])
        return "Succeeded", "Exists already, overwritten"
    return "Failed", "An object with this name or unique ID exists already"
