# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: list, read, create, clone, replace, delete, enable, disable; and what a new job gets by default."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent, raw_object
from ..chains import adopt, forget_named, named_chains
from ..errors import answer, bad_request, json_answer, require
from ..estate import Estate
from ..job_model import read_job, show_job
from ..kind import Body, Model, name_of
from ..kinds import JOBS, REPOSITORIES
from ..plain.reading import Reading
from ..plain.writing import Stored, Writing, add, refuse_type, replace
from ..rest.job_bodies import TARGETS, give_to_computers, is_other, kept_by_id, machines, spread, taken
from ..rest.jobs import SAVING_JOB, read_other_job, show_other_job
from ..rest.types import TYPES
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since, shape
from ..sessions.running import Outcome, Task, work
from ..shapes.rules import values
from .inventory import knows

# Sections that the oldest revisions require, and later ones fill in.
SECTIONS = ("isHighPriority", "storage", "guestProcessing", "schedule")
STORAGE_NEEDS = ("backupRepositoryId", "backupProxies", "retentionPolicy")
PARTS = {"guestProcessing": ("appAwareProcessing", "guestFSIndexing"), "schedule": ("runAutomatically",)}
VSPHERE, BEFORE = "VSphereBackup", "Backup"
HYPER_V = "HyperVBackup"
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
    """A model with an id replaces a job and is taken as it is; one without is a new job and gets the defaults."""
    if is_other(model):
        return _other_job(model, estate, revision)
    require(model, "name", "type", "description", "virtualMachines")
    _check_parts(model)
    body = read_job(model, estate, revision)
    if "id" not in model:
        body = _laid_over(NEW_JOB, body)
        body["storage"].setdefault("backupRepository", _default_repository(estate))
        _check_predecessor(body, estate)
    _check_objects(body, estate)
    disabled = model.get("isDisabled")
    return Stored("jobs", body, {"disabled": disabled} if isinstance(disabled, bool) else {})


def _other_job(model: Model, estate: Estate, revision: str) -> Stored:
    stored = read_other_job(model, estate, revision)
    if "id" not in model:
        _check_predecessor(stored.body, estate)
    for each in machines(stored.body):
        if not knows(estate, each):
            raise bad_request(f"There is no {each.get('type')} {each.get('name')} on {each.get('hostName')}")
    return stored


def serves_job(model: Model, revision: str) -> None:
    """Types that can be created; servers say the newer word of vSphere also in older revisions (facts/updates)."""
    others = (name for name, each in TYPES.items() if each.since and not older(revision, each.since))
    refuse_type(model, JOBS.noun, (VSPHERE, *((BEFORE,) if older(revision, "1.3-rev0") else ()), *others), revision)


def new_job_needs(model: Model, revision: str) -> tuple[str, ...]:
    return SECTIONS if older(revision, TAG_WAVE) else ()


def show_any_job(row: Row, estate: Estate, revision: str) -> Model:
    return (show_other_job if kept_by_id(row) else show_job)(row, estate, revision)


@work(SAVING_JOB)
def save_job(server: VbrServer, task: Task) -> Outcome:
    """Save a job; the copies that stand in it become jobs."""
    targets = task["body"].pop(TARGETS, None)
    others = taken(server.estate, task.get("id"), targets)
    if others:
        return Outcome("Failed", f"Saving {JOBS.noun}", f"A job {', '.join(others)} exists already")
    chains = [row for row in named_chains(server.store, task["body"]) if not row["job"]]
    if chains and server.switches.source_backup == "refuse":
        return Outcome("Failed", f"Saving {JOBS.noun}", f"Backup {chains[0]['name']} cannot be mapped to a job")
    if chains and server.switches.source_backup == "ignore":
        forget_named(task["body"])
    done = (replace if "id" in task else add)(server, task)
    row = server.estate.get(JOBS, str(done.resource_id))
    if row is not None:
        spread(server.estate, row, targets)
        if "id" not in task and row["body"]["type"].endswith("Policy"):
            give_to_computers(row)
        if server.switches.source_backup == "adopt":
            adopt(server.store, row)
    return done


def _check_parts(model: Model) -> None:
    """Raise a 400 for a section that is sent without its required parts."""
    for section, parts in {**PARTS, "storage": STORAGE_NEEDS}.items():
        if isinstance(model.get(section), dict):
            require(model[section], *parts)
    advanced = (model.get("storage") or {}).get("advancedSettings")
    if isinstance(advanced, dict):
        require(advanced, "backupModeType")


def _check_objects(body: Body, estate: Estate) -> None:
    """Raise a 400 for an object that its server does not have."""
    for path in ("virtualMachines.includes[]", "virtualMachines.excludes.vms[]"):
        for vm in values(body, path):
            if not knows(estate, vm):
                raise bad_request(f"There is no {vm.get('type')} {vm.get('name')} on {vm.get('hostName')}")


def _check_predecessor(body: Body, estate: Estate) -> None:
    """Raise a 400 when the job before it does not exist. (An imported job may name one that does not exist yet.)"""
    after = (body.get("schedule") or {}).get("afterThisJob") or {}
    if after.get("isEnabled") and not estate.named(JOBS, str(after.get("jobName"))):
        raise bad_request(f"Job {after.get('jobName')} is not found")


def _default_repository(estate: Estate) -> Body:
    row = next(estate.rows(REPOSITORIES), None)
    if row is None:
        raise bad_request("There is no backup repository")
    return {"name": name_of(REPOSITORIES, row["body"]), "uniqueId": row["body"].get("uniqueId")}


def _laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> Body:
    """`base` with the values of `over`, merged object by object; a null in `over` changes nothing."""
    merged: Body = copy_json(base)
    for key, value in over.items():
        there = merged.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            merged[key] = _laid_over(there, value)
        elif value is not None or key not in merged:
            merged[key] = value
    return merged


READING = Reading(
    "/api/v1/jobs",
    JOBS,
    show_any_job,
    columns=("name", "type", "description"),
    equal={"typeFilter": "type"},
)
WRITING = Writing(READING, stored_job, serves_job, new_job_needs, adding=SAVING_JOB, changing=SAVING_JOB)
# Types of which the vendor says that they can be cloned, beside those of vSphere.
CLONED = ("HyperVBackup", "CloudDirectorBackup", "BackupCopy", "WindowsAgentBackup", "LinuxAgentBackup")


# The type that is not listed either, by the switch `job_list`.
FAILING = {"some_types": HYPER_V, "not_vsphere": "VSphereBackup", "not_backup": "Backup"}


def list_jobs(server: VbrServer, call: Call) -> Response:
    """As the switch `job_list` has it, the list fails without a type, and with the type that breaks it."""
    wanted, switch = call.query.get("typeFilter"), server.switches.job_list
    if switch != "whole" and wanted in (None, FAILING.get(switch)):
        return answer(500, "UnknownError", "Object reference not set to an instance of an object.")
    return READING.list(server, call)


def replace_job(server: VbrServer, call: Call, row_id: str) -> Response:
    serves_job(raw_object(call), shape(call))
    model = object_sent(call)
    require(model, "id", "name", "type")
    if not is_other(model):
        require(model, "description", "virtualMachines", *SECTIONS)
    return WRITING.replace(server, call, row_id)


def delete_job(server: VbrServer, call: Call, row_id: str) -> Response:
    job = READING.row(server, row_id)
    if running(server, job) is not None:
        raise bad_request(f"Unable to delete job {job['body']['name']}: it is running", "UnknownError")
    return WRITING.delete(server, call, row_id)


def clone_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Copy a job under a name that is not taken: `Backup Job 1_clone1`."""
    only_since(call, "1.3-rev0")
    job = READING.row(server, row_id)
    if kept_by_id(job) and job["body"]["type"] not in CLONED:
        raise bad_request(f"A job of type {job['body']['type']} cannot be cloned", "UnknownError")
    body = copy_json(job["body"])
    taken = {row["body"]["name"] for row in server.estate.rows(JOBS)}
    names = (f"{body['name']}_clone{number}" for number in count(1))
    body["name"] = next(name for name in names if name not in taken)
    row = server.estate.add(JOBS, job["group"], body, dict(job["secrets"]), dict(job["state"]))
    return json_answer(show_any_job(row, server.estate, shape(call)), 201)


def running(server: VbrServer, job: Row) -> Row | None:
    """The session in which the job runs, if it does."""
    sessions = (row for row in server.sessions.rows() if row["job"] == job["id"] and row["ended"] is None)
    return next(sessions, None)


def _set_disabled(server: VbrServer, call: Call, row_id: str, disabled: bool) -> Response:
    """Only a disabled job has the key in its state, so that a job enabled again equals one never disabled."""
    state = READING.row(server, row_id)["state"]
    state.pop("disabled", None)
    state |= {"disabled": True} if disabled else {}
    return json_answer({}) if older(shape(call), "1.3-rev1") else Response(status=204)


def enable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, False)


def disable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, True)


ROUTES = (
    Route("GET", READING.path, list_jobs),
    *READING.routes()[1:],
    Route("POST", READING.path, WRITING.create),
    Route("PUT", f"{READING.path}/<row_id>", replace_job),
    Route("DELETE", f"{READING.path}/<row_id>", delete_job),
    Route("POST", f"{READING.path}/<row_id>/clone", clone_job),
    Route("POST", f"{READING.path}/<row_id>/enable", enable_job),
    Route("POST", f"{READING.path}/<row_id>/disable", disable_job),
)
