# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a planned import says about a target that should be complete: what is missing, what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def verification(result: Mapping[str, Any]) -> dict[str, Any]:
    """`result` is that of vbr_automation_import in check mode. Returns `ok`, `compared`, `missing` and `drift`."""
    plan = result.get("plan", [])
    missing = [_named(item) for item in plan if item["action"] in ("create", "blocked")]
    drift = [{**_named(item), "diff": item["diff"]} for item in plan if item["action"] == "drift"]
    compared = sum(item["action"] != "skip" for item in plan)
    return {"ok": not missing and not drift, "compared": compared, "missing": missing, "drift": drift}


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": item["kind"], "key": item["key"], "reason": item["reason"]}


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"verification": verification}
