# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a bundle is moved, and under which names; what is replaced or built in is not, nor is the source server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._core.compare import Drift, Patterns, fold, value_at
from ..._core.errors import quoted
from ..._core.failures import listed
from . import retention
from .bundle import ServerIdentity
from .collection import Estate, Record, records
from .findings import ERROR, NAMES_BY_CASE, WARNING, Finding, null_records
from .instead import instead
from .kind import BY_HAND
from .kinds import JOBS, KINDS, MANAGED_SERVERS, PROXIES, REPOSITORIES, host_of, is_of_default_type
from .mapping import Mappings
from .plan import SKIP, DesiredImport, ObjectKey, PlanItem
from .references import EstateIndex
from .sites import Site

# The name every installation gives the repository it makes for itself (facts/peers.md 3.4).
DEFAULT_REPOSITORY = "Default Backup Repository"
# Why a bundle lacks a host, and what to do about it.
NOT_EXPORTED = (
    "the source could not export them.",
    "They use single-use credentials; add these hosts on the target by hand.",
)


@dataclass(frozen=True)
class MovingRecord:
    """One record that is moved: the list it stands in, its key on the target, and how the target is to have it.

    `converted` are the fields that a rule of the user changed, `sites` are where it refers to other objects.
    """

    kind: str
    list_name: str
    key: str
    record: Record
    converted: tuple[Drift, ...] = ()
    sites: tuple[Site, ...] = ()


def selected_collections(desired: DesiredImport) -> tuple[Estate, list[Finding]]:
    """The collections of the desired kinds, and findings about what cannot even be considered."""
    estate = desired.bundle.estate
    selected = {kind: estate[kind] for kind in desired.kinds if kind in estate}
    absent = ("the bundle holds nothing of this kind.", "Export it, or leave it out of kinds.")
    return selected, [
        *(Finding(WARNING, "kind-not-in-bundle", *absent, kind) for kind in desired.kinds if kind not in selected),
        *(found for kind, collection in selected.items() for found in null_records(kind, collection, *NOT_EXPORTED)),
        *_unused_secrets(desired),
    ]


def chosen_by_filters(kind: str, rows: list[Record], filters: Mapping[str, Any]) -> list[Record]:
    """The records of ordinary REST that the filters of an export choose, as the server chooses by them.

    None has the id of one server, so that a filter of ids chooses none.
    """
    names = Patterns(filters.get("names") or [])
    types = [fold(each) for each in filters.get("types") or []]
    others = [value for name, value in filters.items() if name not in ("names", "types") and value]
    return [
        row
        for row in rows
        if not others
        and (not names or names.means(KINDS[kind].key(row)))
        and (not types or fold(row.get("type")) in types)
    ]


def _unused_secrets(desired: DesiredImport) -> list[Finding]:
    """Findings about secrets for records that the bundle does not hold."""
    found = []
    for kind, by_key in desired.secrets.items():
        keys = {fold(KINDS[kind].key(record)) for _list, record in records(desired.bundle.estate.get(kind, {}))}
        why = ("the bundle has no such record.", "Check the spelling.")
        found += [Finding(WARNING, "unused-secret", *why, kind, key) for key in by_key if fold(key) not in keys]
    return found


def set_aside(selected: Estate, desired: DesiredImport, index: EstateIndex) -> tuple[Estate, list[PlanItem]]:
    """What is to be moved, and what is not: replaced objects, built-in objects, the source server itself."""
    own = {fold(name) for name in desired.bundle.source.own_names}
    moving: Estate = {}
    skipped: list[PlanItem] = []
    for kind, collection in selected.items():
        moving[kind] = {}
        for list_name, record in records(collection):
            key = KINDS[kind].key(record)
            why_not = _why_not(kind, key, record, desired.mappings, own, index) or _by_hand(kind, key, record, index)
            if why_not:
                there = BY_HAND in record and bool(index.of_key(kind, key))
                replaced = there or bool(desired.mappings.replaced(kind, key))
                skipped.append(PlanItem(kind, list_name, key, SKIP, why_not, replaced=replaced))
            else:
                moving[kind].setdefault(list_name, []).append(record)
    return moving, skipped


def _why_not(kind: str, key: str, record: Record, mappings: Mappings, own: set[str], index: EstateIndex) -> str:
    """Why a record is not moved; `''` when it is. `own` are the folded names of the source server."""
    other = mappings.replaced(kind, key)
    if kind == MANAGED_SERVERS.name and fold(key) in own:
        return "the source server itself; a backup server cannot be a managed server of another one"
    if other:
        return f"replaced by {other}"
    if kind == REPOSITORIES.name and key == DEFAULT_REPOSITORY and not index.of_key(kind, key):
        return "built-in object of the source server"
    if kind == PROXIES.name and key == (host := host_of(record)) and fold(host) in own:
        mapped = mappings.replaced(MANAGED_SERVERS.name, host)
        if is_of_default_type(record) and not index.of_key(kind, mapped):
            return "built-in proxy of the source server"
    return ""


def _by_hand(kind: str, key: str, record: Record, index: EstateIndex) -> str:
    """Why no call moves a record, and what to do instead; `''` where one does."""
    if BY_HAND not in record:
        return ""
    if index.of_key(kind, key):
        return "the target has one of this name"
    if record.get("why"):
        return f"{record['why']}: see to it by hand"
    of_type = f" of type {record['type']}" if record.get("type") else ""
    return f"no call brings one{of_type} over: {instead(kind, str(record.get('type') or ''))}"


def moving_records(moving: Estate, desired: DesiredImport) -> tuple[list[MovingRecord], list[Finding]]:
    """Every record under the name it will have on the target; findings about those that have none or share one."""
    found: list[MovingRecord] = []
    findings: list[Finding] = []
    taken: set[ObjectKey] = set()
    for kind, collection in moving.items():
        for list_name, record in records(collection):
            new, sites = desired.mappings.apply_at(kind, record, desired.sites.of(kind, record))
            key = KINDS[kind].key(new)
            if not key:
                findings.append(_no_key(kind, list_name, record))
            elif (kind, key) in taken:
                findings.append(_duplicate(kind, key))
            else:
                taken.add((kind, key))
                found.append(MovingRecord(kind, list_name, key, new, sites=tuple(sites)))
                findings += _on_source_server(found[-1], record, desired.bundle.source)
    return found, findings


def alike_but_for_case(moves: list[MovingRecord], index: EstateIndex) -> list[Finding]:
    """Findings about new jobs whose names differ by case only: a server may take them for one."""
    names: dict[str, list[str]] = {}
    for move in moves:
        if move.kind == JOBS.name:
            names.setdefault(fold(move.key), []).append(move.key)
    found = []
    for alike in names.values():
        new = [key for key in alike if key not in {other.key for other in index.of_key(JOBS.name, key)}]
        for key in new if len(alike) > 1 else ():
            others = listed([quoted(other) for other in sorted(alike) if other != key])
            said = (
                f"its name differs from {others} by case only: where the target takes them for one, only one comes in."
            )
            remedy = "Give one of them another name (rename, vbr_import_rename in the roles)."
            found.append(Finding(WARNING, NAMES_BY_CASE, said, remedy, JOBS.name, key))
    return found


def kept_for_days(moves: list[MovingRecord], factor: str, thirteen: bool) -> tuple[list[MovingRecord], list[Finding]]:
    """The records with the restore points of jobs as days, where a rule says so and the target offers nothing else."""
    if not factor:
        return moves, []
    if not thirteen:
        return moves, [retention.unused("the target is older than version 13, and keeps restore points as well")]
    ruled = [
        replace(move, record=retention.in_days(move.record, factor), converted=retention.changes(move.record, factor))
        if move.kind == JOBS.name
        else move
        for move in moves
    ]
    jobs = ((move.key, move.record) for move in moves if move.kind == JOBS.name)
    return ruled, list(retention.converted(jobs, factor))


def _duplicate(kind: str, key: str) -> Finding:
    return Finding(ERROR, "duplicate-key", "two records have this key.", "Give one of them another name.", kind, key)


def _no_key(kind: str, list_name: str, record: Record) -> Finding:
    shown = record.get("description") or record.get("username") or record.get("type") or "no name"
    return Finding(
        ERROR,
        "no-key",
        f"a record in {list_name} ({shown}) has nothing to recognise it by.",
        "Give it a uniqueId (tag) or name on the source and export again.",
        kind,
    )


def _on_source_server(move: MovingRecord, old: Record, source: ServerIdentity) -> list[Finding]:
    """A finding when a repository stands on the source server itself and will stand elsewhere."""
    if move.kind != REPOSITORIES.name or fold(old.get("hostName")) not in map(fold, source.own_names):
        return []
    path = value_at(move.record, ("repository", "path")) or ""
    return [
        Finding(
            WARNING,
            "on-source-server",
            f"it stands on the source server itself; here it is on {move.record['hostName']} in '{path}'.",
            "Its backups are not moved. To put it elsewhere, give mappings.hosts or mappings.paths "
            "(vbr_import_mappings in the roles).",
            move.kind,
            move.key,
            "hostName",
        )
    ]
