# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks up what an imported object refers to, by name and unique id, among the objects of the server."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ....core.names import folded
from ..estate import Estate
from ..kind import Body, Group, Reference, same_text
from ..kinds import BY_NAME, JOBS
from ..shapes.rules import values
from ..switches import VbrSwitches


def unresolved(
    estate: Estate, switches: VbrSwitches, group: Group, body: Body, coming_jobs: Collection[str]
) -> list[str]:
    """What is wrong with the references of an object, one sentence each; empty when all are found.

    `coming_jobs` are the names (folded) of jobs in the same request that count as existing.
    """
    troubles = []
    for reference in group.references:
        if not meant(reference, body):
            continue
        for value in values(body, reference.path):
            trouble = _trouble(estate, switches, reference, value, coming_jobs)
            if trouble:
                troubles.append(trouble)
    return troubles


def meant(reference: Reference, body: Body) -> bool:
    """Whether a reference counts: the flag it depends on has the needed value, or is missing."""
    if not reference.only_if:
        return True
    path, _unused, wanted = reference.only_if.partition("=")
    return all(value is None or value == (wanted == "true") for value in values(body, path))


def _trouble(
    estate: Estate, switches: VbrSwitches, reference: Reference, value: Any, coming_jobs: Collection[str]
) -> str | None:
    name = value.get(reference.name) if reference.name and isinstance(value, dict) else value
    tag = value.get(reference.tag) if reference.tag and isinstance(value, dict) else None
    if not name or not isinstance(name, str):
        return None
    kind = BY_NAME[reference.kind]
    if kind is JOBS and folded(name) in coming_jobs:
        return None
    if reference.kind == "encryptionPasswords":
        found = [row for row in estate.rows(kind) if same_text(row["body"].get("uniqueId"), name)]
    else:
        found = estate.named(kind, name) or (estate.named(BY_NAME[reference.also], name) if reference.also else [])
    if tag:
        found = [row for row in found if same_text(row["body"].get("uniqueId"), tag)]
    label = f"{name} ({tag})" if tag else name
    if not found:
        return f"{kind.noun} {label} is not found"
    if len(found) > 1 and switches.ambiguous_reference == "refuse":
        return f"{kind.noun} {label} is ambiguous: {len(found)} of them have this name"
    return None
