# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a backup (facts/vcsa.md 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..vapi.errors import invalid, own

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """A part of a backup, with its size. A standalone part can be restored alone."""

    id: str
    name: str
    description: str
    optional: bool
    megabytes: int
    standalone: bool = False


COMMON = Part("common", "Inventory and configuration", "What the appliance needs to come up again", False, 512)
SEAT = Part("seat", "Stats, Events, and Tasks", "History", True, 180)
SUPERVISORS = Part("supervisors", "Supervisors Control Plane", "Control planes of Supervisors", True, 64, True)


def parts_of(supervisors: bool) -> tuple[Part, ...]:
    """The parts of an appliance with or without a Supervisor."""
    return (COMMON, SEAT, SUPERVISORS) if supervisors else (COMMON, SEAT)


def view(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "name": own(f"part.{part.id}.name", part.name),
        "description": own(f"part.{part.id}.description", part.description),
        "selected_by_default": True,
        "optional": part.optional,
        "standalone": part.standalone,
    }


def complete(asked: Iterable[str], known: tuple[Part, ...]) -> list[str]:
    """The ids of the parts to back up: the requested and the mandatory ones; raises VapiError on an unknown one."""
    wanted = set(asked)
    unknown = sorted(wanted - {part.id for part in known})
    if unknown:
        raise invalid(f"There is no part '{unknown[0]}'.", *unknown, message_id="part.unknown")
    return [part.id for part in known if part.id in wanted or not part.optional]
