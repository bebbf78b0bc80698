# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning an import: a bundle, a target and the user's wishes become a plan. Pure; it decides everything before a
write.
"""

from __future__ import annotations

from dataclasses import replace

from ..._core.compare import fold
from ..._core.errors import InvalidInput
from .bundle import Source
from .convert import convert
from .deciding import Move, Target, Wish, decide
from .directory import Directory
from .findings import ERROR, WARNING, Finding, errors
from .kinds import DEFAULT_PROXY_TYPE, KINDS, Estate, Record, holes, kinds_of, records, unique_id
from .ordering import block_dependents, missing_secrets, predecessors_first
from .plan import SKIP, ImportPlan, Item, Place

# The name every installation gives the repository it makes for itself (facts/peers.md 3.4).
DEFAULT_REPOSITORY = "Default Backup Repository"
SHOWN_ERRORS = 10


class Refused(InvalidInput):
    """A plan that must not be carried out: it holds findings of severity error."""


def plan_import(wish: Wish, target: Target) -> ImportPlan:
    """Plan an import. Raises Refused with every finding when there is one of severity error: nothing was written
    then.
    """
    _refuse_same_server(wish.bundle.source, target.identity)
    wish = replace(wish, mappings=wish.mappings.with_hosts(wish.bundle.source.all_names, target.identity.name))
    selected = {kind: wish.bundle.estate[kind] for kind in wish.kinds if kind in wish.bundle.estate}
    findings = _left_out(wish, selected)

    directory = _known(target)
    moving, skipped = _set_aside(selected, wish, directory)
    # An inline estate of no named revision is taken to be spelt for the target.
    converted, lost = convert(moving, wish.bundle.revision or target.revision, target.revision)
    findings += [*lost, *_not_served(converted, target.revision)]
    moves = _moves(converted, wish, findings)
    for move in moves:
        there = directory.of_key(move.kind, move.key)
        if not there and not directory.taken(move.kind, move.key, unique_id(move.record)):
            directory.add(move.kind, move.record, existing=False)
    decided = [decide(move, wish, target, directory, findings) for move in moves]
    items = block_dependents(predecessors_first(decided, findings))
    if wish.fail_on_missing_secret:
        findings += missing_secrets(items)
    plan = ImportPlan(
        target.revision,
        _in_order([*items, *skipped]),
        tuple(findings),
        wish.staged,
        wish.secrets,
        target.journal,
        target.sessions,
        wish.settings,
    )
    _refuse_errors(plan)
    return plan


def _known(target: Target) -> Directory:
    """Everything the target has, by all that can be known of it."""
    directory = Directory()
    directory.add_estate(target.estate)
    for kind, names in (("managedServers", target.identity.all_names), *target.listed.items()):
        for name in names:
            directory.add_named(kind, name)
    return directory


def _refuse_same_server(source: Source, target: Source) -> None:
    if source.vbr_id and fold(source.vbr_id) == fold(target.vbr_id):
        raise InvalidInput(
            f"Source and target are the same backup server ({target.name}, vbrId {target.vbr_id}).",
            "Check the hostname of the target.",
        )


def _refuse_errors(plan: ImportPlan) -> None:
    wrong = errors(plan.findings)
    if not wrong:
        return
    lines = [str(finding) for finding in wrong[:SHOWN_ERRORS]]
    more = [f"and {len(wrong) - SHOWN_ERRORS} more, see findings"] if len(wrong) > SHOWN_ERRORS else []
    raise Refused("Nothing was written: " + "; ".join([*lines, *more]), **plan.report())


def _left_out(wish: Wish, selected: Estate) -> list[Finding]:
    """Findings about what cannot even be considered: unknown secrets, hosts that are null, kinds that are not there."""
    absent = ("the bundle holds nothing of this kind.", "Export it, or leave it out of kinds.")
    found = [Finding(WARNING, "kind-not-in-bundle", *absent, kind) for kind in wish.kinds if kind not in selected]
    for kind in selected:
        for name, missing in holes(selected[kind]).items():
            found.append(
                Finding(
                    WARNING,
                    "null-record",
                    f"{missing} record(s) in {name} are null: the source could not export them.",
                    "They use single-use credentials; add these hosts on the target by hand.",
                    kind,
                )
            )
    for kind, by_key in wish.secrets.items():
        known = {fold(KINDS[kind].key(record)) for _list, record in records(wish.bundle.estate.get(kind, {}))}
        for key in by_key:
            if fold(key) not in known:
                found.append(
                    Finding(
                        WARNING, "unused-secret", "the bundle has no such record.", "Check the spelling.", kind, key
                    )
                )
    return found


def _not_served(moving: Estate, revision: str) -> list[Finding]:
    """Findings about kinds that the revision lacks, in an estate that needed no conversion."""
    lacking = [kind for kind in moving if kind not in kinds_of(revision) and any(records(moving[kind]))]
    told = (f"revision {revision} has no such kind.", "Leave it out of kinds.")
    return [Finding(ERROR, "kind-not-served", *told, kind) for kind in lacking]


def _set_aside(selected: Estate, wish: Wish, directory: Directory) -> tuple[Estate, list[Item]]:
    """What is to be moved, and what is not: replaced objects, built-in objects, the source server itself."""
    moving: Estate = {}
    skipped: list[Item] = []
    for kind, collection in selected.items():
        moving[kind] = {}
        for name, record in records(collection):
            key = KINDS[kind].key(record)
            why_not = _why_not(kind, key, record, wish, directory)
            if why_not:
                skipped.append(Item(kind, name, key, SKIP, why_not))
            else:
                moving[kind].setdefault(name, []).append(record)
    return moving, skipped


def _moves(moving: Estate, wish: Wish, findings: list[Finding]) -> list[Move]:
    """Every record under the name it will have on the target; findings about those that have none or share one."""
    moves: list[Move] = []
    seen: set[Place] = set()
    for kind, collection in moving.items():
        for name, record in records(collection):
            new = wish.mappings.apply(kind, record)
            key = KINDS[kind].key(new)
            if not key:
                findings.append(_no_key(kind, name, record))
            elif (kind, fold(key)) in seen:
                findings.append(_duplicate(kind, key))
            else:
                seen.add((kind, fold(key)))
                moves.append(Move(kind, name, key, new))
                findings += _moved_house(moves[-1], record, wish.bundle.source)
    return moves


def _duplicate(kind: str, key: str) -> Finding:
    return Finding(ERROR, "duplicate-key", "two records have this key.", "Give one of them another name.", kind, key)


def _no_key(kind: str, name: str, record: Record) -> Finding:
    shown = record.get("description") or record.get("username") or record.get("type") or "no name"
    return Finding(
        ERROR,
        "no-key",
        f"a record in {name} ({shown}) has nothing to recognise it by.",
        "Give it a uniqueId (tag) or name on the source and export again.",
        kind,
    )


def _why_not(kind: str, key: str, record: Record, wish: Wish, directory: Directory) -> str:
    """Why a record is not moved; `''` when it is."""
    other = wish.mappings.replaced(kind, key)
    own = {fold(name) for name in wish.bundle.source.all_names}
    host = str((record.get("server") or {}).get("hostName") or "")
    if kind == "managedServers" and fold(key) in own:
        return "the source server itself; a backup server cannot be a managed server of another one"
    if other:
        return f"replaced by {other}"
    if kind == "repositories" and key == DEFAULT_REPOSITORY and not directory.of_key(kind, key):
        return "built-in object of the source server"
    if kind == "proxies" and key == host and fold(host) in own:
        mapped = wish.mappings.replaced("managedServers", host)
        if record.get("type", DEFAULT_PROXY_TYPE) == DEFAULT_PROXY_TYPE and not directory.of_key(kind, mapped):
            return "built-in proxy of the source server"
    return ""


def _moved_house(move: Move, old: Record, source: Source) -> list[Finding]:
    """A remark when a repository stood on the source server itself and will stand elsewhere."""
    if move.kind != "repositories" or fold(str(old.get("hostName") or "")) not in map(fold, source.all_names):
        return []
    path = (move.record.get("repository") or {}).get("path") or ""
    return [
        Finding(
            WARNING,
            "on-source-server",
            f"it stands on the source server itself; here it is on {move.record['hostName']} in '{path}'.",
            "Its backups are not moved. Give mappings.hosts or mappings.paths to put it elsewhere.",
            move.kind,
            move.key,
            "hostName",
        )
    ]


def _in_order(items: list[Item]) -> tuple[Item, ...]:
    rank = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(items, key=lambda item: rank[item.kind]))
