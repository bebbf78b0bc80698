# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings: what was noticed about an estate, how severe it is, where it is and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ..._core.failures import Failed
from .collection import Collection, holes

ERROR = "error"
WARNING = "warning"
INFO = "info"
# A job of the target that is kept, and not known to sleep.
AWAKE = "job-awake"
NOT_LISTED = "job-not-listed"
# What waits for somebody: an object that no call creates, and a machine that the target does not have.
NEEDS_BY_HAND = "needs-by-hand"
NOT_IN_INVENTORY = "not-in-inventory"
# Names that a server may take for one.
NAMES_BY_CASE = "names-differ-by-case"
# What an update leaves as it is.
NOT_UPDATED = "not-updated"
# What of the estate was to be exported, by words that nothing in it is meant by.
UNMATCHED_FILTER, UNMATCHED_QUERY = "unmatched-filter", "unmatched-query"
# What is left to the cutover for a reason of its own.
WAITS = "waits-for-cutover"


@dataclass(frozen=True)
class Finding:
    """One remark. `code` is a stable kebab-case word to filter by. `message` and `remedy` never hold a secret.

    `kind`, `key` and `field` say where it is, `""` means all of them; `field` is a dotted path as servers write it
    (`storage.backupRepository`). `source` is where the rule comes from, of those that the product itself has. `cause`
    is what it shares with others, if the message names something of its own; it is for counting and not shown with the
    finding.
    """

    severity: str
    code: str
    message: str
    remedy: str = ""
    kind: str = ""
    key: str = ""
    field: str = ""
    source: str = ""
    cause: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "cause"}

    def as_failed(self) -> Failed:
        """The object that it is about, for counting."""
        place = f"{self.field}: " if self.field else ""
        return Failed(self.kind, self.key, f"{place}{self.message} {self.remedy}".rstrip(), self.cause)

    def as_reason(self) -> Failed:
        """The same without what to do about it, where that stands beside."""
        return Failed(self.kind, self.key, self.message, self.cause)

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.kind, self.key, self.field) if part)
        sentence = f"{place}: {self.message}" if place else self.message
        return f"{sentence} {self.remedy}".rstrip()


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that must stop a run before its first write."""
    return [finding for finding in findings if finding.severity == ERROR]


def not_served(kind: str, revision: str, severity: str) -> Finding:
    """A revision does not have a kind that was asked for."""
    return Finding(
        severity, "kind-not-served", f"revision {revision} has no such kind.", "Leave it out of kinds.", kind
    )


def not_read(kind: str, why: str) -> Finding:
    """A server does not show what it has of a kind that goes by ordinary REST."""
    said = f"the server does not show it, so that it is not known what there is of it: {why}"
    return Finding(WARNING, "kind-not-read", said, "Look in the console, or ask for it by name (kinds).", kind)


def null_records(kind: str, collection: Collection, why: str, remedy: str) -> list[Finding]:
    """A server could not write down some hosts of a collection."""
    return [
        Finding(WARNING, "null-record", f"{missing} record(s) in {list_name} are null: {why}", remedy, kind)
        for list_name, missing in holes(collection).items()
    ]
