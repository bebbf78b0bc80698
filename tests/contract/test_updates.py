# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes an object of the automation section by ordinary REST: every field is one of the vendor's description.

Each documented field of an import is taken as one that differs. What is sent for it is part of the model of the object,
or the field is named as one that is not updated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import drift
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import links, secrets
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.collection import records
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import (
    AUTOMATED,
    KINDS,
    REPOSITORIES,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.updating import Target, patch_of

from . import Contract
from .samples import import_body
from .test_examples_moved import TYPES as LIST_TYPES

REVISIONS = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
VARIANTS = range(24)
SOME_ID = "0b5b6c7d-1f3e-4a5b-9c8d-7e6f5a4b3c2d"
TARGET = Target(lambda name: REPOSITORIES.name, lambda name: name)
# What cannot be said by ordinary REST, by kind: the end of the field.
LEFT = {
    "cloudcredentials": {"certificate"},
    "managedServers": {"sshFingerprint", "certificateThumbprint", "viServers"},
    "repositories": {"hostName", "managedServerId", "subscriptionId", "mountServer"},
    "proxies": {"hostName"},
    "jobs": {"guestCredentials", "encryption"},
}
# The schemas allow any type in these lists.
TYPES = {**LIST_TYPES, "jobs": ("Backup", "VSphereBackup")}
# What is compared by nobody: the object's own ids, and ids of one server.
UNLIKE = {"uniqueId", "type", "hostUniqueId"}


def rows(contract: Contract, revision: str, kind: str) -> Iterator[dict[str, Any]]:
    for variant in VARIANTS:
        for name, record in records(import_body(contract, revision, kind, variant) or {}):
            if record.get("type") not in TYPES.get(name, (record.get("type"),)):
                continue
            clean = secrets.without_secrets(kind, {name: [record]})[0][name][0]
            said = {field: value for field, value in clean.items() if field not in UNLIKE}
            if kind == "proxies":
                said["server"] = {name: value for name, value in said["server"].items() if name not in UNLIKE}
            if record.get("type") == "Standard":
                said.pop("linuxAdditionalSettings")
            yield {"type": record.get("type"), **said}


def amiss(contract: Contract, revision: str, kind: str, body: dict[str, Any]) -> list[str]:
    """What is wrong with a model that has these fields, besides those that it lacks."""
    rest = KINDS[kind].rest
    assert rest is not None
    said = contract.check("PUT", f"{rest.path}/{SOME_ID}", {}, body, 200, None, revision)
    return [each for each in said if " request" in each and "is a required property" not in each]


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("kind", AUTOMATED)
def test_what_differs_is_sent_as_documented_or_named(contract: Contract, kind: str, revision: str) -> None:
    wrong: set[str] = set()
    left: set[str] = set()
    count = 0
    for record in rows(contract, revision, kind):
        kept = {name: value for name, value in record.items() if name != "type"}
        patch = patch_of(kind, record, drift(kept, {}), revision, TARGET)
        body = links.with_ids(patch.body, lambda meant: SOME_ID)
        wrong.update(amiss(contract, revision, kind, {**body, "type": record["type"]} if record["type"] else body))
        left.update(patch.left)
        count += 1
    assert count and wrong == set()
    allowed = LEFT.get(kind, set())
    assert {each for each in left if not allowed & set(each.split("."))} == set()


def test_a_server_whose_models_nobody_compared_is_not_written_to() -> None:
    record = {"username": "root", "description": "new"}
    patch = patch_of("credentials", record, drift(record, {"username": "root"}), "1.1-rev0", TARGET)
    assert (patch.body, patch.left) == ({}, ["description"])
