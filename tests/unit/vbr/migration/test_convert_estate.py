# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole estates between all revisions, judged by the vendor's documents: worked examples, and every field there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import (
    ERROR,
    INFO,
    Finding,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from contract import REVISIONS, Contract
from contract.fixtures import contract
from contract.samples import import_body

__all__ = ["contract"]

OLDEST, NEWEST = REVISIONS[0], REVISIONS[-1]
ROUTES = list(permutations(REVISIONS, 2))
EXAMPLES = {
    "credentials": "CredentialsImportSpecCollectionExample",
    "cloudcredentials": "CloudCredentialsImportSpecCollectionExample",
    "encryptionPasswords": "EncryptionPasswordImportSpecCollectionExample",
    "managedServers": "ManageServerImportSpecCollectionExample",
    "repositories": "RepositoryImportSpecCollectionExample",
    "proxies": "ProxyImportSpecCollectionExample",
    "jobs": "JobImportSpecCollectionExample",
}
# One variant shows each field; more of them more values. All of them take half a minute and were run by hand.
VARIANTS = range(8)


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The estate of the vendor's worked example, as a server of 1.0-rev2 exported it."""
    file = Path(__file__).parent / "seed_estate_1.0-rev2.json"
    estate: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return estate


@pytest.fixture(scope="module")
def examples(contract: Contract) -> dict[str, Any]:
    """The vendor's own import bodies of the newest revision, with the mount servers that older revisions ask for."""
    documented = contract.document(NEWEST)["components"]["examples"]
    estate = json.loads(json.dumps({kind: documented[name]["value"] for kind, name in EXAMPLES.items()}))
    mount_server = {"mountServerName": "mount01", "writeCacheFolder": "C:\\Cache", "vPowerNFSEnabled": False}
    for records in estate["repositories"].values():
        for record in records:
            record.setdefault("mountServer", {"mountServerSettingsType": "Windows", "windows": mount_server})
    return dict(estate)


def violations(contract: Contract, revision: str, estate: Mapping[str, Any]) -> list[str]:
    return [s for kind, body in estate.items() for s in contract.check_collection(revision, kind, body)]


def count(estate: Mapping[str, Any]) -> int:
    return sum(len(rows) for collection in estate.values() for rows in collection.values())


def severities(findings: list[Finding]) -> set[str]:
    return {finding.severity for finding in findings}


@pytest.mark.parametrize("target", REVISIONS[1:])
def test_the_seeds_estate_arrives_whole(contract: Contract, seed: dict[str, Any], target: str) -> None:
    converted, findings = convert(seed, OLDEST, target)
    assert violations(contract, target, converted) == []
    assert ERROR not in severities(findings)
    assert count(converted) == count(seed) == 12


@pytest.mark.parametrize("target", REVISIONS[1:])
def test_the_seeds_estate_comes_back(contract: Contract, seed: dict[str, Any], target: str) -> None:
    converted, _unused = convert(seed, OLDEST, target)
    returned, findings = convert(converted, target, OLDEST)
    assert violations(contract, OLDEST, returned) == []
    assert severities(findings) <= {INFO}
    # What the export wrote in its own way comes back as documented, and immutability that was off is gone.
    expected, _unused = convert(convert(seed, OLDEST, REVISIONS[1])[0], REVISIONS[1], OLDEST)
    assert returned == expected
    assert returned["credentials"] == seed["credentials"]
    assert returned["managedServers"] == seed["managedServers"]


@pytest.mark.parametrize("target", REVISIONS[:-1])
def test_the_vendors_examples_go_down_and_up_again(contract: Contract, examples: dict[str, Any], target: str) -> None:
    converted, findings = convert(examples, NEWEST, target)
    assert violations(contract, target, converted) == []
    refused = [finding for finding in findings if finding.severity == ERROR]
    assert count(converted) == count(examples) - len(refused)
    returned, _unused = convert(converted, target, NEWEST)
    assert violations(contract, NEWEST, returned) == []
    untouched = {kind for kind in examples if not any(finding.kind == kind for finding in findings)}
    assert untouched >= {"credentials", "encryptionPasswords", "proxies", "jobs"}
    assert {kind: returned[kind] for kind in untouched} == {kind: examples[kind] for kind in untouched}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_documented_field_is_translated_or_reported(contract: Contract, kind: str, variant: int) -> None:
    """The strongest proof: records with all fields of a revision become what any other revision documents."""
    for source, target in ROUTES:
        body = import_body(contract, source, kind, variant)
        if body is None:
            continue
        assert contract.check_collection(source, kind, body, strict_nulls=True) == []
        converted, findings = convert({kind: body}, source, target)
        assert violations(contract, target, converted) == [], f"{source} -> {target}"
        returned, more = convert(converted, target, source)
        assert violations(contract, source, returned) == [], f"{source} -> {target} -> {source}"
        if not findings and not more:
            assert returned == {kind: body}, f"{source} -> {target} -> {source}"
