# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workflow hands on of a report: small, whatever was moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What is to be done is said in so many characters at most: it may name jobs.
LONGEST = 300


def migration_brief(report: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """`report` of the filter migration_report, `path` the file it is in. `verified` is None if nothing was compared."""
    return {
        "outcome": report["outcome"],
        "dry_run": report["dry_run"],
        "totals": report["totals"],
        "verified": (report["verification"] or {}).get("ok"),
        "jobs": (report["standing"] or {}).get("counts", {}),
        "would": (report["handover"] or {}).get("planned", {}),
        "report": path,
        "next": _in_short(report["next"]),
    }


def _in_short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
