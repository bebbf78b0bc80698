# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that no job processes: global exclusions, which nobody changes but for their note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..._core.option import REQUIRED, choice
from ..resource.calls import Apart, Call
from ..resource.places import Body, Path
from ..resource.schema import KEY, Field, Resource
from .inventory import TYPES, complete

MODEL, SPEC = "inventoryObject", "vmObject"
SENT = ("platform", "hostName", "name", "type", "objectId")
PLATFORMS = ("VSphere", "HyperV", "CloudDirector", "Nutanix", "Proxmox")


def _at(key: str) -> Path:
    return Path(f"{MODEL}.{key}", on_create=f"{SPEC}.{key}")


def noted(_before: Any, after: Any) -> Iterator[Call]:
    """The call that changes a note; a new exclusion has none."""
    if after:
        yield Call("note", {"note": after}, "PUT")


def found(service: Any, body: Body, actual: Mapping[str, Any] | None) -> Body:
    """The payload of a new exclusion with what the inventory says of its machine."""
    if actual is None:
        machine = body[MODEL]
        complete(service, machine)
        body[MODEL] = {name: machine[name] for name in SENT if name in machine}
    return body


VM_EXCLUSION = Resource(
    what="VM exclusion",
    kind="vm_exclusions",
    order=82,
    path="/api/v1/globalExclusions/vm",
    since="1.3-rev0",
    replaced=False,
    apart={"note": Apart(noted)},
    fields={
        "host_name": Field(REQUIRED, at=_at("hostName"), role=KEY),
        "name": Field(REQUIRED, at=_at("name"), role=KEY),
        # Not `type`: an exclusion has none, its object has.
        "object_type": Field(choice(*TYPES, default="VirtualMachine"), at=_at("type"), role=KEY),
        "object_id": Field(at=_at("objectId"), role=KEY),
        "platform": Field(choice(*PLATFORMS), at=_at("platform")),
        "note": Field(),
    },
    fill=found,
)
