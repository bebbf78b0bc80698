# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent by ordinary REST to change an object that the automation section carries. Pure.

That section has names where ordinary REST has ids, and calls some fields otherwise (facts/vbr.md 2.5, 3). Only what
differs is translated; a field that has no counterpart is named, and nothing of it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Drift, fold, value_at
from ..revisions import rank
from .collection import Record
from .kind import Kind, link
from .kinds import CLOUD_CREDENTIALS, CREDENTIALS, ENCRYPTION_PASSWORDS, MANAGED_SERVERS, PROXIES

# The first revision of which both models are compared with each other (`tests/contract/test_updates.py`).
SINCE = "1.2-rev1"


# What is never mounted from: ordinary REST has no such field of it.
NEVER_MOUNTED = frozenset({"AmazonS3Glacier", "AzureArchive", "AzureDataBox"})


class _NoCounterpart(Exception):
    """What the automation section says here cannot be said by ordinary REST."""


@dataclass(frozen=True)
class Target:
    """What has to be known of the target: the kind of a store, and the host of a proxy, each by its name."""

    store: Callable[[str], str]
    host: Callable[[str], str]


@dataclass
class Patch:
    """The changed fields as ordinary REST has them, with links for ids; and the fields that cannot be changed."""

    body: Record = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


# Gives the fields of ordinary REST for the value of a field of the automation section. Raises _NoCounterpart.
_Rule = Callable[[Any, Target], Record]
_Rules = Mapping[str, _Rule]


def _none(value: Any, target: Target) -> Record:
    raise _NoCounterpart


def _called(name: str) -> _Rule:
    return lambda value, target: {name: value}


def _host_as(name: str) -> _Rule:
    return lambda value, target: {name: link(MANAGED_SERVERS.name, value) if value else None}


def _hosts_as(name: str) -> _Rule:
    def rule(value: Any, target: Target) -> Record:
        names = value if isinstance(value, list) else filter(None, [value])
        return {name: [link(MANAGED_SERVERS.name, each) for each in names]}

    return rule


def _account(value: Any, target: Target) -> Record:
    """An account of a host or a share, or one of a cloud: these have other fields."""
    name = value.get("credentialsName")
    kind: Kind = CREDENTIALS if name is not None else CLOUD_CREDENTIALS
    unique = value.get("credentialsTag") or value.get("tag") or value.get("uniqueId")
    if not (name or value.get("name") or unique):
        raise _NoCounterpart
    return {"credentialsId": link(kind.name, str(name or value.get("name") or ""), str(unique or ""))}


def _store(value: Any, target: Target) -> Record:
    return {"backupRepositoryId": link(target.store(value["name"]), value["name"])}


def _proxies(value: Any, target: Target) -> Record:
    """Proxies of jobs stand there as objects, and servers that talk to guests by their names."""
    found = (
        link(PROXIES.name, target.host(each["name"])) if isinstance(each, dict) else link(MANAGED_SERVERS.name, each)
        for each in value
    )
    return {"proxyIds": list(found)}


def _encryption(value: Any, target: Target) -> Record:
    """How a job encrypts; the id of a server of keys is of the source."""
    if value.get("isEnabled") and fold(value.get("encryptionType") or "ByUserPassword") != fold("ByUserPassword"):
        raise _NoCounterpart
    unique = value.get("encryptionPasswordUniqueId")
    kept = {name: each for name, each in value.items() if name not in ("encryptionPasswordId", "kmsServerId")}
    return {
        "encryption": {
            **kept,
            **({"encryptionPasswordId": link(ENCRYPTION_PASSWORDS.name, unique, unique)} if unique else {}),
        }
    }


def _in_the_record(value: Any, target: Target) -> Record:
    return dict(value)


_JOBS: _Rules = {
    "automaticSelection": _called("autoSelectEnabled"),
    "backupRepository": _store,
    "credentials": _account,
    "encryption": _encryption,
    # Which sort of account it is stands in no record of the automation section.
    "guestCredentials": _none,
    "proxies": _proxies,
    "shippingServerNames": _hosts_as("shippingServerIds"),
}
# Sections that are called otherwise: what is in them is translated, too.
_SECTIONS = {
    "applicationAwareProcessing": "appAwareProcessing",
    "guestFileSystemIndexing": "guestFSIndexing",
}
_RULES: Mapping[str, _Rules] = {
    "credentials": {"linuxAdditionalSettings": _in_the_record},
    # A certificate is a secret, which has a call of its own.
    "cloudcredentials": {"existingAccount": _in_the_record, "certificate": _none},
    "encryptionPasswords": {},
    "managedServers": {
        "credentials": _account,
        # Whom a server trusts is asked anew, and changed by nobody but a person.
        "certificateThumbprint": _none,
        "sshFingerprint": _none,
        "viServers": _none,
    },
    "repositories": {
        "credentials": _account,
        "enableTaskLimit": _called("taskLimitEnabled"),
        "gatewayServerName": _hosts_as("gatewayServerIds"),
        "gatewayServers": _hosts_as("gatewayServerIds"),
        # Its backups are where they are, and these ids are of the source.
        **dict.fromkeys(("hostName", "managedServerId", "subscriptionId"), _none),
        "mountServerName": _host_as("mountServerId"),
    },
    "proxies": {"hostName": _none},
    "jobs": _JOBS,
}


def patch_of(kind: str, record: Record, differences: Iterable[Drift], revision: str, target: Target) -> Patch:
    """What changes an object of the target to what its record says, of all that differs."""
    patch = Patch()
    for difference in differences:
        steps = tuple(difference.field.split("."))
        try:
            if rank(revision) < rank(SINCE) or (steps[0] == "mountServer" and record.get("type") in NEVER_MOUNTED):
                raise _NoCounterpart
            _merge(patch.body, _field(kind, record, steps, target))
        except (_NoCounterpart, KeyError, TypeError, AttributeError):
            patch.left.append(difference.field)
    return patch


def _field(kind: str, record: Record, steps: tuple[str, ...], target: Target) -> Record:
    """One field of a record with all that it stands in. A reference is taken as a whole, whatever of it differs."""
    rules, whole = _RULES[kind], 1
    while whole < len(steps) and (steps[whole - 1] not in rules or rules[steps[whole - 1]] is _in_the_record):
        whole += 1
    value = value_at(record, steps[:whole])
    for step in reversed(steps[:whole]):
        value = {step: value}
    return _translated(kind, value, "", target)


def _translated(kind: str, node: Record, owner: str, target: Target) -> Record:
    """An object of a record as ordinary REST has it. Raises _NoCounterpart."""
    found: Record = {}
    for name, value in node.items():
        rule = _RULES[kind].get(name)
        if value is None:
            found[_SECTIONS.get(name, name)] = None
        elif owner == "logShippingServers" and name == "autoSelectEnabled":
            found["autoSelection"] = value
        elif rule:
            found.update(rule(_within(kind, value, name, target) if rule is _in_the_record else value, target))
        else:
            found[_SECTIONS.get(name, name)] = _within(kind, value, name, target)
    return found


def _within(kind: str, value: Any, name: str, target: Target) -> Any:
    if isinstance(value, list):
        return [_within(kind, each, name, target) for each in value]
    # What is an object of a virtual infrastructure is the same in both.
    inventory = isinstance(value, dict) and "platform" in value
    return _translated(kind, value, name, target) if isinstance(value, dict) and not inventory else value


def _merge(body: Record, more: Record) -> None:
    for name, value in more.items():
        there = body.get(name)
        if isinstance(there, dict) and isinstance(value, dict):
            _merge(there, value)
        else:
            body[name] = value
