# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job must carry, what a new one gets where its creator says nothing, and what in it must exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import bad_request
from ..estate import Estate
from ..inventory import knows
from ..kinds import JOBS, REPOSITORIES, Body, name_of
from ..revisions import older
from ..shapes.infrastructure import TAG_WAVE
from ..shapes.rules import copy_json, values
from .job import read_job
from .stored import Stored, require

Model = dict[str, Any]
# Sections that the oldest revisions want from everybody, and later ones fill in.
SECTIONS = ("isHighPriority", "storage", "guestProcessing", "schedule")
STORAGE_NEEDS = ("backupRepositoryId", "backupProxies", "retentionPolicy")
PARTS = {"guestProcessing": ("appAwareProcessing", "guestFSIndexing"), "schedule": ("runAutomatically",)}
VSPHERE = "VSphereBackup"
OFF = {"isEnabled": False}
SATURDAY = {"isEnabled": False, "days": ["Saturday"]}
NEW_JOB: Body = {
    "isHighPriority": False,
    "virtualMachines": {
        "includes": [],
        "excludes": {"vms": [], "disks": [], "templates": {"isEnabled": False, "excludeFromIncremental": False}},
    },
    "storage": {
        "backupProxies": {"automaticSelection": True, "proxies": []},
        "retentionPolicy": {"type": "Days", "quantity": 7},
        "gfsPolicy": OFF,
        "advancedSettings": {
            "backupModeType": "Incremental",
            "syntheticFulls": {**OFF, "weekly": SATURDAY},
            "activeFulls": {**OFF, "weekly": SATURDAY},
            "backupHealth": {**OFF, "weekly": SATURDAY},
            "storageData": {
                "inlineDataDedupEnabled": True,
                "excludeSwapFileBlocks": True,
                "excludeDeletedFileBlocks": True,
                "compressionLevel": "Optimal",
                "storageOptimization": "1MB",
                "encryption": {**OFF, "encryptionPasswordId": None, "encryptionPasswordUniqueId": None},
            },
        },
    },
    "guestProcessing": {
        "applicationAwareProcessing": {**OFF, "appSettings": []},
        "guestFileSystemIndexing": {**OFF, "indexingSettings": []},
        "guestInteractionProxies": {"automaticSelection": True, "proxies": []},
    },
    "schedule": {
        "runAutomatically": False,
        "daily": {**OFF, "localTime": "22:00", "dailyKind": "Everyday", "days": []},
        "monthly": {**OFF, "localTime": "22:00", "dayNumberInMonth": "First", "dayOfWeek": "Saturday", "months": []},
        "periodically": {**OFF, "periodicallyKind": "Hours", "frequency": 1},
        "continuously": OFF,
        "afterThisJob": {**OFF, "jobName": None},
        "retry": {"isEnabled": True, "retryCount": 3, "awaitMinutes": 10},
        "backupWindow": OFF,
    },
}


def stored_job(model: Model, estate: Estate, revision: str) -> Stored:
    """A job that is to be replaced has its id and is taken as it is; one without is new and gets what it lacks."""
    require(model, "name", "type", "description", "virtualMachines")
    _check_parts(model)
    body = read_job(model, estate, revision)
    if body["type"] != VSPHERE:
        raise bad_request(f"Jobs of type {model['type']} cannot be managed here")
    if "id" not in model:
        body = _laid_over(NEW_JOB, body)
        body["storage"].setdefault("backupRepository", _default_repository(estate))
        _check_predecessor(body, estate)
    _check_objects(body, estate)
    disabled = model.get("isDisabled")
    return Stored("jobs", body, {"disabled": disabled} if isinstance(disabled, bool) else {})


def new_job_needs(model: Model, revision: str) -> tuple[str, ...]:
    return SECTIONS if older(revision, TAG_WAVE) else ()


def replaced_job_needs(model: Model) -> None:
    require(model, "id", "name", "type", "description", "virtualMachines", *SECTIONS)


def _check_parts(model: Model) -> None:
    """A section that is sent is sent whole."""
    for section, parts in {**PARTS, "storage": STORAGE_NEEDS}.items():
        if isinstance(model.get(section), dict):
            require(model[section], *parts)
    advanced = (model.get("storage") or {}).get("advancedSettings")
    if isinstance(advanced, dict):
        require(advanced, "backupModeType")


def _check_objects(body: Body, estate: Estate) -> None:
    """What a job backs up is known to the server it is said to be of."""
    for path in ("virtualMachines.includes[]", "virtualMachines.excludes.vms[]"):
        for vm in values(body, path):
            if not knows(estate, vm):
                raise bad_request(f"There is no {vm.get('type')} {vm.get('name')} on {vm.get('hostName')}")


def _check_predecessor(body: Body, estate: Estate) -> None:
    """An imported job may follow one that is not there (yet); a new one may not."""
    after = (body.get("schedule") or {}).get("afterThisJob") or {}
    if after.get("isEnabled") and not estate.named(JOBS, str(after.get("jobName"))):
        raise bad_request(f"Job {after.get('jobName')} is not found")


def _default_repository(estate: Estate) -> Body:
    row = next(estate.rows(REPOSITORIES), None)
    if row is None:
        raise bad_request("There is no backup repository")
    return {"name": name_of(REPOSITORIES, row["body"]), "uniqueId": row["body"].get("uniqueId")}


def _laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> Body:
    """`over` with what `base` has beside it, object by object; null is nothing."""
    merged: Body = copy_json(base)
    for key, value in over.items():
        there = merged.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            merged[key] = _laid_over(there, value)
        elif value is not None or key not in merged:
            merged[key] = value
    return merged
