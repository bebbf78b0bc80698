# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of a simulated VBR server: what no source documents, and what differs between real servers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...core.service import change_switches

# The value of `names` of a server to which upper and lower case are two.
EXACT = "exact"
# The value of `own_host` of a server that does not call its own host by its name.
THIS_SERVER = "this_server"
CHOICES: dict[str, tuple[Any, ...]] = {
    "nulls": ("emit", "omit"),
    "names": ("ignore_case", EXACT),
    "rejected_token_body": ("empty", "json"),
    "duplicates": ("refuse", "skip", "overwrite"),
    "partial_result": ("Failed", "Warning"),
    "blank_secrets": ("refuse", "accept"),
    "ambiguous_reference": ("refuse", "first"),
    "chained_jobs": ("earlier", "any"),
    "job_spelling": ("spec", "sample"),
    "job_result": ("Success", "Warning", "Failed"),
    "disabled_jobs": ("refuse", "run"),
    "disabled_at_work": ("running", "disabled"),
    "used_credentials": ("delete", "refuse"),
    "swagger": ("short", "off"),
    "missing_version": ("refuse", "newest"),
    "twins": ("refuse", "accept"),
    "text_values": ("convert", "refuse"),
    "zero_ids": ("off", "on"),
    "proxy_names": ("own", "host"),
    "own_host": ("name", THIS_SERVER),
    "job_list": ("whole", "by_type", "some_types", "not_vsphere", "not_backup"),
    "source_backup": ("adopt", "at_its_run", "ignore", "refuse"),
    "imported_chains": ("move", "refuse"),
    "snmp_community": ("clear", "blank"),
    "unknown_fields": ("keep", "drop"),
    "four_eyes": ("off", "refuse", "pending"),
}


@dataclass
class VbrSwitches:
    """Every switch with its default; the README says what is known about each."""

    nulls: str = "emit"
    names: str = "ignore_case"
    rejected_token_body: str = "empty"
    duplicates: str = "refuse"
    partial_result: str = "Failed"
    blank_secrets: str = "refuse"
    ambiguous_reference: str = "refuse"
    chained_jobs: str = "earlier"
    job_spelling: str = "spec"
    job_result: str = "Success"
    disabled_jobs: str = "refuse"
    disabled_at_work: str = "running"
    used_credentials: str = "delete"
    swagger: str = "short"
    swagger_bytes: int = 0
    missing_version: str = "refuse"
    twins: str = "refuse"
    text_values: str = "convert"
    zero_ids: str = "off"
    proxy_names: str = "own"
    own_host: str = "name"
    job_list: str = "whole"
    source_backup: str = "adopt"
    imported_chains: str = "move"
    snmp_community: str = "clear"
    unknown_fields: str = "keep"
    four_eyes: str = "off"
    expires_in: int = 900
    page_size: int = 200
    deletion_lag: int = 2
    host_keys: int = 0

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises ValueError on an unknown switch or value; then nothing is changed."""
        change_switches(self, values, CHOICES)
