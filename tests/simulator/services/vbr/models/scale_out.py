# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale-out repositories as /api/v1/backupInfrastructure/scaleOutRepositories shows and takes them."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..errors import bad_request
from ..estate import Estate
from ..kinds import REPOSITORIES, SCALE_OUT_REPOSITORIES, Body
from ..revisions import older
from ..shapes.rules import copy_json, parse, places, render, values
from .links import Link, show
from .stored import Model, Stored, require

GROUP = SCALE_OUT_REPOSITORIES.groups[0]
EXTENTS = "performanceTier.performanceExtents"
LISTS = (EXTENTS, "capacityTier.extents")
# Inside, an extent is the name of its repository.
EXTENT = "extent"
LINKS = (
    *(Link(f"{path}[].{EXTENT}", "id", "repositories") for path in LISTS),
    Link(f"placementPolicy.settings[].{EXTENT}", "extentId", "repositories"),
    Link(f"archiveTier.{EXTENT}", "extentId", "repositories"),
)
SEALED, MAINTENANCE = "Sealed", "Maintenance"
MODES = (MAINTENANCE, SEALED)
TOLD = ("name", "status")


def show_scale_out(row: Row, estate: Estate, revision: str) -> Model:
    body = show(LINKS, render(GROUP.rules, row["body"], revision), estate)
    for container, key in places(body, f"{EXTENTS}[]"):
        extent = container[key]
        extent |= {"name": _name(estate, extent["id"]), "status": _status(row, extent["id"], revision)}
    if older(revision, "1.1-rev0"):
        _show_as_of_old(body, estate)
    return {"id": row["id"], **body}


def _name(estate: Estate, row_id: str) -> str | None:
    row = estate.get(REPOSITORIES, row_id)
    return row["body"]["name"] if row else None


def _status(row: Row, extent_id: str, revision: str) -> Any:
    """Several words from 1.3 on, before that the one that matters most."""
    words = [mode for mode in MODES if extent_id in row["state"].get(mode, [])] or ["Normal"]
    return words[0] if older(revision, "1.3-rev0") else words


def _show_as_of_old(body: Body, estate: Estate) -> None:
    """1.0 named the extents of a policy, and had one capacity extent."""
    for container, key in places(body, "placementPolicy.settings[]"):
        container[key]["extentName"] = _name(estate, container[key].pop("extentId"))
    (body.get("placementPolicy") or {}).pop("enforceStrictPlacementPolicy", None)
    for container, key in list(places(body, "capacityTier.extents")):
        container["extentId"] = next((each["id"] for each in container.pop(key)), None)


def read_scale_out(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for what is missing, for an extent that is none, and for one that belongs to another."""
    require(model, "name", "description", "performanceTier")
    require(model["performanceTier"], "performanceExtents")
    body = copy_json({key: value for key, value in model.items() if key != "id"})
    for container, key in places(body, f"{EXTENTS}[]"):
        for told in TOLD:
            container[key].pop(told, None)
    for link in LINKS:
        link.read(body, estate)
    stored = parse(GROUP.rules, body, revision)
    _spare(stored, estate)
    return Stored(GROUP.name, stored, {})


def _spare(body: Body, estate: Estate) -> None:
    """An extent belongs to one scale-out repository only."""
    mine = set(extents_of(body))
    for other in estate.rows(SCALE_OUT_REPOSITORIES):
        taken = mine.intersection(extents_of(other["body"]))
        if taken and other["body"]["name"] != body["name"]:
            raise bad_request(f"{', '.join(sorted(taken))} belongs to {other['body']['name']} already")


def extents_of(body: Body) -> list[str]:
    return [name for path in LISTS for name in values(body, f"{path}[].{EXTENT}")]
