# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of a simulated Enterprise Manager: what no source documents, and what differs between real servers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...core.service import change_switches

BAD_REQUEST, FAILED_TASK = "bad_request", "failed_task"
OUTCOMES = (FAILED_TASK, BAD_REQUEST)

CHOICES: dict[str, tuple[str, ...]] = {
    "json_keys": ("pascal", "camel"),
    "nulls": ("choices", "all"),
    "empty_lists": ("empty", "null"),
    "deserializer": ("accept", "content_type"),
    "wrong_order": ("bad_request", "null_reference", "accept"),
    "folder_name": ("required", "optional"),
    "duplicate_name": (*OUTCOMES, "accept"),
    "long_name": (*OUTCOMES, "accept"),
    "unknown_repository": OUTCOMES,
    "foreign_repository": OUTCOMES,
    "wrong_variant": OUTCOMES,
    "wrong_action": OUTCOMES,
    "clone_verdict": ("true", "denied"),
    "cloned_schedule": ("disabled", "as_source"),
    "error_body": ("service", "html", "empty"),
}


@dataclass
class EmSwitches:
    """Every switch with its default; the README says what is known about each."""

    json_keys: str = "pascal"
    nulls: str = "choices"
    empty_lists: str = "empty"
    deserializer: str = "accept"
    wrong_order: str = "bad_request"
    folder_name: str = "required"
    duplicate_name: str = FAILED_TASK
    long_name: str = FAILED_TASK
    unknown_repository: str = FAILED_TASK
    foreign_repository: str = FAILED_TASK
    wrong_variant: str = FAILED_TASK
    wrong_action: str = FAILED_TASK
    clone_verdict: str = "true"
    cloned_schedule: str = "disabled"
    error_body: str = "service"
    idle_seconds: int = 900
    listing_lag: int = 0

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises ValueError on an unknown switch or value; then nothing is changed."""
        change_switches(self, values, CHOICES)
