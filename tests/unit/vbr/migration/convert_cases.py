# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which the differences between revisions are written down as test cases."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from contract import REVISIONS

Record = dict[str, Any]

R10, R11, R12, R130, R131, R132 = REVISIONS

REFUSED: Record = {"refused": True}
ADVANCED = "storage.advancedSettings"
APPLICATIONS = "guestProcessing.applicationAwareProcessing.appSettings[]"
VM = {"type": "VirtualMachine", "hostName": "vcenter01", "name": "vm01", "objectId": "vm-1"}
GROUPS = {"managedServers": "linuxHosts", "repositories": "SmbRepositories", "cloudcredentials": "azureCompute"}


def at(path: str, value: Any) -> Record:
    """A record with nothing but `value` at `path` (`a.b[].c`)."""
    for step in reversed(path.split(".")):
        value = {step.removesuffix("[]"): [value] if step.endswith("[]") else value}
    return dict(value)


@dataclass(frozen=True)
class Case:
    """One record on one way. `said` are the severities of the findings, once each."""

    row: str
    kind: str
    source: str
    target: str
    given: Record
    expected: Record
    said: tuple[str, ...] = ()
    group: str = ""

    @property
    def list_name(self) -> str:
        return self.group or GROUPS.get(self.kind, self.kind)

    def __str__(self) -> str:
        return f"{self.row}: {self.source} to {self.target}"


def both(
    row: str,
    kind: str,
    old: str,
    new: str,
    before: Record,
    after: Record,
    group: str = "",
    said: str = "",
    back: str = "",
) -> tuple[Case, Case]:
    """A difference that is translated in both directions; `said` and `back` name the severity of the finding."""
    return (
        Case(row, kind, old, new, before, after, tuple(said.split()), group),
        Case(row, kind, new, old, after, before, tuple(back.split()), group),
    )


def renamed(row: str, kind: str, path: str, before: str, after: str, old: str, new: str, group: str = "") -> Any:
    value = {"any": "value"}
    parent = f"{path}." if path else ""
    return both(row, kind, old, new, at(parent + before, value), at(parent + after, value), group)


def down(row: str, kind: str, new: str, old: str, given: Record, expected: Record, said: str, group: str = "") -> Case:
    return Case(row, kind, new, old, given, expected, (said,), group)


def outcome(case: Case) -> tuple[list[Record], tuple[str, ...]]:
    """The records that came out of the list the case is about, and the severities of what was said, once each."""
    converted, findings = convert({case.kind: {case.list_name: [copy.deepcopy(case.given)]}}, case.source, case.target)
    records = converted.get(case.kind, {}).get(case.list_name, [])
    return records, tuple(dict.fromkeys(finding.severity for finding in findings))


def records_of(case: Case) -> list[Record]:
    return [] if case.expected is REFUSED else [case.expected]
