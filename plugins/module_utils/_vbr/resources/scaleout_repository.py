# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale-out repositories: extents, tiers, placement, and the modes of extents (facts/vbr.md 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._core.operation import Params
from ..resource.schema import Field, Marking, Ref, Resource
from .references import SCALE_OUT_REPOSITORIES, STORE

TAG_WAVE = "1.1-rev0"
EXTENTS = "performanceTier.performanceExtents"


# A replacement wants the name of an extent beside its id.
EXTENT = replace(STORE, parts={"id": Field(wire="id"), "name": Field(wire="name")})


def _extents(wire: str = "", ref: Ref = STORE, **other: Any) -> Field:
    return Field(type="list", elements="str", wire=wire, ref=ref, unordered=True, **other)


def _placement(params: Params) -> str | None:
    """The policy has to be named if anything is said of it."""
    said = params.get("placement_settings") is not None or params.get("strict_placement") is not None
    return "DataLocality" if said else None


def by_id(_service: Any, body: dict[str, Any], actual: Mapping[str, Any] | None) -> dict[str, Any]:
    """A new repository takes nothing but the ids of its extents."""
    tier = body.get("performanceTier", {})
    if actual is None and "performanceExtents" in tier:
        tier["performanceExtents"] = [{"id": extent["id"]} for extent in tier["performanceExtents"]]
    return body


CAPACITY_TIER = {
    "enabled": Field(type="bool", wire="isEnabled", formerly={TAG_WAVE: "enabled"}, initial=True),
    "extents": _extents(each="id"),
    "copy_policy_enabled": Field(type="bool"),
    "move_policy_enabled": Field(type="bool"),
    "operational_restore_period_days": Field(type="int"),
    "override_policy_enabled": Field(type="bool", wire="overridePolicy.isEnabled"),
    "override_space_threshold_percents": Field(type="int", wire="overridePolicy.overrideSpaceThresholdPercents"),
}
ARCHIVE_TIER = {
    "enabled": Field(type="bool", wire="isEnabled", initial=True),
    "extent": Field(wire="extentId", ref=STORE),
    "archive_period_days": Field(type="int"),
    "cost_optimized_archive_enabled": Field(type="bool", wire="advancedSettings.costOptimizedArchiveEnabled"),
    "archive_deduplication_enabled": Field(type="bool", wire="advancedSettings.archiveDeduplicationEnabled"),
}
PLACEMENT = {
    "extent": Field(required=True, wire="extentId", ref=STORE),
    "allowed_backups": Field(required=True, choices=("All", "FullsOnly", "IncrementsOnly", "None")),
}

SCALEOUT_REPOSITORY = Resource(
    what="scale-out repository",
    path=SCALE_OUT_REPOSITORIES,
    since="1.1-rev0",
    name_filter=("nameFilter", "name"),
    fields={
        "name": Field(required=True, key=True),
        "description": Field(initial=""),
        "unique_id": Field(birth=True, formerly={TAG_WAVE: "tag"}),
        "performance_extents": _extents(EXTENTS, EXTENT, needed=True),
        "per_machine_backup": Field(type="bool", wire="performanceTier.advancedSettings.perVmBackup"),
        "full_when_extent_offline": Field(type="bool", wire="performanceTier.advancedSettings.fullWhenExtentOffline"),
        "placement": Field(choices=("DataLocality", "Performance"), wire="placementPolicy.type", initial=_placement),
        "placement_settings": Field(
            type="list", elements="dict", wire="placementPolicy.settings", options=PLACEMENT, unordered=True
        ),
        "strict_placement": Field(type="bool", wire="placementPolicy.enforceStrictPlacementPolicy"),
        "capacity_tier": Field(type="dict", options=CAPACITY_TIER),
        "archive_tier": Field(type="dict", options=ARCHIVE_TIER),
        "sealed_extents": _extents(local=True),
        "maintenance_extents": _extents(local=True),
        "settings": Field(type="dict"),
    },
    fill=by_id,
    markings=(
        Marking(
            "sealed_extents", EXTENTS, "status", "Sealed", "enableSealedMode", "disableSealedMode", "repositoryIds"
        ),
        Marking(
            "maintenance_extents",
            EXTENTS,
            "status",
            "Maintenance",
            "enableMaintenanceMode",
            "disableMaintenanceMode",
            "repositoryIds",
        ),
    ),
)
