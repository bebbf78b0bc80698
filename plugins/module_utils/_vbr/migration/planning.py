# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning an import: what is desired and what the target has become a plan. Pure; all is decided before a write.

Of each record that is moved: are its references clear, is it there already, does it have its secret? Then chained jobs
are put after the jobs they wait for, and what needs something blocked is blocked too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import replace

from ..._core.compare import Leave, drift, fold
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import by_reason, in_words, listed
from ..._core.sequence import Circle, needed_first
from ..revisions import is_thirteen
from . import secrets
from .bundle import ServerIdentity
from .collection import Estate, Record, records
from .convert import convert
from .findings import AWAKE, ERROR, NOT_LISTED, WARNING, Finding, errors, not_served
from .kinds import ENCRYPTION_PASSWORDS, JOBS, KINDS, MANAGED_SERVERS, kinds_of, unique_id
from .known_fields import checked_fields
from .mapping import Mappings, at_home
from .phases import at_their_turn, in_phases
from .plan import BLOCKED, CREATE, CUTOVER, DRIFT, KEEP, ActualTarget, DesiredImport, ImportPlan, ObjectKey, PlanItem
from .references import MEANT_BY_ID, EstateIndex, IndexedObject, Reference, rewrite
from .selection import MovingRecord, kept_for_days, moving_records, selected_collections, set_aside
from .stage import CUT_OVER, PENDING, SCHEDULE_FLAG, runs_by_itself

# The ids of a record found by its name are the target's own.
SKIP_INSTEAD = "Or set on_missing_secret (vbr_import_on_missing_secret in the roles) to skip."
OWN_IDS = frozenset({"uniqueId", "tag"})
# Ids of one server, and what a server only reports: two servers never agree on them (facts/vbr.md 2.3).
OF_ONE_SERVER = frozenset(
    {"hostUniqueId", "encryptionPasswordId", "encryptionPasswordIdOrNull", "size", "metadata", "powerState"}
)


class Refused(InvalidInput):
    """A plan that must not be carried out: it holds findings of severity error."""


def plan_import(desired: DesiredImport, target: ActualTarget) -> ImportPlan:
    """Plan an import, with all that speaks against it. Raises InvalidInput if both servers are the same."""
    source = desired.bundle.source
    _refuse_same_server(source, target.identity)
    known = desired.mappings.with_server(source, target.identity.name).with_proxies(desired.bundle.proxies)
    desired = replace(desired, mappings=known)
    selected, findings = selected_collections(desired)
    findings += desired.findings
    index = _index_of(target)
    moving, skipped = set_aside(selected, desired, index)
    written_in = desired.bundle.revision_for(target.revision)
    moving, unknown = checked_fields(moving, written_in)
    converted, lost = convert(moving, written_in, target.revision)
    moves, remarks = moving_records(converted, desired)
    thirteen = is_thirteen(target.identity.build, target.revision)
    moves, ruled = kept_for_days(moves, desired.days_per_point, thirteen)
    findings += [*unknown, *lost, *_not_served(converted, target.revision), *remarks, *ruled]
    keys = {kind: {move.key for move in moves if move.kind == kind} for kind in KINDS}
    for move in moves:
        there = index.of_key(move.kind, move.key, keys[move.kind])
        if not there and not index.taken(move.kind, move.key, unique_id(move.record)):
            index.add(move.kind, move.record, existing=False)
    decided = [
        replace(_item_for(move, keys[move.kind], desired, target, index, findings), converted=move.converted)
        for move in moves
    ]
    items = block_dependents(predecessors_first(decided, findings))
    items = in_phases(items, desired.stage_anyway, desired.hold, findings)
    if desired.phase == CUTOVER and target.journal.path:
        items = at_their_turn(items, target.journal)
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
    lacking = [kind for kind in moving if kind not in kinds_of(revision) and any(records(moving[kind]))]
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
    """What happens to one record, before its dependencies are considered. `keys` are those of its kind that move."""
    needs: list[ObjectKey] = []
    uses: dict[ObjectKey, Record] = {}
    unclear: list[Finding] = []
    problems: list[str] = []

    def resolve(reference: Reference) -> Reference:
        meant = index.meant(reference)
        if len(meant) == 1:
            if not meant[0].existing:
                needs.append((meant[0].kind, meant[0].key))
            else:
                uses[meant[0].kind, meant[0].key] = meant[0].record or target.shown(meant[0].kind, meant[0].name)
            return _same_or(reference, meant[0])
        unclear.append(_unclear(move, reference, meant, index))
        problems.append(f"{reference} is {'ambiguous' if meant else 'unknown on the target'}")
        return reference

    record = rewrite(move.kind, move.record, resolve)
    there = [other for other in index.of_key(move.kind, move.key, keys) if other.existing]
    if len(there) == 1:
        # It is not sent, so that it does not matter what the target makes of its references.
        return _keep(replace(move, record=record), there[0].record, desired, target, findings)
    for reason, finding in _in_its_way(move, there, index):
        problems.append(reason)
        unclear.append(finding)
    findings += unclear
    item = PlanItem(move.kind, move.list_name, move.key, CREATE, "", record, (), tuple(dict.fromkeys(needs)), uses=uses)
    if problems:
        return replace(item, action=BLOCKED, reason="; ".join(problems))
    return _unless_a_secret_is_missing(item, move, desired)


def _unless_a_secret_is_missing(item: PlanItem, move: MovingRecord, desired: DesiredImport) -> PlanItem:
    given = secrets.given_for(desired.secrets, move.kind, move.key)
    lacks = secrets.missing(KINDS[move.kind], secrets.filled(KINDS[move.kind], item.record, given))
    if lacks:
        wanted = " or ".join(" with ".join(names) for names in lacks)
        reason = f"its secret is missing ({wanted})"
        return replace(item, action=BLOCKED, reason=reason, lacks=tuple(map(tuple, lacks)))
    return item


def _same_or(reference: Reference, meant: IndexedObject) -> Reference:
    """The reference itself when it already says what is meant, so that a record moves verbatim."""
    if reference.unique and not meant.record:
        # Known by its name only, so that the id is that of the source's object.
        return replace(reference, name=meant.name, unique="")
    same_name = not reference.name or reference.name == meant.name
    same_unique = not reference.unique or fold(reference.unique) == fold(meant.unique or reference.unique)
    nameless = not reference.name and meant.name and reference.kind != ENCRYPTION_PASSWORDS.name
    if same_name and same_unique and not nameless:
        return reference
    return replace(reference, name=meant.name, unique=meant.unique)


def _in_its_way(move: MovingRecord, there: list[IndexedObject], index: EstateIndex) -> Iterator[tuple[str, Finding]]:
    """What the target has that a record could be taken for."""
    if there:
        yield "several objects of the target have this name", _ambiguous(move, there)
    taken = index.taken(move.kind, move.key, unique_id(move.record))
    if taken:
        yield f"the target has its unique id as {quoted(taken.key)}", _taken(move, taken)


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
    return Finding(
        ERROR,
        "unique-id-taken",
        f"the target has an object of this unique id under another name, {quoted(other.key)}.",
        f"If they are the same, say so in mappings.{move.kind}.",
        move.kind,
        move.key,
    )


def _unclear(move: MovingRecord, reference: Reference, meant: list[IndexedObject], index: EstateIndex) -> Finding:
    if meant:
        several = listed(sorted(one.unique or one.key for one in meant))
        return Finding(
            ERROR,
            "ambiguous-reference",
            f"{reference} can mean {len(meant)} records: {several}.",
            f"Say which one in mappings, or give it a tag of its own ({reference.kind}).",
            move.kind,
            move.key,
            reference.field,
        )
    candidates = listed(list(filter(None, index.names(reference.kind)))) or "none"
    return Finding(
        ERROR,
        "unknown-reference",
        f"{reference} is neither on the target nor among what is imported; known there: {candidates}.",
        "Import it too, add it on the target, or name another one in mappings (vbr_import_mappings in the roles).",
        move.kind,
        move.key,
        reference.field,
    )


def _keep(
    move: MovingRecord, there: Record, desired: DesiredImport, target: ActualTarget, findings: list[Finding]
) -> PlanItem:
    """An object the target already has: it is kept as it is, and what differs is reported."""
    ignored = OWN_IDS if move.kind not in MEANT_BY_ID else frozenset()
    awake = False
    if move.kind == JOBS.name and desired.staged:
        ignored |= {SCHEDULE_FLAG}
        awake = _left_awake(move, there, target)
        handed_over = target.journal.state(move.key) == CUT_OVER
        if not awake and not handed_over and runs_by_itself(there) and not target.disabled.get(move.key):
            findings.append(_runs_here(move, target))
    # Of a host that the target does not export nothing is known to compare with.
    differences = tuple(drift(move.record, there, Leave(OF_ONE_SERVER, ignored))) if there else ()
    if desired.fail_on_existing:
        findings.append(
            Finding(
                ERROR,
                "exists",
                "the target already has it.",
                "Set on_existing (vbr_import_on_existing in the roles) to keep.",
                move.kind,
                move.key,
            )
        )
    reason = "brought in by an earlier run and not yet disabled" if awake else "already there"
    action = DRIFT if differences else KEEP
    return PlanItem(move.kind, move.list_name, move.key, action, reason, move.record, differences, awake=awake)


def _runs_here(move: MovingRecord, target: ActualTarget) -> Finding:
    if target.disabled.get(move.key) is None:
        return Finding(
            WARNING,
            NOT_LISTED,
            "the target has it already, and does not list it: nobody can tell here whether it starts by itself there.",
            "See to it that it is disabled on one of the two servers.",
            move.kind,
            move.key,
        )
    return Finding(
        WARNING,
        AWAKE,
        "the target has it already, enabled, and it starts by itself there; it was left so.",
        "If the source runs it as well, disable it on one of them.",
        move.kind,
        move.key,
    )


def _left_awake(move: MovingRecord, there: Record, target: ActualTarget) -> bool:
    """Whether a job on the target is one of which an earlier run did not get to prove that it is disabled.

    The journal knows, and has to learn of the end also if the job is disabled by now: otherwise it would be put to
    sleep again by the first run after cutover. Without a journal, the mark of an enabled job that was brought in is
    that it lost its automatic start.
    """
    state = target.journal.state(move.key)
    if state or not any(disabled is False for disabled in target.disabled.meant(move.key).values()):
        return state == PENDING
    return runs_by_itself(move.record) and not runs_by_itself(there)


# -- what waits for what -----------------------------------------------------------------------------------------------


def predecessors_first(items: list[PlanItem], findings: list[Finding]) -> list[PlanItem]:
    """The items with every chained job after the one it waits for, otherwise in the order they had."""
    jobs = {item.object_key: item for item in items if item.kind == JOBS.name}
    graph = {key: [need for need in item.needs if need in jobs and need != key] for key, item in jobs.items()}
    if not any(graph.values()):
        return items
    try:
        ordered = [jobs[key] for key in needed_first(graph)]
    except Circle as circle:
        names = ", ".join(key for _kind, key in circle.members)
        findings.append(
            Finding(ERROR, "job-cycle", f"these jobs wait for one another: {names}.", "Unchain one.", JOBS.name)
        )
        return items
    return [*(item for item in items if item.kind != JOBS.name), *ordered]


def block_dependents(items: list[PlanItem]) -> list[PlanItem]:
    """The items with those blocked that need a blocked one. Each item comes after what it needs."""
    done: dict[ObjectKey, PlanItem] = {}
    for item in items:
        stopped = next((done[need] for need in item.needs if done.get(need, item).action == BLOCKED), None)
        if item.action == CREATE and stopped:
            item = replace(item, action=BLOCKED, reason=f"needs {stopped.kind} {quoted(stopped.key)}, which is blocked")
        done[item.object_key] = item
    return list(done.values())


def missing_secrets(items: list[PlanItem]) -> Iterator[Finding]:
    """One error for each record whose secret is missing, with who needs it."""
    waiting: defaultdict[ObjectKey, list[str]] = defaultdict(list)
    for item in items:
        for need in item.needs:
            waiting[need].append(f"{item.kind} {quoted(item.key)}")
    for item in items:
        if item.lacks:
            needed = f" Needed by {listed(waiting[item.object_key])}." if waiting[item.object_key] else ""
            yield Finding(
                ERROR,
                "missing-secret",
                f"{item.reason}.{needed}",
                f"Give it as secrets.{item.kind}[{quoted(item.key)}] (vbr_secrets in the roles). {SKIP_INSTEAD}",
                item.kind,
                item.key,
                cause=f"{item.reason}. Give them in secrets (vbr_secrets in the roles). {SKIP_INSTEAD}",
            )
