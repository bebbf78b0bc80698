# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_summary: a report in a few lines, with what is to be filled in of its missing secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..module_utils._vbr.report.summary import summary
from .secrets_skeleton import secrets_skeleton


def migration_summary(report: Mapping[str, Any], path: str = "") -> list[str]:
    """`report` of the filter migration_report, `path` the file it is in. Returns lines that any terminal can show."""
    return summary(report, path, secrets_skeleton(report["secrets_missing"]))


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"migration_summary": migration_summary}
