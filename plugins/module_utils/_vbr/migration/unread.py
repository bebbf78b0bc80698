# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings about what the user gave and nothing in the estate is meant by: names to rename, to map, to export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..._core.compare import alike, fold, means_any
from ..._core.errors import quoted
from ..._core.failures import NAMES_SHOWN
from ..._core.query import found_nothing
from .bundle import Bundle
from .collection import Collection, Estate, records
from .findings import UNMATCHED_FILTER, UNMATCHED_QUERY, WARNING, Finding
from .kinds import DEFAULT_PROXY, KINDS, MANAGED_SERVERS, PROXIES, REPOSITORIES
from .mapping import MAPPED, PATHS, RENAMED, Mappings
from .references import name_of
from .sites import references

# The filter that takes names, with an asterisk for any characters.
NAMES = "names"


def unread_names(bundle: Bundle, rename: Mapping[str, Any], mapped: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each entry of `rename` and `mappings` that nothing in the bundle is called by."""
    estate = bundle.estate
    for word, kind in RENAMED.items():
        if rename.get(word):
            yield from _unread("rename", word, kind, rename[word], _objects(estate, kind))
    # To go through everything takes as long as all that is done with it: only who maps something has it done.
    referred = _referred(estate) if any(mapped.get(word) for word in MAPPED) else {}
    for word, kind in MAPPED.items():
        if mapped.get(word):
            known = [*_objects(estate, kind), *referred.get(kind, ())]
            if kind == MANAGED_SERVERS.name:
                # A proxy is called like its host, or it is known which host it has.
                proxies = {DEFAULT_PROXY, *bundle.proxies}
                known += [name for name in referred.get(PROXIES.name, ()) if name not in proxies]
                known += [*bundle.source.own_names, *bundle.proxies.values()]
            yield from _unread("mappings", word, kind, mapped[word], known)
    paths = list(_paths(estate.get(REPOSITORIES.name, {}))) if mapped.get(PATHS) else []
    for old in mapped.get(PATHS) or {}:
        moves = Mappings(paths={old: "\0"})
        if not any(moves.new_path(path) != path for path in paths):
            yield _finding("mappings", PATHS, REPOSITORIES.name, old, paths)


def unmatched_names(
    kind: str, filters: Mapping[str, Any], collection: Collection, proxies: Iterable[str]
) -> Iterator[Finding]:
    """A warning for each name of a filter that nothing was exported by. No record has the names of `proxies`."""
    names = {fold(name) for name in proxies} if kind == PROXIES.name and any(records(collection)) else set()
    names |= {fold(name_of(kind, record) or KINDS[kind].key(record)) for _list, record in records(collection)}
    for pattern in filters.get(NAMES) or []:
        if not means_any(pattern, names):
            message = f"the filter {NAMES} has {quoted(pattern)}, and nothing of this name was exported."
            yield Finding(WARNING, UNMATCHED_FILTER, message, "Check the spelling.", kind, str(pattern))
    others = {name: value for name, value in filters.items() if name != NAMES and value}
    if others and not any(records(collection)):
        message = f"the filters {', '.join(others)} match nothing."
        yield Finding(WARNING, UNMATCHED_FILTER, message, "Check the spelling.", kind, ", ".join(others))


def unread_filters(filters: Iterable[str], kinds: Iterable[str]) -> Iterator[Finding]:
    """A warning for each kind that is filtered and not exported."""
    for kind in filters:
        if kind not in kinds:
            message = f"there are filters for {kind}, which is not among the kinds that are exported."
            yield Finding(WARNING, UNMATCHED_FILTER, message, "Name it in kinds, or leave its filters out.", kind)


def unmatched_query(query: Any, exported: Estate, chosen: Estate) -> Iterator[Finding]:
    """A warning for a query that chose no record of any kind, although something was exported."""
    if query and any(map(_has_records, exported.values())) and not any(map(_has_records, chosen.values())):
        yield Finding(WARNING, UNMATCHED_QUERY, found_nothing(query, exported), "Nothing is in the bundle.")


def _has_records(collection: Collection) -> bool:
    return any(True for _each in records(collection))


def _objects(estate: Estate, kind: str) -> Iterator[str]:
    for _list, record in records(estate.get(kind, {})):
        yield from filter(None, (KINDS[kind].key(record), name_of(kind, record)))


def _referred(estate: Estate) -> dict[str, dict[str, None]]:
    """By kind, what objects are called by those that need them: they may stand elsewhere than in this estate."""
    found: dict[str, dict[str, None]] = {}
    for kind, collection in estate.items():
        for _list, record in records(collection):
            for reference in references(kind, record):
                names = filter(None, (reference.name, reference.unique))
                found.setdefault(reference.kind, {}).update(dict.fromkeys(names))
    return found


def _paths(node: Any) -> Iterator[str]:
    """Every text in the repositories; where directories stand is the business of the mapping."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _paths(part)


def unused(option: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    """A warning for each of the names that an option has, of whatever kind, and nothing is called by."""
    yield from _unread(option, "", "", names, known)


def _unread(option: str, word: str, kind: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    candidates = dict.fromkeys(known)
    folded = {fold(name) for name in candidates}
    for number, name in enumerate(name for name in names if fold(name) not in folded):
        # Whoever gave hundreds that mean nothing made another mistake than a slip of the pen.
        yield _finding(option, word, kind, name, candidates if number < NAMES_SHOWN else ())


def _finding(option: str, word: str, kind: str, name: str, candidates: Iterable[str]) -> Finding:
    nearest = alike(name, candidates)
    known = f" The nearest: {', '.join(map(quoted, nearest))}." if nearest else ""
    place = f"{option}.{word}" if word else option
    message = f"nothing in the bundle is called {quoted(name)}, which {place} has.{known}"
    return Finding(
        WARNING, f"unused-{option.rstrip('s').replace('_', '-')}", message, "Check the spelling.", kind, name
    )
