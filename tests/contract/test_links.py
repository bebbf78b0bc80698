# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field with an id in what is created by ordinary REST, against the vendor's documents: a link, or left in words.

Also which types the revisions can create, and that what only a server says is left out of what is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import ANY_TYPE, Kind
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.links import (
    BACKUPS,
    LINKS,
    OPAQUE,
    kinds_at,
    named_by,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import rank

from . import Contract
from .documents import find_documents, read_document, spec_directory

# Those that are worth it (facts/vbr_beyond_automation.md 0, 5).
WITH_REST = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
# Its ids are looked up again, or are the same on all servers: such an object is known by its platform.
INVENTORY = "InventoryObjectModel"
Path = tuple[str, ...]
Document = Mapping[str, Any]
# What goes by the automation section, and what nobody can sign in to for another server (a vault).
NOT_BY_REST = {
    "managedServers": {"WindowsHost", "LinuxHost", "ViHost", "CloudDirectorHost"},
    "repositories": {
        *("WinLocal", "LinuxLocal", "Smb", "Nfs", "LinuxHardened", "AzureBlob", "AzureDataBox", "AzureArchive"),
        *("AmazonS3", "AmazonSnowballEdge", "AmazonS3Glacier", "S3Compatible", "GoogleCloud", "IBMCloud"),
        *("WasabiCloud", "VeeamDataCloudVault", "VeeamDataCloudVaultArchive"),
    },
    "proxies": {"ViProxy"},
    "jobs": {"Backup", "VSphereBackup"},
}
# Where a word stands in a path that is one of several.
WORDS_IN_PATHS = {"/api/v1/acl/backupJob/{id}": "/api/v1/acl/{objectType}/{objectId}"}
CREATED = [kind for kind in KINDS.values() if kind.rest and (kind.rest.types or kind.rest.always_there)]


@pytest.fixture(scope="module")
def documents(contract: Contract) -> Mapping[str, Document]:
    """The vendor's document of each of these revisions; skips by name where they are absent."""
    files = find_documents(spec_directory())
    return {revision: read_document(files[revision]) for revision in contract.revisions if revision in WITH_REST}


def sent(document: Mapping[str, Any], kind: Kind) -> Mapping[str, Any] | None:
    """The schema of what is sent to create an object of a kind, or to change what is always there."""
    assert kind.rest
    operations = document["paths"].get(kind.rest.path, {})
    operation = operations.get("put" if kind.rest.always_there else "post")
    if operation is None:
        return None
    schema: Mapping[str, Any] = next(iter(operation["requestBody"]["content"].values()))["schema"]
    return schema


def ids_in(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Path]:
    """The dotted path of every field that holds an id, in whatever type of object."""
    yield from _ids(document["components"]["schemas"], schema, (), frozenset(), derived=True)


def _ids(
    components: Mapping[str, Any], schema: Mapping[str, Any], path: Path, seen: frozenset[str], derived: bool
) -> Iterator[Path]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name:
        if name in seen or name == INVENTORY:
            return
        whole, seen = components[name], seen | {name}
        yield from _ids(components, whole, path, seen, derived)
        for other in (whole.get("discriminator", {}).get("mapping") or {}).values() if derived else ():
            yield from _ids(components, {"$ref": other}, path, seen, derived)
        return
    if any(part.get("$ref", "").endswith(f"/{INVENTORY}") for part in schema.get("allOf", ())):
        return
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _ids(components, part, path, seen, derived=False)
    if "items" in schema:
        yield from _ids(components, schema["items"], path, seen, derived)
    for key, value in schema.get("properties", {}).items():
        yield from _ids(components, value, (*path, key), seen, derived)
    is_text = schema.get("type") == "string"
    if path and is_text and (schema.get("format") == "uuid" or path[-1].lower().endswith(("id", "ids"))):
        yield path


@pytest.mark.parametrize("revision", WITH_REST)
def test_every_id_that_is_sent_is_a_link_or_left_for_a_reason(documents: Mapping[str, Document], revision: str) -> None:
    document = documents[revision]
    paths = {
        (kind.name, path)
        for kind in CREATED
        for schema in [sent(document, kind)]
        if schema is not None
        for path in ids_in(document, schema)
    }
    assert len(paths) > 60
    unknown = sorted(f"{kind}: {'.'.join(path)}" for kind, path in paths if not named_by(path))
    assert not unknown


def test_every_link_and_every_reason_is_of_a_field_that_there_is(documents: Mapping[str, Document]) -> None:
    known = {
        named_by(path)
        for revision in WITH_REST
        for kind in KINDS.values()
        if kind.rest
        for schema in [sent(documents[revision], kind)]
        if schema is not None
        for path in ids_in(documents[revision], schema)
    }
    # What only shown objects have, and inventory objects.
    shown = {"parentHostId", "scvmmHostId", "repositoryIds", "protectionGroupId"}
    # What is posted to a list of access, which is no new object.
    shown |= {"principal.id"}
    assert set(LINKS) | set(OPAQUE) <= known | shown


def test_links_are_of_kinds_that_there_are() -> None:
    assert {kind for kinds in LINKS.values() for kind in kinds} <= {*KINDS, BACKUPS}
    assert kinds_at(("storage", "backupRepositoryId")) == ("repositories", "scaleOutRepositories")
    assert kinds_at(("guestProcessing", "guestInteractionProxies", "proxyIds")) == ("managedServers",)
    assert kinds_at(("existingAccount", "subscription", "tenantId")) == ()
    assert kinds_at(("virtualMachines", "includes", "objectId")) == ()


@pytest.mark.parametrize("revision", WITH_REST)
@pytest.mark.parametrize(
    "kind", [kind for kind in CREATED if kind.rest and kind.rest.types], ids=lambda kind: kind.name
)
def test_the_types_are_those_that_a_revision_can_create(
    documents: Mapping[str, Document], revision: str, kind: Kind
) -> None:
    assert kind.rest
    document = documents[revision]
    schema = sent(document, kind)
    types = kind.rest.types_in(revision)
    if schema is None:
        assert not types
        return
    component = document["components"]["schemas"][str(schema.get("$ref", "")).rpartition("/")[2]]
    mapping = component.get("discriminator", {}).get("mapping", {})
    # What the automation section carries is created by it.
    ours = set(mapping) - NOT_BY_REST.get(kind.name, set())
    assert set(types) == (ours if mapping else {ANY_TYPE})


@pytest.mark.parametrize("kind", CREATED, ids=lambda kind: kind.name)
def test_a_kind_is_there_from_the_revision_that_is_said(documents: Mapping[str, Document], kind: Kind) -> None:
    assert kind.rest
    path = WORDS_IN_PATHS.get(kind.rest.path, kind.rest.path)
    there = [revision for revision in WITH_REST if path in documents[revision]["paths"]]
    assert there == [revision for revision in WITH_REST if rank(kind.since) <= rank(revision)]
