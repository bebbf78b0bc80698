# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the quartet table (a module, its options step by step, its revisions), and the run of one step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import Option
from simulator.testing import Server
from support.tasks import drive

# The revisions that every module speaks, and those that only the oldest modules do, each with a build that has it as
# its newest.
BUILDS = {
    "1.0-rev2": "11.0.1.1261",
    "1.1-rev0": "12.0.0.1420",
    "1.2-rev1": "12.3.1.1139",
    "1.3-rev0": "13.0.0.4967",
    "1.3-rev1": "13.0.1.180",
    "1.3-rev2": "13.1.0.411",
}
# The revision that is to be spoken by two servers -> build of the source, build of the target.
PAIRS_OF_BUILDS = {
    "1.0-rev2": ("11.0.1.1261", "12.3.1.1139"),
    "1.1-rev0": ("12.0.0.1420", "13.0.1.180"),
    "1.2-rev1": ("12.3.1.1139", "13.0.1.180"),
    "1.3-rev0": ("13.0.0.4967", "13.1.0.411"),
    "1.3-rev1": ("13.0.1.180", "13.1.0.411"),
    "1.3-rev2": ("13.1.0.411", "13.1.0.411"),
}
ALL = tuple(BUILDS)
RECENT = ALL[2:]
# Steps of these names must do just that, where the result says what was done.
ACTIONS = ("create", "update", "delete")


@dataclass(frozen=True)
class Row:
    """One object through its life. Each step is a quartet of its own: check, change, check again, again.

    `module` is the short name of the module, `steps` maps a step to the options it has beside `common`; the first word
    of a step called create, update or delete is the action it must be. The server has the estate of the seed;
    `prepare` adds what else is needed.
    """

    module: str
    name: str
    steps: Mapping[str, Mapping[str, Any]]
    common: Mapping[str, Any] = field(default_factory=dict)
    revisions: tuple[str, ...] = RECENT
    prepare: Callable[[Server], None] = lambda server: None

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


def quartet(row: Row, server: Server, step: str, options: Mapping[str, Any]) -> str:
    """Run a step four times: check, change, check again, again. Returns all four results as one text."""

    def run(check: bool, readonly: bool) -> dict[str, Any]:
        server.readonly(readonly)
        result = drive(row.module, server, check=check, **options)
        assert not result.get("failed"), f"{step}: {result['msg']}"
        return result

    check = run(check=True, readonly=True)
    assert check["changed"] is True, step
    change = run(check=False, readonly=False)
    assert (change["changed"], change["diff"]) == (True, check["diff"]), f"{step}: {check} {change}"
    action = step.partition(" ")[0]
    if action in ACTIONS and "action" in change:
        assert (change["action"], check["action"]) == (action, action), step
    checked = run(check=True, readonly=True)
    again = run(check=False, readonly=True)
    for result in (checked, again):
        assert (result["changed"], result["diff"]) == (False, []), f"{step}: {result}"
    server.readonly(False)
    return json.dumps([check, change, checked, again])


def secrets(declared: Mapping[str, Option], options: Mapping[str, Any]) -> Iterator[str]:
    """The values of the secret options among these."""
    for name, value in options.items():
        option = declared[name]
        if isinstance(value, str) and option.secret:
            yield value
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping) and option.options:
                yield from secrets(option.options, part)
