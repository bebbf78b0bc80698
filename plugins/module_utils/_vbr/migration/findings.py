# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was noticed about an estate: one sentence, how bad it is, where it is and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

ERROR = "error"
WARNING = "warning"
INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One remark. `code` is a stable kebab-case word to filter by; `kind`, `key`, `field` say where, `''` = the whole
    estate.

    `field` is a dotted path in wire spelling (`storage.backupRepository`). `message` and `remedy` never hold a secret.
    """

    severity: str
    code: str
    message: str
    remedy: str = ""
    kind: str = ""
    key: str = ""
    field: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.kind, self.key, self.field) if part)
        sentence = f"{place}: {self.message}" if place else self.message
        return f"{sentence} {self.remedy}".rstrip()


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that must stop a run before its first write."""
    return [finding for finding in findings if finding.severity == ERROR]
