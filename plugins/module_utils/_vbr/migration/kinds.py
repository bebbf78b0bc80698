# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven kinds of object an estate is made of: their order, natural keys, filters and secret fields, in one table.

Sources: facts/vbr.md 2.1 to 2.6, seed 000 (order).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold, value_at
from ..revisions import rank
from .collection import Record

DEFAULT_PROXY_TYPE = "ViProxy"
# What every server calls the proxy that it has from the beginning (the vendor's examples of six revisions).
DEFAULT_PROXY = "VMware Backup Proxy"
# How a server may call its own host, whatever its name is (a live 13.1).
THIS_SERVER = "This server"


def unique_id(record: Mapping[str, Any]) -> str:
    """The id that travels with a record: `uniqueId`, or `tag` as it is called up to OLD_NAMES_UNTIL; `''` if none."""
    return str(record.get("uniqueId") or record.get("tag") or "")


def _by_name(record: Record) -> str:
    return str(record.get("name") or "")


def _by_unique_id_or_hint(record: Record) -> str:
    return unique_id(record) or str(record.get("hint") or "")


def host_of(proxy: Mapping[str, Any]) -> str:
    """The name of a proxy's host; `''` if it has none."""
    return str(value_at(proxy, ("server", "hostName")) or "")


def is_of_default_type(proxy: Mapping[str, Any]) -> bool:
    """Whether a proxy is of the type that jobs of the kind that is moved can have."""
    return fold(proxy.get("type") or DEFAULT_PROXY_TYPE) == fold(DEFAULT_PROXY_TYPE)


def _by_host(record: Record) -> str:
    """No record has the name of its proxy: it is known by its host, which may carry one proxy of each type."""
    host = host_of(record)
    return host if not host or is_of_default_type(record) else f"{host} ({record['type']})"


@dataclass(frozen=True)
class Secret:
    """One secret of a record: the user's word for it, and the path of the field in the record."""

    name: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind. `key` names a record to people and finds it again on the other server, without regard to case.

    `since` is the first revision that has the kind, `""` if all have it (facts/vbr.md 2.1).
    """

    name: str
    key: Callable[[Record], str]
    filters: tuple[str, ...]
    secrets: tuple[Secret, ...] = ()
    since: str = ""


_FILTERS = ("ids", "types", "names")

CREDENTIALS = Kind(
    "credentials",
    unique_id,
    (*_FILTERS, "showHiddenCreds"),
    (
        Secret("password", ("password",)),
        Secret("private_key", ("linuxAdditionalSettings", "privateKey")),
        Secret("passphrase", ("linuxAdditionalSettings", "passphrase")),
        Secret("root_password", ("linuxAdditionalSettings", "rootPassword")),
    ),
)
CLOUD_CREDENTIALS = Kind(
    "cloudcredentials",
    unique_id,
    _FILTERS,
    (
        Secret("shared_key", ("sharedKey",)),
        Secret("secret_key", ("secretKey",)),
        Secret("application_secret", ("existingAccount", "subscription", "secret")),
        Secret("certificate", ("existingAccount", "subscription", "certificate", "certificate")),
        Secret("certificate_password", ("existingAccount", "subscription", "certificate", "password")),
    ),
    since="1.1-rev0",
)
ENCRYPTION_PASSWORDS = Kind(
    "encryptionPasswords",
    _by_unique_id_or_hint,
    ("ids", "hints", "tags", "modificationTimeFrom"),
    (Secret("password", ("password",)),),
)
MANAGED_SERVERS = Kind("managedServers", _by_name, _FILTERS)
REPOSITORIES = Kind("repositories", _by_name, _FILTERS)
PROXIES = Kind("proxies", _by_host, _FILTERS)
JOBS = Kind("jobs", _by_name, _FILTERS)

# In the order in which they can be imported: nothing needs what comes after it.
KINDS = {
    kind.name: kind
    for kind in (
        CREDENTIALS,
        CLOUD_CREDENTIALS,
        ENCRYPTION_PASSWORDS,
        MANAGED_SERVERS,
        REPOSITORIES,
        PROXIES,
        JOBS,
    )
}


def kinds_of(revision: str) -> list[str]:
    """The names of the kinds that a revision can export and import, in order."""
    return [kind.name for kind in KINDS.values() if rank(kind.since) <= rank(revision)]


def lookup_keys(kind: str, record: Record) -> set[str]:
    """The keys a record is found by: its own, and the hint of an encryption password, which is the key of one
    that came without a unique id and was given one by its server.
    """
    keys = (KINDS[kind].key(record), record.get("hint") if kind == ENCRYPTION_PASSWORDS.name else "")
    return {str(key) for key in keys if key}
