# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration in a few lines: what was created, kept and blocked per kind, the verification, and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

KINDS = (
    "credentials",
    "cloudcredentials",
    "encryptionPasswords",
    "managedServers",
    "repositories",
    "proxies",
    "jobs",
)
ROW = "{kind:<20} {created:>7} {kept:>7} {blocked:>7} {failed:>7} {skipped:>9}"


def migration_summary(
    result: Mapping[str, Any], verified: Mapping[str, Any] | None = None, report: str = ""
) -> list[str]:
    """`result` of vbr_automation_import, `verified` of the filter verification, `report` the file. Returns lines."""
    lines = [
        ROW.format(kind="kind", created="created", kept="kept", blocked="blocked", failed="failed", skipped="not moved")
    ]
    lines += [_row(kind, result) for kind in KINDS if kind in result.get("counts", {})]
    lines += [f"{finding['severity']}: {_place(finding)}" for finding in result.get("findings", [])]
    if verified is not None:
        lines.append(_verdict(verified))
        lines += [f"missing: {item['kind']} {item['key']} {item['reason']}".rstrip() for item in verified["missing"]]
        for item in verified["drift"]:
            fields = ", ".join(change["field"] for change in item["diff"])
            lines.append(f"differs: {item['kind']} {item['key']}: {fields}")
    return [*lines, f"report: {report}"] if report else lines


def _row(kind: str, result: Mapping[str, Any]) -> str:
    counts = result["counts"][kind]

    def number(part: str) -> int:
        return len(result.get(part, {}).get(kind, ()))

    return ROW.format(
        kind=kind,
        created=number("created"),
        kept=number("kept"),
        blocked=number("blocked"),
        failed=number("failed_objects"),
        skipped=counts["skip"],
    )


def _place(finding: Mapping[str, Any]) -> str:
    place = ": ".join(part for part in (finding["kind"], finding["key"]) if part)
    return f"{place}: {finding['message']} {finding['remedy']}".rstrip()


def _verdict(verified: Mapping[str, Any]) -> str:
    if verified["ok"]:
        return f"verified: {verified['compared']} objects, all as they should be"
    return f"verified: {len(verified['missing'])} missing, {len(verified['drift'])} differ, of {verified['compared']}"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"migration_summary": migration_summary}
