# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning an import: what is desired and what the target has become a plan. Pure; all is decided before a write.

Of each record that is moved: are its references clear, is it there already, does it have its secret? Then chained jobs
are put after the jobs they wait for, and what needs something blocked is blocked too.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from ..._core.compare import fold
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import by_reason, in_words, listed
from ..revisions import is_thirteen, rank
from . import secrets
from .bodies import unfit
from .bundle import ServerIdentity
from .collection import Estate, Record, records
from .convert import convert
from .dependencies import block_dependents, missing_secrets, predecessors_first, wait_for_computers
from .findings import ERROR, NEEDS_BY_HAND, NOT_IN_INVENTORY, WARNING, Finding, errors, not_served
from .keeping import kept
from .kinds import ENCRYPTION_PASSWORDS, JOBS, KINDS, MANAGED_SERVERS, unique_id
from .known_fields import checked_fields
from .mapping import Mappings, at_home
from .phases import at_their_turn, in_phases, only_waiting, updates_in_turn
from .plan import (
    BLOCKED,
    CREATE,
    CUTOVER,
    UPDATE,
    ActualTarget,
    DesiredImport,
    ImportPlan,
    ObjectKey,
    PlanItem,
)
from .references import EstateIndex, IndexedObject, Reference
from .selection import MovingRecord, alike_but_for_case, kept_for_days, moving_records, selected_collections, set_aside
from .sites import rewritten


class Refused(InvalidInput):
    """A plan that must not be carried out: it holds findings of severity error."""


def plan_import(desired: DesiredImport, target: ActualTarget) -> ImportPlan:
    """Plan an import, with all that speaks against it. Raises InvalidInput if both servers are the same."""
    source = desired.bundle.source
    _refuse_same_server(source, target.identity)
    known = desired.mappings.with_server(source, target.identity.name).with_proxies(desired.bundle.proxies)
    known = known.with_names(JOBS.name, target.names)
    desired = replace(desired, mappings=known)
    selected, findings = selected_collections(desired)
    findings += desired.findings
    index = _index_of(target)
    index.add_by_hand(desired.bundle.estate)
    moving, skipped = set_aside(selected, desired, index)
    written_in = desired.bundle.revision_for(target.revision)
    moving, unknown = checked_fields(moving, written_in)
    converted, lost = convert(moving, written_in, target.revision)
    moves, remarks = moving_records(converted, desired)
    moves, ruled = kept_for_days(moves, desired.days_per_point, is_thirteen(target.identity.build, target.revision))
    findings += [*unknown, *lost, *_not_served(converted, target.revision), *remarks, *ruled]
    findings += alike_but_for_case(moves, index)
    keys = {kind: {move.key for move in moves if move.kind == kind} | target.journal.names(kind) for kind in KINDS}
    for move in moves:
        there = index.of_key(move.kind, move.key, keys[move.kind])
        if not there and not index.taken(move.kind, move.key, unique_id(move.record)):
            index.add(move.kind, move.record, existing=False)
    items = _items(moves, keys, desired, target, index, findings)
    if desired.fail_on_missing_secret:
        findings += missing_secrets(items)
    return ImportPlan(
        target.revision,
        _in_order([*items, *skipped]),
        tuple(findings),
        desired.staged,
        desired.secrets,
        target.journal,
        target.sessions,
        desired.settings,
        target.identity,
        desired.phase,
    )


def _items(
    moves: list[MovingRecord],
    keys: Mapping[str, Container[str]],
    desired: DesiredImport,
    target: ActualTarget,
    index: EstateIndex,
    findings: list[Finding],
) -> list[PlanItem]:
    """What happens to each record, in the order and in the phase in which it does."""
    decided = [_item_for(move, keys[move.kind], desired, target, index, findings) for move in moves]
    items = block_dependents(wait_for_computers(predecessors_first(decided, findings), findings))
    items = in_phases(items, desired.stage_anyway, desired.hold, findings)
    items = at_their_turn(items, target.journal) if desired.phase == CUTOVER and target.journal.path else items
    items = only_waiting(items, target.journal) if desired.settings["only_waiting"] else items
    return updates_in_turn(items, desired.phase)


def _index_of(target: ActualTarget) -> EstateIndex:
    """Everything the target has, by all that can be known of it."""
    index = EstateIndex()
    index.add_estate(at_home(target.estate, target.identity))
    own = Mappings().with_server(target.identity, target.identity.name)
    for name, host in target.proxies.items():
        index.add_proxy(name, own.replaced(MANAGED_SERVERS.name, host) or host)
    for kind, names in ((MANAGED_SERVERS.name, target.identity.all_names), *target.listed.items()):
        for name in names:
            index.add_named(kind, name)
    return index


def _refuse_same_server(source: ServerIdentity, target: ServerIdentity) -> None:
    if source.vbr_id and fold(source.vbr_id) == fold(target.vbr_id):
        raise InvalidInput(
            f"Source and target are the same backup server ({target.name}, vbrId {target.vbr_id}).",
            "Check the hostname of the target.",
        )


def refuse_errors(plan: ImportPlan) -> None:
    """Raises Refused with every finding of severity error, if there is one."""
    wrong = errors(plan.findings)
    if not wrong:
        return
    groups = by_reason(finding.as_failed() for finding in wrong)
    raise Refused("Nothing was written. " + "\n".join(in_words(groups)), **{**plan.report(), "failures": groups})


def _not_served(moving: Estate, revision: str) -> list[Finding]:
    """Findings about kinds that the revision lacks, in an estate that needed no conversion."""
    served = {kind.name for kind in KINDS.values() if rank(kind.since) <= rank(revision)}
    lacking = [kind for kind in moving if kind not in served and any(records(moving[kind]))]
    return [not_served(kind, revision, ERROR) for kind in lacking]


def _in_order(items: list[PlanItem]) -> tuple[PlanItem, ...]:
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(items, key=lambda item: order[item.kind]))


# -- what happens to one record ----------------------------------------------------------------------------------------


def _item_for(
    move: MovingRecord,
    keys: Container[str],
    desired: DesiredImport,
    target: ActualTarget,
    index: EstateIndex,
    findings: list[Finding],
) -> PlanItem:
    """What happens to one record, before its dependencies are considered. `keys` are those of its kind."""
    needs: list[ObjectKey] = []
    uses: dict[ObjectKey, Record] = {}
    problems: list[tuple[str, Finding]] = []

    def resolve(reference: Reference) -> Reference:
        meant = index.meant(reference)
        if len(meant) == 1:
            if not meant[0].existing:
                needs.append((meant[0].kind, meant[0].key))
            else:
                uses[meant[0].kind, meant[0].key] = meant[0].record or target.shown(meant[0].kind, meant[0].name)
            return _same_or(reference, meant[0])
        problems.append(_unclear(move, reference, meant, index))
        return reference

    record, _sites = rewritten(move.record, move.sites, resolve)
    there = [other for other in index.of_key(move.kind, move.key, keys) if other.existing]
    if len(there) == 1:
        # It is not sent, so that it does not matter what the target makes of its references.
        item = kept(replace(move, record=record), there[0].record, desired, target, index, findings)
        return replace(item, needs=tuple(dict.fromkeys(needs))) if item.action == UPDATE else item
    problems += _in_its_way(move, there, index, target)
    findings += [finding for _reason, finding in problems]
    item = PlanItem(move.kind, move.list_name, move.key, CREATE, "", record, converted=move.converted)
    item = replace(item, needs=tuple(dict.fromkeys(needs)), uses=uses)
    if problems:
        # Several fields may name the same object.
        return replace(item, action=BLOCKED, reason="; ".join(dict.fromkeys(reason for reason, _finding in problems)))
    return _unless_a_secret_is_missing(item, move, desired)


def _unless_a_secret_is_missing(item: PlanItem, move: MovingRecord, desired: DesiredImport) -> PlanItem:
    given = desired.given.of(move.kind, move.key)
    lacks = secrets.missing(KINDS[move.kind], secrets.filled(KINDS[move.kind], item.record, given))
    if lacks:
        wanted = " or ".join(" with ".join(names) for names in lacks)
        reason = f"its secret is missing ({wanted})"
        return replace(item, action=BLOCKED, reason=reason, lacks=tuple(map(tuple, lacks)))
    return item


def _same_or(reference: Reference, meant: IndexedObject) -> Reference:
    """The reference itself when it already says what is meant, so that a record moves verbatim."""
    name = meant.key if reference.by_key else meant.name
    if reference.unique and not meant.record:
        # Known by its name only, so that the id is that of the source's object.
        return reference._replace(name=name, unique="")
    same_name = not reference.name or reference.name == name
    same_unique = not reference.unique or fold(reference.unique) == fold(meant.unique or reference.unique)
    nameless = not reference.name and name and reference.kind != ENCRYPTION_PASSWORDS.name
    if same_name and same_unique and not nameless:
        return reference
    return reference._replace(name=name, unique=meant.unique)


def _in_its_way(
    move: MovingRecord, there: list[IndexedObject], index: EstateIndex, target: ActualTarget
) -> Iterator[tuple[str, Finding]]:
    """What the target has that a record could be taken for, what it does not have that the record names, and what no
    server takes.
    """
    if there:
        yield "several objects of the target have this name", _ambiguous(move, there)
    taken = index.taken(move.kind, move.key, unique_id(move.record))
    if taken:
        yield f"the target has its unique id as {quoted(taken.key)}", _taken(move, taken)
    if why := target.without_place.get((move.kind, move.key)):
        yield why, Finding(WARNING, NOT_IN_INVENTORY, f"it is left out: {why}", "", move.kind, move.key)
    if reason := unfit(move.kind, move.record):
        said = reason.message
        yield said, Finding(WARNING, NEEDS_BY_HAND, f"it is left out: {said}", reason.hint, move.kind, move.key)


def _ambiguous(move: MovingRecord, there: list[IndexedObject]) -> Finding:
    several = listed(sorted(quoted(other.key) for other in there))
    return Finding(
        ERROR,
        "ambiguous-name",
        f"on the target it can be any of {several}, which differ by case only.",
        "Rename it (rename, vbr_import_rename in the roles) to the one that is meant, or to another name.",
        move.kind,
        move.key,
    )


def _taken(move: MovingRecord, other: IndexedObject) -> Finding:
    said = f"the target has an object of this unique id under another name, {quoted(other.key)}."
    remedy = f"If they are the same, say so in mappings.{move.kind}."
    return Finding(ERROR, "unique-id-taken", said, remedy, move.kind, move.key)


def _by_hand(move: MovingRecord, reference: Reference) -> Finding:
    return Finding(
        WARNING,
        NEEDS_BY_HAND,
        f"{reference} is not on the target, and no call creates it: this is left out until it is there.",
        "Create it on the target by hand, under the same name, and run this again; or name another one in mappings.",
        move.kind,
        move.key,
        reference.field,
    )


def _unclear(
    move: MovingRecord, reference: Reference, meant: list[IndexedObject], index: EstateIndex
) -> tuple[str, Finding]:
    """Why nobody can tell what a reference means on the target, in few words and as a finding."""
    if meant:
        several = listed(sorted(one.unique or one.key for one in meant))
        return f"{reference} is ambiguous", Finding(
            ERROR,
            "ambiguous-reference",
            f"{reference} can mean {len(meant)} records: {several}.",
            f"Say which one in mappings, or give it a tag of its own ({reference.kind}).",
            move.kind,
            move.key,
            reference.field,
        )
    if index.is_by_hand(reference):
        return f"needs {reference}, which no call creates", _by_hand(move, reference)
    candidates = listed(index.names(reference.kind)) or "none"
    return f"{reference} is unknown on the target", Finding(
        ERROR,
        "unknown-reference",
        f"{reference} is neither on the target nor among what is imported; known there: {candidates}.",
        "Import it too, add it on the target, or name another one in mappings (vbr_import_mappings in the roles).",
        move.kind,
        move.key,
        reference.field,
    )
