# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolves what an imported object refers to, by name and unique id, among what the server already has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..estate import Estate
from ..kind import Body, Group, Reference, same_text
from ..kinds import BY_NAME, JOBS
from ..shapes.rules import values
from ..switches import VbrSwitches


def unresolved(
    estate: Estate, switches: VbrSwitches, group: Group, body: Body, fellow_jobs: Collection[str]
) -> list[str]:
    """What is wrong with the references of an object, one sentence each; empty when all of them resolve.

    `fellow_jobs` are names (casefolded) of jobs in the same request that count as present.
    """
    troubles = []
    for reference in group.references:
        if not meant(reference, body):
            continue
        for value in values(body, reference.path):
            trouble = _trouble(estate, switches, reference, value, fellow_jobs)
            if trouble:
                troubles.append(trouble)
    return troubles


def meant(reference: Reference, body: Body) -> bool:
    """Whether the flag a reference depends on is set as it must be; a missing flag counts as set."""
    if not reference.only_if:
        return True
    path, _unused, wanted = reference.only_if.partition("=")
    return all(value is None or value == (wanted == "true") for value in values(body, path))


def _trouble(
    estate: Estate, switches: VbrSwitches, reference: Reference, value: Any, fellow_jobs: Collection[str]
) -> str | None:
    name = value.get(reference.name) if reference.name and isinstance(value, dict) else value
    tag = value.get(reference.tag) if reference.tag and isinstance(value, dict) else None
    if not name or not isinstance(name, str):
        return None
    kind = BY_NAME[reference.kind]
    if kind is JOBS and name.casefold() in fellow_jobs:
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
