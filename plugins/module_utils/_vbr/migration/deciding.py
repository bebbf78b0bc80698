# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to one record: are its references clear, is it there already, does it have its secret?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..._core.compare import Leave, drift, fold
from ..._core.errors import quoted
from . import secrets as secret
from .bundle import Bundle, Source
from .directory import STRICT, Directory, Known
from .findings import ERROR, Finding
from .kinds import KINDS, Estate, Record, unique_id
from .mapping import Mappings
from .plan import BLOCKED, CREATE, DRIFT, KEEP, Item, Place
from .references import Reference, rewrite
from .stage import PENDING, SCHEDULE_FLAG, Journal, runs_by_itself

# The ids of a record found by its name are the target's own.
OWN_IDS = frozenset({"uniqueId", "tag"})
# Ids of one server, and what a server only reports: they say nothing about the wish (facts/vbr.md 2.3).
LOCAL = frozenset(
    {"hostUniqueId", "encryptionPasswordId", "encryptionPasswordIdOrNull", "size", "metadata", "powerState"}
)


@dataclass(frozen=True)
class Wish:
    """What the user wants: the bundle, what of it, the secrets, the other names, and how to meet what is not plain."""

    bundle: Bundle
    kinds: tuple[str, ...]
    secrets: secret.Given = field(repr=False)
    mappings: Mappings
    staged: bool = True
    fail_on_existing: bool = False
    fail_on_missing_secret: bool = True
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """What was seen of the target: who it is, what it has, which of its jobs are disabled (by folded name), its
    sessions. `listed` are names by kind of what it has besides, and does not export.
    """

    identity: Source
    revision: str
    estate: Estate
    listed: Mapping[str, Iterable[str]]
    disabled: Mapping[str, bool]
    journal: Journal
    sessions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Move:
    """One record on its way: where it stood, its key on the target, and the record as the target is to have it."""

    kind: str
    list: str
    key: str
    record: Record


def decide(move: Move, wish: Wish, target: Target, directory: Directory, findings: list[Finding]) -> Item:
    """What happens to one record, before its dependencies are considered."""
    needs: list[Place] = []
    unclear: list[Finding] = []
    problems: list[str] = []

    def resolve(reference: Reference) -> Reference:
        meant = directory.meant(reference)
        if len(meant) == 1:
            if not meant[0].existing:
                needs.append((meant[0].kind, meant[0].key))
            return _same_or(reference, meant[0])
        unclear.append(_unclear(move, reference, meant, directory))
        problems.append(f"{reference} is {'ambiguous' if meant else 'unknown on the target'}")
        return reference

    record = rewrite(move.kind, move.record, resolve)
    there = directory.of_key(move.kind, move.key)
    if there and there.existing:
        # It is not sent, so that it does not matter what the target makes of its references.
        return _keep(replace(move, record=record), there.record, wish, target, findings)
    taken = directory.taken(move.kind, move.key, unique_id(move.record))
    if taken:
        unclear.append(_taken(move, taken))
        problems.append(f"the target has its unique id as {quoted(taken.key)}")
    findings += unclear
    base = Item(move.kind, move.list, move.key, CREATE, "", record, (), tuple(dict.fromkeys(needs)))
    if problems:
        return replace(base, action=BLOCKED, reason="; ".join(problems))
    given = secret.of(wish.secrets, move.kind, move.key)
    open_secrets = secret.missing(KINDS[move.kind], secret.fill(KINDS[move.kind], record, given))
    if open_secrets:
        wanted = " or ".join(" with ".join(names) for names in open_secrets)
        lacks = tuple(map(tuple, open_secrets))
        return replace(base, action=BLOCKED, reason=f"its secret is missing ({wanted})", lacks=lacks)
    return base


def _same_or(reference: Reference, meant: Known) -> Reference:
    """The reference itself when it already says what is meant, so that a record moves verbatim."""
    if reference.unique and not meant.record:
        # Known by its name only, so that the id is that of the source's object.
        return replace(reference, name=meant.name, unique="")
    same_name = not reference.name or fold(reference.name) == fold(meant.name)
    same_unique = not reference.unique or fold(reference.unique) == fold(meant.unique or reference.unique)
    if same_name and same_unique and (reference.name or not meant.name or reference.kind == "encryptionPasswords"):
        return reference
    return replace(reference, name=meant.name, unique=meant.unique)


def _taken(move: Move, other: Known) -> Finding:
    return Finding(
        ERROR,
        "unique-id-taken",
        f"the target has an object of this unique id under another name, {quoted(other.key)}.",
        f"If they are the same, say so in mappings.{move.kind}.",
        move.kind,
        move.key,
    )


def _unclear(move: Move, reference: Reference, meant: list[Known], directory: Directory) -> Finding:
    if meant:
        several = ", ".join(sorted(known.unique or known.key for known in meant))
        return Finding(
            ERROR,
            "ambiguous-reference",
            f"{reference} can mean {len(meant)} records: {several}.",
            f"Say which one in mappings, or give it a tag of its own ({reference.kind}).",
            move.kind,
            move.key,
            reference.field,
        )
    candidates = ", ".join(filter(None, directory.names(reference.kind))) or "none"
    return Finding(
        ERROR,
        "unknown-reference",
        f"{reference} is neither on the target nor among what is imported; known there: {candidates}.",
        "Import it too, add it on the target, or name another one in mappings.",
        move.kind,
        move.key,
        reference.field,
    )


def _keep(move: Move, there: Record, wish: Wish, target: Target, findings: list[Finding]) -> Item:
    """An object the target already has: kept as it is, what differs is told."""
    ignored = OWN_IDS if move.kind not in STRICT else frozenset()
    awake = False
    if move.kind == "jobs" and wish.staged:
        ignored |= {SCHEDULE_FLAG}
        awake = _left_awake(move, there, target)
    # Of a host that the target does not export nothing is known to compare with.
    differences = tuple(drift(move.record, there, Leave(LOCAL, ignored))) if there else ()
    if wish.fail_on_existing:
        findings.append(
            Finding(ERROR, "exists", "the target already has it.", "Set on_existing to keep.", move.kind, move.key)
        )
    reason = "already there"
    if awake:
        reason = "brought in by an earlier run and not yet disabled"
    action = DRIFT if differences else KEEP
    return Item(move.kind, move.list, move.key, action, reason, move.record, differences, awake=awake)


def _left_awake(move: Move, there: Record, target: Target) -> bool:
    """Whether a job on the target is one of which an earlier run did not get to prove that it is disabled.

    The journal knows, and has to learn of the end also if the job is disabled by now: otherwise it would be put to
    sleep again by the first run after cutover. Without a journal, the mark of an enabled job that was brought in is
    that it lost its automatic start.
    """
    state = target.journal.state(move.key)
    if state or target.disabled.get(fold(move.key), True):
        return state == PENDING
    return runs_by_itself(move.record) and not runs_by_itself(there)
