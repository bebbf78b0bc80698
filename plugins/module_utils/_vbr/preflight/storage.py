# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about storage and hosts: who owns it, where it stands, whether it answers, and what is not carried. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..._core.compare import Names, fold
from ..._core.errors import quoted
from ..._core.failures import listed
from ..migration.collection import Record, holes
from ..migration.findings import Finding
from ..migration.kinds import KINDS, MANAGED_SERVERS, PROXIES, REPOSITORIES, SCALE_OUT_REPOSITORIES, host_of
from .codes import Judge, finding
from .facts import Move, Row

# Object storage has one owner (user guide, facts/peers.md 3.5).
_OBJECT_STORAGE = """
AzureBlob AzureArchive AmazonS3 AmazonS3Glacier S3Compatible S3GlacierCompatible GoogleCloud IBMCloud WasabiCloud
VeeamDataCloudVault VeeamDataCloudVaultArchive S3Integrated SmartObjectS3 ElevenElevenS3 VeeamVault
"""
OBJECT_STORAGE = frozenset(_OBJECT_STORAGE.split())
# So have the units of these appliances, as all revisions call them.
APPLIANCES = frozenset({"DDBoost", "DellDataDomain", "HPStoreOnceIntegration", "HPStoreOnce", "HPEStoreOnce"})
OWNED = OBJECT_STORAGE | APPLIANCES
# The types that the automation section has (facts/vbr.md 2.3).
_CARRIED_REPOSITORIES = """
WinLocal LinuxLocal LinuxHardened Smb Nfs AzureBlob AzureDataBox AzureArchive AmazonS3 AmazonSnowballEdge
AmazonS3Glacier S3Compatible GoogleCloud IBMCloud WasabiCloud
"""
CARRIED_REPOSITORIES = frozenset(_CARRIED_REPOSITORIES.split())
CARRIED_SERVERS = frozenset({"WindowsHost", "LinuxHost", "ViHost", "CloudDirectorHost"})
HARDENED = "LinuxHardened"
# What a scale-out repository is called in the list of states.
EXTENDABLE = "ExtendableRepository"
AVAILABLE = "Available"
SINGLE_USE = "SingleUse"
CONTINUOUS = "CDP"


def storage_of_one_owner(move: Move) -> Iterator[Finding]:
    """Of what is moved, and of what the source has besides."""
    types = {str(row.get("name")): str(row.get("type")) for row in _states(move)}
    types |= {_name(record): str(record.get("type")) for record in move.moved(REPOSITORIES.name)}
    for name, kind in types.items():
        if kind in OWNED and not move.mappings.replaced(REPOSITORIES.name, name):
            users = [job for job, record in move.jobs() if fold(_repository(record)) == fold(name)]
            used = f" Used by {listed(list(map(quoted, users)))}." if users else ""
            said = f"it is of type {kind}, and belongs to the server that connected last.{used}"
            yield finding("storage-of-one-owner", said, REPOSITORIES.name, name, cause=f"it is of type {kind}.")


def hardened_repositories(move: Move) -> Iterator[Finding]:
    for record in move.moved(REPOSITORIES.name):
        if record.get("type") == HARDENED:
            said = f"its host is {quoted(str(record.get('hostName')))}."
            yield finding("hardened-repository", said, REPOSITORIES.name, _name(record))


def single_use_accounts(move: Move) -> Iterator[Finding]:
    """By name where the source tells; of an export alone there are only the holes in it."""
    hosts = _hosts(move)
    for row in hosts:
        if row.get("credentialsStorageType") == SINGLE_USE:
            said = "the server does not export it."
            yield finding("single-use-account", said, MANAGED_SERVERS.name, str(row.get("name")))
    missing = sum(holes(move.estate.get(MANAGED_SERVERS.name, {})).values())
    if missing and not any(row.get("credentialsStorageType") == SINGLE_USE for row in hosts):
        said = f"{missing} host(s) are null in the export."
        yield finding("single-use-account", said, MANAGED_SERVERS.name)


def on_the_source(move: Move) -> Iterator[Finding]:
    for record in move.moved(REPOSITORIES.name):
        if move.from_source(record.get("hostName")):
            path = (record.get("repository") or {}).get("path")
            said = f"its files are in {quoted(str(path))} of {record.get('hostName')}, and stay there."
            yield finding("on-source-server", said, REPOSITORIES.name, _name(record))
    for record in move.moved(PROXIES.name):
        if move.from_source(host_of(record)):
            yield finding("on-source-server", "the work will be done by the target.", PROXIES.name, host_of(record))


def hosts_offline(move: Move) -> Iterator[Finding]:
    for row in _hosts(move):
        if row.get("status") not in (None, "", AVAILABLE):
            said = f"the server says that it is {row['status']}."
            yield finding("host-offline", said, MANAGED_SERVERS.name, str(row.get("name")))


def repositories_offline(move: Move) -> Iterator[Finding]:
    for row in _states(move):
        if row.get("isOnline") is False:
            yield finding("repository-offline", "it is offline.", REPOSITORIES.name, str(row.get("name")))


def space(move: Move) -> Iterator[Finding]:
    """A job that starts anew needs about what it has now, where it will write: in the same place, or in another."""
    there = Names((str(row.get("name")), row) for row in (move.target.rows("repository_states") if move.target else ()))
    used = {fold(_repository(record)) for _job, record in move.jobs()}
    own = {fold(_name(record)) for record in move.moved(REPOSITORIES.name) if move.from_source(record.get("hostName"))}
    for row in _states(move):
        name, needed = str(row.get("name")), float(row.get("usedSpaceGB") or 0)
        # Of object storage no server knows how much is free.
        if fold(name) not in used or row.get("type") in OBJECT_STORAGE:
            continue
        known = list(there.meant(move.mappings.replaced(REPOSITORIES.name, name) or name).values())
        # What stands on the source itself will stand on the target, of whose disks nothing is known yet.
        place = known[0] if known else None if fold(name) in own else row
        if place and place.get("freeGB") is not None and float(place["freeGB"]) < needed:
            said = f"{needed:g} GB are used by it now, and {float(place['freeGB']):g} GB are free."
            yield finding("space-short", said, REPOSITORIES.name, name)


# -- what is not carried -----------------------------------------------------------------------------------------------


def servers_not_moved(move: Move) -> Iterator[Finding]:
    carried = CARRIED_SERVERS | move.types_by_rest(MANAGED_SERVERS)
    for row in _hosts(move):
        if row.get("type") and row["type"] not in carried:
            said = f"it is of type {row['type']}."
            yield finding("server-not-moved", said, MANAGED_SERVERS.name, str(row.get("name")), cause=said)


def repositories_not_moved(move: Move) -> Iterator[Finding]:
    names = {str(row.get("name")) for row in (move.source.rows("scale_outs") if move.source else ())}
    carried = CARRIED_REPOSITORIES | {EXTENDABLE} | move.types_by_rest(REPOSITORIES)
    for name in () if move.types_by_rest(SCALE_OUT_REPOSITORIES) else names:
        yield finding("repository-not-moved", "it is a scale-out repository.", REPOSITORIES.name, name)
    for row in _states(move):
        name, kind = str(row.get("name")), row.get("type")
        if kind and kind not in carried and name not in names:
            said = f"it is of type {kind}."
            yield finding("repository-not-moved", said, REPOSITORIES.name, name, cause=said)


def accelerators(move: Move) -> Iterator[Finding]:
    for row in move.source.rows("accelerators") if move.source else ():
        yield finding("wan-accelerator-not-moved", "it is a WAN accelerator.", "wanAccelerators", str(row.get("name")))


def continuous_protection(move: Move) -> Iterator[Finding]:
    for row in move.source.rows("replicas") if move.source else ():
        if row.get("type") == CONTINUOUS:
            yield finding("cdp-not-moved", "it is protected continuously.", "replicas", str(row.get("name")))


def _states(move: Move) -> list[Row]:
    return list(move.source.rows("repository_states")) if move.source else []


def _hosts(move: Move) -> list[Row]:
    """The hosts of the source that something else does not take the place of, itself left out."""
    return [
        row
        for row in (move.source.rows("hosts") if move.source else ())
        if not row.get("isBackupServer")
        and not (move.source and move.source.is_itself(row.get("name")))
        and not move.mappings.replaced(MANAGED_SERVERS.name, str(row.get("name")))
    ]


def _name(record: Record) -> str:
    return KINDS[REPOSITORIES.name].key(record)


def _repository(job: Mapping[str, Any]) -> str:
    """The name of the repository that a job writes to."""
    return str(((job.get("storage") or {}).get("backupRepository") or {}).get("name") or "")


RULES: tuple[Judge, ...] = (
    storage_of_one_owner,
    hardened_repositories,
    single_use_accounts,
    on_the_source,
    hosts_offline,
    repositories_offline,
    space,
    servers_not_moved,
    repositories_not_moved,
    accelerators,
    continuous_protection,
)
