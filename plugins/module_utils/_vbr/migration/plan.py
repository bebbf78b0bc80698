# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of an import as data: what is desired, what the target has, what happens to each object; how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..._core.compare import Drift, Names, fold
from ..._core.errors import quoted
from ..._core.failures import for_want
from ..._core.sequence import with_needs
from .bundle import Bundle, ServerIdentity
from .collection import Collection, Estate, Record
from .findings import ERROR, INFO, WARNING, Finding
from .kind import BY_HAND, BY_REST
from .kinds import JOBS, KINDS
from .mapping import Mappings
from .references import name_of
from .secrets import Given, GivenSecrets, slot
from .sites import Sites
from .stage import PENDING, Journal

CREATE = "create"
KEEP = "keep"
DRIFT = "drift"
# The target has it otherwise, and is given what the source has.
UPDATE = "update"
BLOCKED = "blocked"
SKIP = "skip"
ACTIONS = (CREATE, KEEP, DRIFT, UPDATE, BLOCKED, SKIP)
# How an object gets to the target.
AUTOMATION, REST, MAPPED, HAND = "automation", "rest", "mapped", "by hand"
# What is brought in while the source still works, and what waits until it has been put to rest.
STAGE = "stage"
CUTOVER = "cutover"
PHASES = (STAGE, CUTOVER)
# The phase cutover, without what was not to be brought in before, either.
ONLY_WAITING = "waiting"
# What those who read a result or its report go by, though it were somebody's password.
WORDS = {
    "kind": tuple(KINDS),
    "action": ACTIONS,
    "phase": PHASES,
    "severity": (ERROR, WARNING, INFO),
    "needs_one_of": tuple({secret.name for kind in KINDS.values() for secret in kind.secrets}),
}

# Kind and key: what no two objects of a plan have in common.
ObjectKey = tuple[str, str]


def as_it_is(value: Any) -> Any:
    """Where there is no secret to hide."""
    return value


@dataclass(frozen=True)
class DesiredImport:
    """What the user wants: the bundle, what of it, the secrets, the other names, and how to meet what is not plain.

    `days_per_point` is the rule for jobs that keep restore points, `""` if there is none. `sites` are to be asked where
    records of the bundle refer to others.
    """

    bundle: Bundle
    kinds: tuple[str, ...]
    secrets: GivenSecrets = field(repr=False)
    mappings: Mappings
    staged: bool = True
    fail_on_existing: bool = False
    update_existing: bool = False
    fail_on_missing_secret: bool = True
    phase: str = STAGE
    stage_anyway: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    days_per_point: str = ""
    sites: Sites = field(default_factory=Sites, repr=False, compare=False)

    @cached_property
    def given(self) -> Given:
        """The secrets, to be asked for each record."""
        return Given(self.secrets)


@dataclass(frozen=True)
class ActualTarget:
    """What was seen of the target: who it is, what it has, which of its jobs are disabled, its sessions.

    `listed` are the names, by kind, of what it has besides and does not export, or the rows by name; `proxies` has the
    host of each proxy by its name. `redact` hides its secrets in what is written to a file. `without_place` says of new
    objects what they name and the target does not have. `names` are what it calls jobs of the source already, by their
    names there.
    """

    identity: ServerIdentity
    revision: str
    estate: Estate
    listed: Mapping[str, Iterable[str]]
    disabled: Names[bool]
    journal: Journal
    sessions: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=dict)
    redact: Callable[[Any], Any] = as_it_is
    without_place: Mapping[ObjectKey, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def shown(self, kind: str, name: str) -> Record:
        """The row of what is not exported, as far as the target shows it."""
        rows = self.listed.get(kind, ())
        return dict(rows.get(name) or {}) if isinstance(rows, Mapping) else {}


@dataclass(frozen=True)
class PlanItem:
    """One object of the bundle.

    `record` is what would be sent, without secrets. `needs` are the objects of the same bundle that it refers to,
    `lacks` the alternatives of secrets it is blocked for. `awake` marks a job that an earlier run brought in and did
    not get to disable, or not to prove disabled. `waits` says why an object is of the phase cutover, and it is not
    `ready` in that phase while the source still uses it. `uses` are the objects of the target that it refers to, as
    they are there. `converted` are the fields that a rule of the user changed: what they were and what they are.
    `patch` is what ordinary REST is sent to change what the automation section carries, and `asleep` marks a job of the
    target that is disabled, and has to stay so.
    `replaced` says that the target has another one in its place, `unfinished` that an earlier run brought it in, and
    it lacks what it takes by calls of their own. `starts_anew` marks a new job that has a chain on the source.
    What it needs is why it is `blocked_by` it, or `waits_for` it.
    """

    kind: str
    list_name: str
    key: str
    action: str
    reason: str = ""
    record: Record = field(default_factory=dict, repr=False)
    drift: tuple[Drift, ...] = ()
    needs: tuple[ObjectKey, ...] = ()
    lacks: tuple[tuple[str, ...], ...] = ()
    awake: bool = False
    phase: str = STAGE
    waits: str = ""
    ready: bool = True
    uses: Mapping[ObjectKey, Record] = field(default_factory=dict, repr=False)
    converted: tuple[Drift, ...] = ()
    patch: Record = field(default_factory=dict, repr=False)
    asleep: bool = False
    replaced: bool = False
    unfinished: bool = False
    blocked_by: ObjectKey | None = None
    waits_for: ObjectKey | None = None
    starts_anew: bool = False

    @property
    def object_key(self) -> ObjectKey:
        return self.kind, self.key

    @property
    def transport(self) -> str:
        """How it gets to the target; `""` of what is not moved, and has nothing in its place."""
        if self.action == SKIP and self.replaced:
            return MAPPED
        if self.list_name == BY_HAND or self.action == SKIP:
            return HAND if self.list_name == BY_HAND else ""
        return REST if self.list_name == BY_REST else AUTOMATION

    @property
    def cause(self) -> str:
        """What the reason has in common with those of others; `""` if it is its own."""
        if self.blocked_by:
            return for_want("is blocked")
        return for_want("waits for the cutover") if self.waits_for else ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "transport": self.transport,
            "key": self.key,
            "name": name_of(self.kind, self.record),
            "action": self.action,
            "phase": self.phase,
            "reason": self.reason or self.waits,
            "cause": self.cause,
            "blocked_by": _named(self.blocked_by),
            "awake": self.awake,
            "starts_anew": self.starts_anew,
            "diff": [change.as_dict() for change in self.drift],
            "converted": [change.as_dict() for change in self.converted],
            "needs": [*map(_named, self.needs)],
        }


def _named(key: ObjectKey | None) -> dict[str, str] | None:
    return {"kind": key[0], "key": key[1]} if key else None


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. `secrets` and `journal` are there for carrying it out and are never shown.

    It creates what is of `phase` or of an earlier one.
    """

    revision: str
    items: tuple[PlanItem, ...]
    findings: tuple[Finding, ...]
    staged: bool
    secrets: Mapping[str, Any] = field(repr=False, default_factory=dict)
    journal: Journal | None = None
    known_sessions: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)
    target: ServerIdentity = field(default_factory=ServerIdentity)
    phase: str = STAGE

    @cached_property
    def given(self) -> Given:
        """The secrets, to be asked for each record."""
        return Given(self.secrets)

    def names(self, kind: str) -> frozenset[str]:
        """What this run or an earlier one calls objects of a kind: none is to be taken for another."""
        planned = frozenset(item.key for item in self.items if item.kind == kind)
        return planned | (self.journal.names(kind) if self.journal else frozenset())

    @property
    def changed(self) -> bool:
        awake = any(item.awake for item in self.items)
        return bool(self.due() or self.of(UPDATE)) or awake or bool(self.unnoted() or self.foreign())

    def foreign(self) -> list[ObjectKey]:
        """The jobs that the journal has as sent, and of which the target has another one: somebody else's."""
        if not (self.staged and self.journal and self.journal.path):
            return []
        there = (item for item in self.items if item.kind == JOBS.name and item.action in (KEEP, DRIFT, UPDATE))
        alike = (item for item in there if not item.awake and self.journal.state(item.key) == PENDING)
        return [item.object_key for item in alike if item.object_key in self.journal.created]

    def unnoted(self) -> list[tuple[Record, tuple[ObjectKey, ...]]]:
        """The jobs that wait for a later phase and that the journal is still to learn of, each with what it needs of
        what waits.
        """
        if not (self.staged and self.journal and self.journal.path):
            return []
        needs = {item.object_key: item.needs for item in self.waiting()}
        jobs = [item for item in self.waiting() if item.kind == JOBS.name]
        noted = ((item.record, tuple(sorted(with_needs([item.object_key], needs)))) for item in jobs)
        return [(job, needed) for job, needed in noted if self.journal.is_news(str(job.get("name")), needed)]

    def due(self, kind: str | None = None) -> list[PlanItem]:
        """The items to create now, of one kind or of all: not those that wait for a later phase."""
        now = PHASES[: PHASES.index(self.phase) + 1]
        return [item for item in self.of(CREATE, kind) if item.phase in now and item.ready]

    def waiting(self) -> list[PlanItem]:
        """The items to create in a later phase."""
        due = {item.object_key for item in self.due()}
        return [item for item in self.of(CREATE) if item.object_key not in due]

    def of(self, action: str, kind: str | None = None) -> list[PlanItem]:
        """The items with this action, of one kind or of all."""
        return [item for item in self.items if item.action == action and kind in (None, item.kind)]

    def report(self) -> dict[str, Any]:
        return {
            "api_version": self.revision,
            "target": {"name": self.target.name, "build": self.target.build},
            "plan": [item.as_dict() for item in self.items],
            "findings": [finding.as_dict() for finding in self.findings],
            "counts": counts(self.items),
            "created": {},
            "kept": keys(item for item in self.items if item.action in (KEEP, DRIFT)),
            "blocked": keys(self.of(BLOCKED)),
            "phase": self.phase,
            "waiting": keys(self.waiting()),
            "plan_digest": (self.settings.get("saved") or {}).get("digest", ""),
            "failed_objects": {},
            "causes": {},
            "failures": [],
            "secrets_missing": self.secrets_missing(),
            "sessions": [],
        }

    def secrets_missing(self) -> list[dict[str, Any]]:
        """A slot for each object that is blocked for its secret, as the export has them."""
        users: dict[ObjectKey, list[str]] = {item.object_key: [] for item in self.items if item.lacks}
        for item in self.items:
            for need in item.needs:
                if need in users:
                    users[need].append(f"{item.kind}/{item.key}")
        return [
            slot(item.kind, item.key, item.record, [list(names) for names in item.lacks], users[item.object_key])
            for item in self.items
            if item.lacks
        ]

    def diff(self) -> list[dict[str, Any]]:
        """Before and after as one text per kind, an object a line, a drifted field a line below it.

        What differs and is kept stands there too, on the side of what is after: it is to be seen before a cutover. What
        is not made stands on both sides.
        """
        shown = []
        for kind in dict.fromkeys(item.kind for item in self.items):
            items = [item for item in self.items if item.kind == kind]
            there = [item for item in items if item.action != CREATE]
            before = "".join(_as_it_is(item) if item.action == UPDATE else _line(item, "enabled") for item in there)
            after = "".join(_line(item, "disabled") for item in items)
            if before != after:
                shown.append({"before_header": kind, "after_header": kind, "before": before, "after": after})
        return shown


def keys(items: Iterable[PlanItem]) -> dict[str, list[str]]:
    """The keys of items by kind."""
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item.key)
    return found


def counts(items: Iterable[PlanItem]) -> dict[str, dict[str, int]]:
    """How many items of each kind have which action."""
    found: dict[str, dict[str, int]] = {}
    for item in items:
        of_kind = found.setdefault(item.kind, dict.fromkeys(ACTIONS, 0))
        of_kind[item.action] += 1
    return found


def import_body(items: Iterable[PlanItem], records: Iterable[Record]) -> Collection:
    """The records of these items, as the import of their kind takes them: each in the list it came from."""
    body: Collection = {}
    for item, record in zip(items, records, strict=True):
        body.setdefault(item.list_name, []).append(record)
    return body


MARKS = {DRIFT: " (differs)", UPDATE: " (is updated)", BLOCKED: " (blocked)", SKIP: " (not moved)"}


def _label(item: PlanItem) -> str:
    name = name_of(item.kind, item.record)
    return f"{name} [{item.key}]" if name and fold(name) != fold(item.key) else item.key


def _as_it_is(item: PlanItem) -> str:
    """An object that is to be changed, and what is changed of it, as the target has it."""
    return f"{_label(item)}\n" + "".join(f"    {change.field}: {quoted(change.before)}\n" for change in item.drift)


def _line(item: PlanItem, state: str) -> str:
    """An object as a reviewer reads it: its name, its key, what it needs or why it is not simply created.

    `state` is shown of a job that is there and still to be disabled.
    """
    mark = MARKS.get(item.action, "")
    needs = "; needs " + ", ".join(f"{kind} {quoted(key)}" for kind, key in item.needs) if item.needs else ""
    mark += " (waits for the cutover)" if item.waits else ""
    reason = item.reason or item.waits
    why = f": {reason}" if reason else needs
    why += f"; {state}" if item.awake else ""
    fields = "".join(
        f"    {change.field}: {quoted(change.after)}\n"
        if item.action == UPDATE
        else f"    {change.field}: {quoted(change.before)} instead of {quoted(change.after)}\n"
        for change in item.drift
    )
    fields += "".join(
        f"    {change.field}: {quoted(change.before)} becomes {quoted(change.after)} (converted)\n"
        for change in item.converted
    )
    return f"{_label(item)}{mark}{why}\n{fields}"
