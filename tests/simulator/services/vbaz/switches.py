# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of a simulated appliance: what no source documents, and what differs between real ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...core.service import change_switches
from .versions import SERVED

CHOICES: dict[str, tuple[Any, ...]] = {
    "product": tuple(SERVED),
    "unserved_body": ("empty", "problem"),
    "rejected_token_body": ("problem", "empty"),
    "old_refresh_token": ("void", "valid"),
    "unknown_query": ("ignore", "refuse"),
    "csv_lists": ("either", "commas"),
    "name_filter": ("contains", "equals"),
    "nulls": ("omit", "emit"),
    "total_count": ("number", "null"),
    "about_in_v1": ("served", "missing"),
    "other_accept": ("csv", "refuse"),
    "export_type": ("octet-stream", "format"),
    "export_disposition": ("attachment", "none"),
    "export_length": ("chunked", "declared"),
    "v1_export": ("page", "file"),
    "older_export": ("file", "page"),
    "read_only_export": ("allow", "refuse"),
    "license_agreement": ("accepted", "pending"),
}


@dataclass
class VbazSwitches:
    """Every switch with its default; the README says what is known about each."""

    product: str = "8.1"
    unserved_body: str = "empty"
    rejected_token_body: str = "problem"
    old_refresh_token: str = "void"
    unknown_query: str = "ignore"
    csv_lists: str = "either"
    name_filter: str = "contains"
    nulls: str = "omit"
    total_count: str = "number"
    about_in_v1: str = "served"
    other_accept: str = "csv"
    export_type: str = "octet-stream"
    export_disposition: str = "attachment"
    export_length: str = "chunked"
    v1_export: str = "page"
    older_export: str = "file"
    read_only_export: str = "allow"
    license_agreement: str = "accepted"
    expires_in: int = 3600
    short_refresh: int = 3600
    page_size: int = 0

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises ValueError on an unknown switch or value; then nothing is changed."""
        change_switches(self, values, CHOICES)
