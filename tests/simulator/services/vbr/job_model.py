# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vSphere backup job as /api/v1/jobs shows and takes it."""

from __future__ import annotations

from typing import Any

from ...core.store import Row
from .errors import bad_request
from .estate import Estate
from .kind import Body, Model
from .kinds import CREDENTIALS, ENCRYPTION_PASSWORDS, JOBS
from .plain.id_fields import IdField, account, host
from .revisions import TAG_WAVE, older
from .shapes.rules import Rename, Rule, parse, places, render

APPS = "guestProcessing.applicationAwareProcessing.appSettings[]"
WITH_LOGS = ("sql", "oracle", "postgreSQL")
ID_FIELD, KEY_FIELD = "encryptionPasswordId", "encryptionPasswordUniqueId"
# Says that the accounts are those of the protection group.
AGENT_FLAG = "useAgentManagementCredentials"


def _id_fields(revision: str) -> tuple[IdField, ...]:
    tag = "tag" if older(revision, TAG_WAVE) else "uniqueId"
    logs = (f"{APPS}.{app}.logShippingServers.shippingServerNames" for app in WITH_LOGS)
    return (
        IdField(
            "storage.backupRepository", "backupRepositoryId", "repositories", "name", tag, also="scaleOutRepositories"
        ),
        IdField("storage.backupProxies.proxies", "proxyIds", "proxies", "name", many=True),
        host("guestProcessing.guestInteractionProxies.proxies", "proxyIds", many=True),
        account(f"{APPS}.oracle.credentials"),
        account(f"{APPS}.postgreSQL.credentials"),
        *(host(path, "shippingServerIds", many=True) for path in logs),
    )


def _names(revision: str) -> tuple[Rule, ...]:
    """Fields with another name in the model. Sections come last, because the paths of the others go through them."""
    automatic = "autoSelection" if older(revision, TAG_WAVE) else "autoSelectEnabled"
    return (
        Rename("storage.backupProxies.automaticSelection", automatic),
        Rename("guestProcessing.guestInteractionProxies.automaticSelection", automatic),
        *(Rename(f"{APPS}.{app}.logShippingServers.autoSelectEnabled", "autoSelection") for app in WITH_LOGS),
        Rename("guestProcessing.applicationAwareProcessing", "appAwareProcessing"),
        Rename("guestProcessing.guestFileSystemIndexing", "guestFSIndexing"),
    )


def show_job(row: Row, estate: Estate, revision: str) -> Model:
    """The whole job with its id and whether it is disabled."""
    body = render(JOBS.groups[0].rules, row["body"], revision)
    for field in _id_fields(revision):
        field.show(body, estate)
    _show_guest_credentials(body, estate, revision)
    _show_encryption_password(body, estate, revision)
    for rule in _names(revision):
        rule.render(body)
    if older(revision, TAG_WAVE):
        _wrap_inventory(body)
    return {"id": row["id"], **body, "isDisabled": bool(row["state"].get("disabled"))}


def read_job(model: Model, estate: Estate, revision: str) -> Body:
    """A job as it is stored, from a model of that revision; raises a 400 for an id that belongs to nothing."""
    body = {key: value for key, value in model.items() if key not in ("id", "isDisabled")}
    _unwrap_inventory(body)
    for rule in reversed(_names(revision)):
        rule.parse(body)
    _read_guest_credentials(body, estate)
    for field in _id_fields(revision):
        field.read(body, estate)
    stored = parse(JOBS.groups[0].rules, body, revision)
    _read_encryption_password(stored, estate)
    return stored


def _show_encryption_password(body: Body, estate: Estate, revision: str) -> None:
    """An export leaves this id null; the job itself has it."""
    tag_wave = older(revision, TAG_WAVE)
    id_field, key = ("encryptionPasswordIdOrNull", "encryptionPasswordTag") if tag_wave else (ID_FIELD, KEY_FIELD)
    for container, field in places(body, "storage.advancedSettings.storageData.encryption"):
        encryption = container[field]
        if isinstance(encryption, dict) and encryption.get(key):
            encryption[id_field] = estate.id_by_unique_id(ENCRYPTION_PASSWORDS, str(encryption[key]))


def _read_encryption_password(body: Body, estate: Estate) -> None:
    """A model has the id of the password, the stored job its unique id."""
    for container, field in places(body, "storage.advancedSettings.storageData.encryption"):
        encryption = container[field]
        row_id = encryption.get(ID_FIELD) if isinstance(encryption, dict) else None
        if not row_id:
            continue
        row = estate.get(ENCRYPTION_PASSWORDS, row_id)
        if row is None:
            raise bad_request(f"{ENCRYPTION_PASSWORDS.noun} with ID {row_id} is not found")
        encryption |= {ID_FIELD: None, KEY_FIELD: row["body"].get("uniqueId")}


def _wrap_inventory(body: Body) -> None:
    """Before 1.2 a model wrapped each object, with its size beside it."""
    for path in ("virtualMachines.includes[]", "virtualMachines.excludes.vms[]"):
        for container, key in places(body, path):
            container[key] = {"inventoryObject": container[key], "size": "0 B"}


def _unwrap_inventory(body: Body) -> None:
    for path in ("virtualMachines.includes[]", "virtualMachines.excludes.vms[]"):
        for container, key in places(body, path):
            if isinstance(container[key], dict) and "inventoryObject" in container[key]:
                container[key] = container[key]["inventoryObject"]


def _show_guest_credentials(body: Body, estate: Estate, revision: str) -> None:
    """Revisions write the guest accounts in four ways; all of them are ids with a type."""
    for container, key in places(body, "guestProcessing.guestCredentials"):
        guest = container[key]
        if not isinstance(guest, dict):
            continue
        for machine in guest.get("credentialsPerMachine") or []:
            _show_machine(machine, estate, revision)
        chosen, uses_agents = _account_model(guest.pop("creds", None), estate), guest.pop(AGENT_FLAG, False)
        if older(revision, TAG_WAVE):
            guest |= {"credsId": chosen["credentialsId"], "credsType": chosen["credentialsType"]}
        elif older(revision, "1.3-rev0"):
            guest |= chosen
        else:
            guest[AGENT_FLAG] = bool(uses_agents)
            guest["credentials"] = chosen if chosen["credentialsId"] else None


def _show_machine(machine: Body, estate: Estate, revision: str) -> None:
    accounts = {side: _account_model(machine.pop(f"{side}Creds", None), estate) for side in ("windows", "linux")}
    if older(revision, "1.3-rev0"):
        machine |= {f"{side}CredsId": each["credentialsId"] for side, each in accounts.items()}
        return
    known = [each for each in accounts.values() if each["credentialsId"]]
    if older(revision, "1.3-rev2"):
        machine |= known[0] if known else {"credentialsId": None, "credentialsType": None}
    else:
        machine["credentials"] = known


def _account_model(reference: Any, estate: Estate) -> Model:
    if not isinstance(reference, dict):
        return {"credentialsId": None, "credentialsType": None}
    row_id = estate.id_of(CREDENTIALS, str(reference.get("credentialsName")), reference.get("credentialsTag"))
    row = estate.get(CREDENTIALS, row_id) if row_id else None
    return {"credentialsId": row_id, "credentialsType": row["body"]["type"] if row else None}


def _read_guest_credentials(body: Body, estate: Estate) -> None:
    """Read any of the four ways, whatever the revision."""
    for container, key in places(body, "guestProcessing.guestCredentials"):
        guest = container[key]
        if not isinstance(guest, dict):
            continue
        guest["creds"] = _named_account(guest.pop("credentials", None) or guest, estate)
        # What it is not is not kept: an export has no such field.
        if not guest.get(AGENT_FLAG):
            guest.pop(AGENT_FLAG, None)
        for machine in guest.get("credentialsPerMachine") or []:
            _read_machine(machine, estate)
        for name in ("credsId", "credsType", "credentialsId", "credentialsType"):
            guest.pop(name, None)


def _read_machine(machine: Body, estate: Estate) -> None:
    given = machine.pop("credentials", None) or [dict(machine)]
    for each in given:
        reference = _named_account(each, estate)
        if reference is not None:
            side = "linux" if each.get("credentialsType") == "Linux" else "windows"
            machine[f"{side}Creds"] = reference
    for side in ("windows", "linux"):
        if f"{side}CredsId" in machine:
            machine[f"{side}Creds"] = _named_account({"credentialsId": machine.pop(f"{side}CredsId")}, estate)
    for name in ("credentialsId", "credentialsType"):
        machine.pop(name, None)


def _named_account(model: Model, estate: Estate) -> Any:
    holder: Body = {"credentialsId": model.get("credentialsId") or model.get("credsId")}
    account("named").read(holder, estate)
    return holder.get("named")
