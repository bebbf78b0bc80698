# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import: checks each object of a collection on its own, and opens the session that creates them."""

from __future__ import annotations

import json
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.names import folded
from ..bodies import object_sent
from ..errors import bad_request
from ..estate import seal
from ..kind import Body, Group, Kind, name_of
from ..kinds import CLOUD_CREDENTIALS, CREDENTIALS, ENCRYPTION_PASSWORDS, JOBS, PROXIES
from ..revisions import older
from ..server import VbrServer, shape
from ..sessions.running import Task
from ..sessions.views import AUTOMATION, start
from ..shapes.rules import parse, places, values
from .references import unresolved

# Group -> paths of secrets, at least one of which must not be blank.
NEEDED_SECRETS: dict[str, tuple[str, ...]] = {
    "credentials": ("password", "linuxAdditionalSettings.privateKey"),
    "azureStorage": ("sharedKey",),
    "azureCompute": (
        "existingAccount.subscription.secret",
        "existingAccount.subscription.certificate.certificate",
    ),
    "amazon": ("secretKey",),
    "google": ("secretKey",),
    "encryptionPasswords": ("password",),
}
# Required fields that are never null.
NEVER_NULL = ("name", "type", "server", "virtualMachines", "storage", "schedule")
# The type of an account whose password the directory manages: it has no secret.
WITHOUT_SECRET = "ManagedService"


def import_objects(server: VbrServer, call: Call, kind: Kind) -> Response:
    """Answer 201 with the session, or 400 when the request is malformed; then nothing is created."""
    collection = _collection(call, kind)
    revision = shape(call)
    tasks: list[Task] = []
    coming_jobs = _all_jobs(collection) if server.switches.chained_jobs == "any" else set()
    for group in kind.moving:
        if older(revision, group.since):
            continue
        for item in collection.get(group.name) or []:
            task = _task(server, kind, group, _stored(kind, group, item, revision), coming_jobs)
            if kind is JOBS and not task["trouble"]:
                coming_jobs.add(folded(task["name"]))
            tasks.append(task)
    return start(call, server.imports, f"Import of {kind.name}", AUTOMATION, tasks)


def _collection(call: Call, kind: Kind) -> dict[str, Any]:
    collection = object_sent(call)
    for name in kind.required_groups:
        if name not in collection:
            raise bad_request(f"{name} is required")
    for group in kind.moving:
        if not isinstance(collection.get(group.name), list | None):
            raise bad_request(f"{group.name} must be an array")
    return collection


def _stored(kind: Kind, group: Group, item: Any, revision: str) -> Body:
    """An object of the request in the stored shape; raises a 400 when a required field is missing."""
    if not isinstance(item, dict):
        raise bad_request(f"{group.name} must hold objects, not {json.dumps(item)}")
    body = parse(group.rules, item, revision)
    missing = [path for path in group.required if not _given(body, path)]
    if missing:
        raise bad_request(f"{kind.noun} in {group.name}: {', '.join(missing)} is required")
    return body


def _given(body: Body, path: str) -> bool:
    """Whether a required field is there. Most may be null, as exports have them, but not what an object consists of."""
    found = values(body, path)
    return bool(found) and (found[0] is not None or path.partition(".")[0] not in NEVER_NULL)


def _task(server: VbrServer, kind: Kind, group: Group, body: Body, coming_jobs: set[str]) -> Task:
    if kind is PROXIES:
        body["server"]["hostName"] = server.estate.meant_host(body["server"]["hostName"])
    trouble = _blank_secret(server, kind, group, body)
    if trouble is None:
        troubles = unresolved(server.estate, server.switches, group, body, coming_jobs)
        trouble = "; ".join(troubles) or None
    blank, sealed = seal(group, body)
    return {
        "kind": kind.name,
        "name": name_of(kind, body),
        "group": group.name,
        "body": blank,
        "secrets": sealed,
        "trouble": trouble,
    }


def _blank_secret(server: VbrServer, kind: Kind, group: Group, body: Body) -> str | None:
    if kind not in (CREDENTIALS, CLOUD_CREDENTIALS, ENCRYPTION_PASSWORDS):
        return None
    if server.switches.blank_secrets == "accept" or body.get("type") == WITHOUT_SECRET:
        return None
    for path in NEEDED_SECRETS[group.name]:
        if any(container[key] for container, key in places(body, path)):
            return None
    return f"{NEEDED_SECRETS[group.name][0].rpartition('.')[2]} must not be blank"


def _all_jobs(collection: dict[str, Any]) -> set[str]:
    return {folded(str(job.get("name", ""))) for job in collection.get("jobs") or [] if isinstance(job, dict)}
