# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale-out repositories: extents, tiers, placement, and the modes of extents (facts/vbr.md 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._core.operation import Params
from ..._core.option import FLAG, NUMBER, OBJECT, OBJECTS, REQUIRED, TEXTS, choice
from ..resource.calls import Marking
from ..resource.places import Part, Path
from ..resource.schema import ALWAYS_NEEDED, CREATE_ONLY, KEY, LOCAL, Field, Resource
from ..revisions import OLD_NAMES_UNTIL
from .repository import STORE
from .settings import SETTINGS_FIELD

SCALE_OUT_REPOSITORIES = "/api/v1/backupInfrastructure/scaleOutRepositories"
TIER = "performanceTier"
EXTENTS = f"{TIER}.performanceExtents"
# An extent of a capacity tier is an object with its id; that of a performance tier has its name beside it.
BY_ID = replace(STORE, parts={"id": Part("id")})
BY_ID_AND_NAME = replace(STORE, parts={"id": Part("id"), "name": Part("name")})


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
    "enabled": Field(FLAG, at=Path("isEnabled", earlier={OLD_NAMES_UNTIL: "enabled"}), initial=True),
    "extents": Field(TEXTS, codec=BY_ID, unordered=True),
    "copy_policy_enabled": Field(FLAG),
    "move_policy_enabled": Field(FLAG),
    "operational_restore_period_days": Field(NUMBER),
    "override_policy_enabled": Field(FLAG, at="overridePolicy.isEnabled"),
    "override_space_threshold_percents": Field(NUMBER, at="overridePolicy.overrideSpaceThresholdPercents"),
}
ARCHIVE_TIER = {
    "enabled": Field(FLAG, at="isEnabled", initial=True),
    "extent": Field(at="extentId", codec=STORE),
    "archive_period_days": Field(NUMBER),
    "cost_optimized_archive_enabled": Field(FLAG, at="advancedSettings.costOptimizedArchiveEnabled"),
    "archive_deduplication_enabled": Field(FLAG, at="advancedSettings.archiveDeduplicationEnabled"),
}
PLACEMENT = {
    "extent": Field(REQUIRED, at="extentId", codec=STORE),
    "allowed_backups": Field(choice("All", "FullsOnly", "IncrementsOnly", "None", required=True)),
}

SCALEOUT_REPOSITORY = Resource(
    what="scale-out repository",
    kind="scaleout_repositories",
    order=60,
    path=SCALE_OUT_REPOSITORIES,
    since="1.1-rev0",
    name_filter="name",
    kept_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "description": Field(initial=""),
        "unique_id": Field(at=Path(earlier={OLD_NAMES_UNTIL: "tag"}), role=CREATE_ONLY),
        "performance_extents": Field(TEXTS, at=EXTENTS, codec=BY_ID_AND_NAME, needed=ALWAYS_NEEDED, unordered=True),
        "per_machine_backup": Field(FLAG, at=f"{TIER}.advancedSettings.perVmBackup"),
        "full_when_extent_offline": Field(FLAG, at=f"{TIER}.advancedSettings.fullWhenExtentOffline"),
        "placement": Field(choice("DataLocality", "Performance"), at="placementPolicy.type", initial=_placement),
        "placement_settings": Field(OBJECTS, at="placementPolicy.settings", unordered=True, fields=PLACEMENT),
        "strict_placement": Field(FLAG, at="placementPolicy.enforceStrictPlacementPolicy"),
        "capacity_tier": Field(OBJECT, fields=CAPACITY_TIER),
        "archive_tier": Field(OBJECT, fields=ARCHIVE_TIER),
        "sealed_extents": Field(TEXTS, role=LOCAL, codec=STORE),
        "maintenance_extents": Field(TEXTS, role=LOCAL, codec=STORE),
        "settings": SETTINGS_FIELD,
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
