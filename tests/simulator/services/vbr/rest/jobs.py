# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of the types that automation does not move, as /api/v1/jobs shows and takes them beside those of vSphere."""

from __future__ import annotations

from ....core.bodies import copy_json
from ....core.store import Row
from ..errors import require
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import JOBS
from ..plain.writing import Stored
from ..revisions import older
from .job_bodies import GROUP, PRIMARY, TARGETS, copied, copies_of
from .references import check_references
from .resource import body_shown, read_body, require_all
from .table import OTHER_JOBS
from .types import REV2, TYPES, Type

SAVING_JOB = "save job"
# The only type whose new objects say whether they are disabled.
SAYS_DISABLED = "EntraIDTenantBackupCopy"
AGENT_FLAG = "useAgentManagementCredentials"
OFF = {"isEnabled": False}
# What a new Hyper-V job has without saying so.
NEW_HYPER_V: Body = {
    "isHighPriority": False,
    "storage": {"backupProxies": {"proxyType": "OnHost"}, "retentionPolicy": {"type": "Days", "quantity": 7}},
    "guestProcessing": {"appAwareProcessing": OFF, "guestFSIndexing": OFF},
    "schedule": {"runAutomatically": False},
}


def show_other_job(row: Row, estate: Estate, revision: str) -> Model:
    """A job of a type that cannot be created shows what all jobs have, and nothing else."""
    of, base = TYPES[row["body"]["type"]], {"id": row["id"], "isDisabled": bool(row["state"].get("disabled"))}
    if not of.since:
        return {**base, "name": row["body"]["name"], "type": row["body"]["type"]}
    body = body_shown(OTHER_JOBS, row, revision)
    copies = [copy for copy in copies_of(estate, row) if not older(revision, REV2)]
    if copies:
        body[TARGETS] = [*(body_shown(OTHER_JOBS, copy, revision) for copy in copies), *body.get(TARGETS, [])]
    return {**base, **body}


def read_other_job(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "name", "type")
    of, new = TYPES.get(model["type"], Type("")), "id" not in model
    require_all(model, of, revision)
    _check_agent_flag(model, new, revision)
    says = model["type"] == SAYS_DISABLED or not new
    body = copy_json({name: value for name, value in model.items() if name not in ("id", "isDisabled")})
    targets = body.pop(TARGETS, None)
    if model["type"] == "HyperVBackup":
        body = {**copy_json(NEW_HYPER_V), **{name: value for name, value in body.items() if value is not None}}
    schedule = body.get("schedule")
    if model["type"] == "BackupCopy" and isinstance(schedule, dict):
        require(schedule, "runAutomatically" if str(schedule["type"]).lower() == "periodic" else "scheduleMode")
    stored = read_body(body, JOBS.name, OTHER_JOBS, estate, revision)
    for target in copied(targets):
        require(target, "name", "backupRepositoryId")
        check_references({name: value for name, value in target.items() if name != PRIMARY}, JOBS.name, estate)
    if targets is not None:
        stored[TARGETS] = targets
    disabled = model.get("isDisabled")
    return Stored(GROUP, stored, {"disabled": disabled} if isinstance(disabled, bool) and says else {})


def _check_agent_flag(model: Model, new: bool, revision: str) -> None:
    """A changed job has to say whose accounts its guests take; a new one takes its own without saying so."""
    guest = (model.get("guestProcessing") or {}).get("guestCredentials")
    if isinstance(guest, dict) and "virtualMachines" in model and not older(revision, "1.3-rev0"):
        if not new:
            require(guest, AGENT_FLAG)
        guest.setdefault(AGENT_FLAG, False)
