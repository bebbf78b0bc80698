# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of an automation session: creating one object of an import."""

from __future__ import annotations

from collections.abc import Callable

from ..estate import Estate
from ..kinds import BY_NAME, Kind
from ..sessions.running import Done, Task
from ..switches import VbrSwitches

TABLE = "automationSessions"


def importing(estate: Estate, switches: VbrSwitches) -> Callable[[Task], Done]:
    """Does one task of an import.

    A task is {kind, name, group, body, secrets, trouble}: an object about to be created, or the reason why it will not
    be.
    """

    def create(task: Task) -> Done:
        kind = BY_NAME[task["kind"]]
        status, text = _created(estate, switches, kind, task)
        return Done(status, f"Import of {kind.noun} {task['name']}", text)

    return create


def _created(estate: Estate, switches: VbrSwitches, kind: Kind, task: Task) -> tuple[str, str]:
    """Log status and text of one object."""
    if task["trouble"]:
        return "Failed", task["trouble"]
    twin = estate.twin(kind, task["body"])
    if twin is None:
        estate.add(kind, task["group"], task["body"], task["secrets"], {})
        return "Succeeded", "Created"
    if switches.duplicates == "skip":
        return "Warning", "Exists already, skipped"
    untouchable = twin["state"].get("backupServer") or twin["state"].get("builtin")
    if switches.duplicates == "overwrite" and not untouchable:
        estate.replace(kind, twin, task["body"], task["secrets"])
        return "Succeeded", "Exists already, overwritten"
    return "Failed", "An object with this name or unique ID exists already"
