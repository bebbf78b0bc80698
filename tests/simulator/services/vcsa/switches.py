# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of a simulated vCenter: what no source documents, and what differs between real ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...core.service import change_switches

DEFAULT_IDLE_SECONDS = 1800
DEFAULT_LIFETIME_SECONDS = 86_400
DEFAULT_SESSION_LIMIT = 550

CHOICES: dict[str, tuple[Any, ...]] = {
    "release": ("8.0.2", "6.5", "6.7.0", "6.7.2", "7.0.3", "8.0.3", "9.1.1"),
    "styles": ("both", "rest", "api"),
    "rest_session_path": ("off", "on"),
    "rejected_session_body": ("json", "empty"),
    "unknown_fields": ("refuse", "ignore"),
    "job_outcome": ("SUCCEEDED", "FAILED"),
    "validate_status": ("OK", "WARNING", "FAIL"),
    "violation_in_validate": ("FAIL", "refuse", "error"),
    "violation_in_create": ("refuse", "error", "late"),
    "cancel_finished": ("FAIL", "WARNING"),
    "details_of_running": ("RUNNING", "PENDING", "BLOCKED"),
    "run_type": ("SCHEDULED", "MANUAL"),
    "second_schedule": ("allow", "refuse"),
    "schedule_parts": ("complete", "given"),
    "retention_prunes": ("scheduled", "all"),
    "list_order": ("newest", "oldest"),
    "directory": ("vCenter", "none"),
    "supervisors": ("off", "on"),
}


@dataclass
class VcsaSwitches:
    """Every switch with its default; the README says what is known about each."""

    release: str = "8.0.2"
    styles: str = "both"
    rest_session_path: str = "off"
    rejected_session_body: str = "json"
    unknown_fields: str = "refuse"
    job_outcome: str = "SUCCEEDED"
    job_message: str = ""
    validate_status: str = "OK"
    violation_in_validate: str = "FAIL"
    violation_in_create: str = "refuse"
    unreachable_host: str = ""
    cancel_finished: str = "FAIL"
    cancel_looks: int = 0
    details_of_running: str = "RUNNING"
    run_type: str = "SCHEDULED"
    second_schedule: str = "allow"
    schedule_parts: str = "complete"
    retention_prunes: str = "scheduled"
    list_order: str = "newest"
    directory: str = "vCenter"
    supervisors: str = "off"
    idle_seconds: int = DEFAULT_IDLE_SECONDS
    lifetime_seconds: int = DEFAULT_LIFETIME_SECONDS
    session_limit: int = DEFAULT_SESSION_LIMIT

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises ValueError on an unknown switch or value; then nothing is changed."""
        change_switches(self, values, CHOICES)
