# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option `settings`: whatever no option says, as the service has it, with names where it wants ids. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..._core.option import FREE_OBJECT
from ..migration.kinds import (
    CLOUD_CREDENTIALS,
    CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    ENTRA_TENANTS,
    KINDS,
    MANAGED_SERVERS,
    PROXIES,
)
from ..migration.links import Kinds, kinds_at
from ..resource.codecs import Named, Owner, Ref
from ..resource.schema import Field

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
# What objects are called by, where it is not their name.
CALLED: Mapping[str, tuple[str, ...]] = {
    CREDENTIALS.name: ("username", "uniqueId", "tag"),
    CLOUD_CREDENTIALS.name: ("account", "accessKey", "connectionName", "uniqueId", "tag"),
    ENCRYPTION_PASSWORDS.name: ("hint", "uniqueId", "tag"),
    ENTRA_TENANTS.name: ("azureTenantId",),
}
# A proxy may be called by its host.
HOST_OF_PROXY = ("server", "hostId")


@cache
def ref_of(kinds: Kinds) -> Ref | None:
    """What a name means where the id of an object of one of these kinds is wanted; None if nobody can tell."""
    known = [KINDS[kind] for kind in kinds if kind in KINDS]
    paths = [kind.rest.path for kind in known if kind.rest]
    if not paths:
        return None
    by = dict.fromkeys(field for kind in known for field in CALLED.get(kind.name, ("name",)))
    host = ref_of((MANAGED_SERVERS.name,)) if PROXIES in known else None
    owner = Owner(host, HOST_OF_PROXY) if host else None
    return Ref(paths[0], " or ".join(kind.name for kind in known), by=tuple(by), also="".join(paths[1:2]), owner=owner)


@dataclass(frozen=True)
class NamesForIds:
    """Names stand where ids are wanted, at any depth; what looks like an id is one."""

    def encode(self, name: str, value: Any, _revision: str) -> Any:
        return _named(value, (), name)

    def ref_at(self, path: tuple[str, ...]) -> Ref | None:
        """What the id at a path, without places in lists, can mean."""
        return ref_of(kinds_at(path))


def _named(value: Any, path: tuple[str, ...], place: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(part, (*path, str(key)), f"{place}.{key}") for key, part in value.items()}
    if isinstance(value, list):
        return [_named(part, path, place) for part in value]
    if not isinstance(value, str) or not value or UUID.fullmatch(value):
        return value
    ref = ref_of(kinds_at(path))
    return Named(ref, value, place) if ref else value


SETTINGS_FIELD = Field(FREE_OBJECT, codec=NamesForIds())
