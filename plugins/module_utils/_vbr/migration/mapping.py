# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other names on the target: renaming what is moved, and using what the target already has in its place.

`rename` gives a moved object another name, and whatever refers to it gets that name. `mappings` replaces an object by
another one: it is not moved, and whatever refers to it uses the other one. Paths are replaced by their beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._core.compare import Names, fold
from ..._core.errors import InvalidInput, quoted
from .bundle import ServerIdentity
from .collection import Estate, Record, records
from .kinds import DEFAULT_PROXY, MANAGED_SERVERS, PROXIES, REPOSITORIES, THIS_SERVER
from .references import Reference
from .sites import Site, rewritten, sites_of

# The user's words for the kinds whose objects can be renamed, and for those whose objects can be replaced.
RENAMED = {"hosts": "managedServers", "repositories": "repositories", "jobs": "jobs"}
MAPPED = {
    "hosts": "managedServers",
    "repositories": "repositories",
    "credentials": "credentials",
    "cloud_credentials": "cloudcredentials",
    "encryption_passwords": "encryptionPasswords",
}
PATHS = "paths"
# The kinds whose objects stand on a host, which may be the server's own.
ON_A_HOST = frozenset({REPOSITORIES.name, PROXIES.name})
# Where a repository holds a directory of its host.
PATH_FIELDS = frozenset({"path", "writeCacheFolder"})

# By the old name: what it is called on the target.
NewNames = Mapping[str, Names[str]]
NO_NAMES: Names[str] = Names()


@dataclass(frozen=True)
class Mappings:
    """What is called otherwise on the target: kind -> old key -> new key; for paths, beginning -> beginning.

    `proxies` has the host of a proxy by the name that it has on the source: a proxy is known by its host.
    """

    renamed: NewNames = field(default_factory=dict)
    mapped: NewNames = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    proxies: Names[str] = NO_NAMES

    def replaced(self, kind: str, key: str) -> str:
        """What the target uses in the place of this object; `''` when the object itself is moved."""
        return (self.mapped[kind].get(key) or "") if key and kind in self.mapped else ""

    def new_name(self, kind: str, name: str) -> str:
        """What a moved object is called on the target; `''` when its name stays."""
        return (self.renamed[kind].get(name) or "") if name and kind in self.renamed else ""

    def among(self, estate: Estate) -> Mappings:
        """The same, for the objects of an estate: what is written like one of them is no other that differs by case."""
        renamed = dict(self.renamed)
        for kind, names in self.renamed.items():
            there = {str(record.get("name")) for _list, record in records(estate.get(kind, {}))}
            exact = {fold(old) for old, _new in names.items() if old in there}
            said = {old for old, _new in names.items()}
            stay = sorted(name for name in there - said if fold(name) in exact)
            renamed[kind] = Names((*names.items(), *zip(stay, stay, strict=True)))
        return replace(self, renamed=renamed)

    def with_names(self, kind: str, names: Mapping[str, str]) -> Mappings:
        """The same, and these objects are called so on the target, whatever was said of them."""
        said = self.renamed.get(kind, NO_NAMES)
        return replace(self, renamed={**self.renamed, kind: Names((*said.items(), *names.items()))}) if names else self

    def with_hosts(self, old: Iterable[str], new: str) -> Mappings:
        """The same, and these hosts are `new` unless the user said otherwise: how the source server becomes the
        target.
        """
        said = self.mapped.get(MANAGED_SERVERS.name, Names[str]())
        hosts = [(name, new) for name in old if fold(name) != fold(new) and not said.meant(name)]
        return replace(self, mapped={**self.mapped, MANAGED_SERVERS.name: Names((*said.items(), *hosts))})

    def with_server(self, source: ServerIdentity, target: str) -> Mappings:
        """The same, and the source server is the target, by whatever name the source's records mean it."""
        known = self.with_hosts(source.all_names, target)
        return known.with_hosts([THIS_SERVER], known.replaced(MANAGED_SERVERS.name, source.name) or target)

    def with_proxies(self, hosts: Mapping[str, str]) -> Mappings:
        """The same, and the source's proxies of these names have these hosts; the default one that of the source."""
        return replace(self, proxies=Names({DEFAULT_PROXY: THIS_SERVER, **hosts}.items()))

    def apply(self, kind: str, record: Record) -> Record:
        """The record as the target is to have it: its name, its references, its paths."""
        return self.apply_at(kind, record, sites_of(kind, record))[0]

    def apply_at(self, kind: str, record: Record, sites: list[Site]) -> tuple[Record, list[Site]]:
        """The same for a record of which it is known where it refers to others, and where it does so then."""
        record, sites = rewritten(record, sites, self._substitute)
        new = self.new_name(kind, str(record.get("name") or ""))
        record = {**record, "name": new} if new else record
        return (self._move_paths(record) if self.paths and kind == REPOSITORIES.name else record), sites

    def _substitute(self, reference: Reference) -> Reference:
        kind = reference.kind
        if kind == PROXIES.name:
            kind, host = MANAGED_SERVERS.name, self.proxies.get(reference.name)
            # How the target calls the proxy of this host is filled in when the reference is resolved there.
            reference = reference._replace(name=host, unique="") if host else reference
        other = self.replaced(kind, reference.unique)
        if other:
            # Its name is filled in when the reference is resolved on the target.
            return reference._replace(name="", unique=other)
        other = self.replaced(kind, reference.name)
        if other:
            return reference._replace(name=other, unique="")
        new = self.new_name(kind, reference.name)
        return reference._replace(name=new) if new else reference

    def _move_paths(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._move_paths(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self.new_path(value) if key in PATH_FIELDS and isinstance(value, str) else self._move_paths(value)
            for key, value in node.items()
        }

    def new_path(self, path: str) -> str:
        """Where a directory of a repository is on the target."""
        # The longest beginning wins, so that a directory inside a moved one can go elsewhere.
        for old in sorted(self.paths, key=len, reverse=True):
            rest = path[len(old) :]
            same = path.startswith(old) or (_is_windows(old) and fold(path).startswith(fold(old)))
            if same and (not rest or rest[0] in "/\\" or old[-1] in "/\\"):
                return self.paths[old] + rest
        return path


def _is_windows(path: str) -> bool:
    """Whether it is a directory of Windows, where upper and lower case are the same."""
    return "\\" in path or path[1:2] == ":"


def at_home(estate: Estate, server: ServerIdentity) -> Estate:
    """What a server has, with its own host by its name where something stands on it, however its records call it."""
    home = Mappings().with_server(server, server.name)

    def named(kind: str, rows: Any) -> Any:
        if kind not in ON_A_HOST or not isinstance(rows, list):
            return rows
        return [home.apply(kind, row) if isinstance(row, dict) else row for row in rows]

    return {
        kind: {list_name: named(kind, rows) for list_name, rows in collection.items()}
        for kind, collection in estate.items()
    }


def mappings(rename: Mapping[str, Any] | None, mapped: Mapping[str, Any] | None) -> Mappings:
    """What the user gave, checked. Raises InvalidInput."""
    rename, mapped = dict(rename or {}), dict(mapped or {})
    paths = mapped.pop(PATHS, None) or {}
    _check("mappings", {PATHS: paths}, {PATHS: PATHS})
    return Mappings(_by_kind("rename", rename, RENAMED), _by_kind("mappings", mapped, MAPPED), paths)


def _by_kind(option: str, given: Mapping[str, Any], words: Mapping[str, str]) -> NewNames:
    _check(option, given, words)
    return {words[word]: Names((old, str(new)) for old, new in (names or {}).items()) for word, names in given.items()}


def _check(option: str, given: Mapping[str, Any], words: Mapping[str, str]) -> None:
    for word, names in given.items():
        if word not in words:
            known = ", ".join([*words, *([PATHS] if option == "mappings" else [])])
            raise InvalidInput(f"{option} has no part {quoted(word)}.", f"It takes {known}.")
        if not isinstance(names or {}, Mapping) or not all(
            old and isinstance(old, str) and new and isinstance(new, str) for old, new in (names or {}).items()
        ):
            raise InvalidInput(f"{option}.{word} must be a dictionary of old: new, both of them strings.")
