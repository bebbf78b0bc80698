# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of a record are references, and how they are rewritten without touching the rest."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.references import (
    Reference,
    referred_kinds,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.sites import (
    references,
    rewritten,
    sites_of,
)


def at(path: str, value: Any) -> dict[str, Any]:
    """A record with a value at a dotted path; `[]` after a name makes a list of one."""
    first, _dot, rest = path.partition(".")
    inner = at(rest, value) if rest else value
    return {first.removesuffix("[]"): [inner] if first.endswith("[]") else inner}


CREDENTIALS = {"credentialsName": "tech\\u", "credentialsTag": "T"}
CLOUD = {"name": "key", "tag": "T", "type": "Amazon"}
APPS = "guestProcessing.applicationAwareProcessing.appSettings[]"
PER_MACHINE = "guestProcessing.guestCredentials.credentialsPerMachine[]"
ENCRYPTION = "storage.advancedSettings.storageData.encryption"

# kind, path, value, kind that is meant, name, unique id
ROWS: list[tuple[str, str, Any, str, str, str]] = [
    ("managedServers", "credentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("managedServers", "viServers[].viCredentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("repositories", "hostName", "host", "managedServers", "host", ""),
    ("repositories", "mountServer.mountServerName", "host", "managedServers", "host", ""),
    ("repositories", "mountServer.windows.mountServerName", "host", "managedServers", "host", ""),
    ("repositories", "mountServer.linux.mountServerName", "host", "managedServers", "host", ""),
    ("repositories", "share.gatewayServer.gatewayServerName", "host", "managedServers", "host", ""),
    ("repositories", "share.credentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("repositories", "account.credentials", CLOUD, "cloudcredentials", "key", "T"),
    ("repositories", "account.connectionSettings.gatewayServers", ["host"], "managedServers", "host", ""),
    ("proxies", "server.hostName", "host", "managedServers", "host", ""),
    ("jobs", "storage.backupRepository", {"name": "R", "uniqueId": "U"}, "repositories", "R", "U"),
    ("jobs", "storage.backupRepository", {"name": "R", "tag": "U"}, "repositories", "R", "U"),
    ("jobs", "storage.backupRepository", {"name": "R", "uniqueId": None}, "repositories", "R", ""),
    ("jobs", "storage.backupProxies.proxies[]", {"name": "host", "type": "vmware"}, "proxies", "host", ""),
    ("jobs", ENCRYPTION, {"isEnabled": True, "encryptionPasswordUniqueId": "U"}, "encryptionPasswords", "", "U"),
    ("jobs", ENCRYPTION, {"isEnabled": True, "encryptionPasswordTag": "U"}, "encryptionPasswords", "", "U"),
    ("jobs", "virtualMachines.includes[].hostName", "vc", "managedServers", "vc", ""),
    ("jobs", "virtualMachines.excludes.vms[].hostName", "vc", "managedServers", "vc", ""),
    ("jobs", "virtualMachines.excludes.disks[].vmObject.hostName", "vc", "managedServers", "vc", ""),
    ("jobs", f"{APPS}.vmObject.hostName", "vc", "managedServers", "vc", ""),
    ("jobs", f"{APPS}.sql.logShippingServers.shippingServerNames", ["host"], "managedServers", "host", ""),
    ("jobs", f"{APPS}.oracle.credentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", f"{APPS}.postgreSQL.credentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", "guestProcessing.guestInteractionProxies.proxies", ["host"], "managedServers", "host", ""),
    ("jobs", "guestProcessing.guestCredentials.creds", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", "guestProcessing.guestCredentials.credentials", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", f"{PER_MACHINE}.windowsCreds", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", f"{PER_MACHINE}.linuxCreds", CREDENTIALS, "credentials", "tech\\u", "T"),
    ("jobs", "schedule.afterThisJob", {"isEnabled": True, "jobName": "First"}, "jobs", "First", ""),
    ("jobs", "partOfTomorrow.deep[].backupRepository", {"name": "R"}, "repositories", "R", ""),
]


@pytest.mark.parametrize(("kind", "path", "value", "meant", "name", "unique"), ROWS, ids=lambda value: str(value)[:60])
def test_every_reference_is_found_with_its_place(
    kind: str, path: str, value: Any, meant: str, name: str, unique: str
) -> None:
    assert references(kind, at(path, value)) == [Reference(meant, name, unique, path.replace("[]", ""))]


@pytest.mark.parametrize(("kind", "path", "value", "meant", "name", "unique"), ROWS, ids=lambda value: str(value)[:60])
def test_a_reference_is_rewritten_in_its_own_form_and_nothing_else_is(
    kind: str, path: str, value: Any, meant: str, name: str, unique: str
) -> None:
    record = {**at(path, value), "untouched": [{"name": "R", "uniqueId": "U"}]}
    before = copy.deepcopy(record)

    new = rewritten(record, sites_of(kind, record), lambda reference: reference._replace(name="NEW", unique="NEWID"))[0]

    (found,) = references(kind, new)
    assert (found.name, found.unique) == ("NEW" if name else "", "NEWID" if _has_id(value) else "")
    assert record == before, "the original is left alone"
    assert new["untouched"] is record["untouched"]


def _has_id(value: Any) -> bool:
    return isinstance(value, dict) and any(key.lower().endswith(("tag", "uniqueid")) for key in value)


NOTHING: list[tuple[str, str, Any]] = [
    ("managedServers", "credentials", None),
    ("repositories", "share.gatewayServer.gatewayServerName", None),
    ("repositories", "share.gatewayServer.gatewayServerName", ""),
    ("repositories", "account.connectionSettings.gatewayServers", []),
    ("repositories", "account.connectionSettings.gatewayServers", None),
    ("jobs", "schedule.afterThisJob", {"isEnabled": False, "jobName": "Long gone"}),
    ("jobs", "schedule.afterThisJob", {"isEnabled": True, "jobName": None}),
    ("jobs", ENCRYPTION, {"isEnabled": False, "encryptionPasswordUniqueId": "U"}),
    ("jobs", ENCRYPTION, {"isEnabled": True, "encryptionPasswordUniqueId": None}),
    ("jobs", "guestProcessing.guestCredentials.creds", {"credentialsName": None, "credentialsTag": None}),
    ("jobs", "storage.backupProxies.proxies", []),
    ("credentials", "hostName", "host"),
    ("encryptionPasswords", "credentials", CREDENTIALS),
]


@pytest.mark.parametrize(("kind", "path", "value"), NOTHING, ids=lambda value: str(value)[:60])
def test_what_is_null_empty_or_switched_off_refers_to_nothing(kind: str, path: str, value: Any) -> None:
    record = at(path, value)
    assert references(kind, record) == []
    assert rewritten(record, sites_of(kind, record), lambda reference: reference._replace(name="NEW"))[0] is record


def test_a_substitute_that_is_the_reference_itself_gives_the_same_record_back() -> None:
    for kind, path, value, *_rest in ROWS:
        record = at(path, value)
        assert rewritten(record, sites_of(kind, record), lambda reference: reference)[0] is record


def test_no_kind_needs_one_that_is_imported_after_it() -> None:
    order = list(KINDS)
    for kind in KINDS:
        assert {order.index(need) for need in referred_kinds(kind)} <= set(range(order.index(kind) + 1))


def test_a_reference_shows_its_name_and_id() -> None:
    assert str(Reference("credentials", "u", "T", "f")) == "credentials 'u' [T]"
    assert str(Reference("credentials", "u", "", "f")) == "credentials 'u'"
    assert str(Reference("encryptionPasswords", "", "T", "f")) == "encryptionPasswords 'T'"
