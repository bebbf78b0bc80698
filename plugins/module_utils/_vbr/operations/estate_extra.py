# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has beside the items of an estate, of the kinds that they are of, and what of it is to go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..._core.compare import Patterns, fold, means_any
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import NAMES_SHOWN, listed
from ..._core.operation import Params
from ..._core.option import Option
from ..automation import Automation
from ..client import Vbr
from ..resource.as_code import item as as_item
from ..resource.lists import Lists, Row
from ..resource.manage import options
from ..resource.payload import ABSENT, TELLING_APART, label
from ..resource.schema import KEY, Resource
from ..resources.kinds import KINDS
from ..revisions import rank
from .estate_items import WAIT, EstateItem
from .info import ListedNames

MANAGED_SERVERS = "managed_servers"
REPORT, PURGE, ONLY = "report_extra", "purge", "purge_only"
EXTRA_OPTIONS: Mapping[str, Option] = {
    REPORT: Option(type="bool", default=False),
    PURGE: Option(type="bool", default=False),
    ONLY: Option(type="dict"),
}
# What a server calls an object by.
CALLED = ("name", "username", "hint")
HOW = 'It has names by kind, as in {"jobs": ["Old*"]}; an asterisk stands for any characters.'


@dataclass(frozen=True)
class ExtraRules:
    """Whether what is beside the items is reported, and which of it goes: names by kind."""

    report: bool = False
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> Mapping[str, Patterns]:
        """The names of each kind, to be looked up."""
        return {kind: Patterns(names) for kind, names in self.names.items()}

    def means(self, one: ExtraObject) -> bool:
        """Whether a name means an object: what the result calls it, or what the server calls it."""
        return one.kind in self.patterns and any(map(self.patterns[one.kind].means, one.names))


@dataclass(frozen=True)
class ExtraObject:
    """An object of the server that no item is about, with the item that would remove it if it is to go, or with the
    `reason` why it does not although it is named for that.
    """

    kind: str
    key: str
    row_id: str
    names: tuple[str, ...] = ()
    going: EstateItem | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        reason = {"reason": self.reason} if self.reason else {}
        return {"kind": self.kind, "key": self.key, "purged": self.going is not None, **reason}


def extra_rules(params: Params) -> ExtraRules:
    """Nothing is ever removed without a list that names it. Raises InvalidInput."""
    only = params[ONLY] or {}
    if not params[PURGE]:
        return ExtraRules(params[REPORT])
    for kind, names in only.items():
        if kind not in KINDS or KINDS[kind].always_there or KINDS[kind].stays or params[kind] is None:
            raise InvalidInput(f"purge_only: {quoted(str(kind))} is none of the kinds whose items are given.", HOW)
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise InvalidInput(f"purge_only: {kind} has no list of names.", HOW)
    if not only:
        raise InvalidInput("purge removes nothing without purge_only.", HOW)
    return ExtraRules(True, {kind: tuple(names) for kind, names in only.items()})


def extra_objects(
    service: Vbr,
    lists: Lists,
    params: Params,
    rules: ExtraRules,
    known: Collection[tuple[str, str]],
    doubtful: set[str],
) -> Iterator[ExtraObject]:
    """The objects of the kinds whose items are given that no item is about. `known` are kind and id of those that one
    is about. Of a kind that is `doubtful`, because an item of it could not be looked up, nothing is said.
    """
    names = ListedNames(lists)
    for kind, resource in KINDS.items():
        if params[kind] is None or resource.always_there or kind in doubtful or _is_early(service, resource):
            continue
        rows = _rows(service, lists, kind, resource)
        beside = [row for row in rows if (kind, str(row["id"])) not in known]
        described = ((row, as_item(resource, row, service.revision, names)) for row in beside)
        found = [_extra(kind, resource, row, each, rules, params) for row, each in described]
        yield from _without_left(service, resource, rows, found)


def _without_left(service: Vbr, resource: Resource, rows: list[Row], found: list[ExtraObject]) -> Iterator[ExtraObject]:
    """The objects; those that are named for removal and are left do not go, and say why."""
    by_id = {str(row["id"]): row for row in rows}
    going = {one.row_id for one in found if one.going}
    kept = {each: resource.spared(service, by_id[each]) for each in going} if resource.spared else {}
    kept = {each: reason for each, reason in kept.items() if reason}
    if resource.left:
        kept |= resource.left(rows, going - kept.keys())
    for one in found:
        reason = kept.get(one.row_id, "")
        yield replace(one, going=None, reason=reason) if reason else one


def _is_early(service: Vbr, resource: Resource) -> bool:
    return rank(service.revision) < rank(resource.since)


def _rows(service: Vbr, lists: Lists, kind: str, resource: Resource) -> list[Row]:
    """What every server has is nobody's, and the server lists itself among the servers that it manages."""
    rows = [row for row in lists.rows(resource.path) if not resource.is_own(row)]
    if kind != MANAGED_SERVERS:
        return rows
    itself = Automation(service).identity(rows).own_names
    return [row for row in rows if row["name"] not in itself]


def _extra(
    kind: str, resource: Resource, row: Row, described: Params | None, rules: ExtraRules, params: Params
) -> ExtraObject:
    key = label(resource, described) if described else ""
    called = tuple(str(row[name]) for name in CALLED if row.get(name))
    one = ExtraObject(kind, key or next(iter(called), str(row["id"])), str(row["id"]), (key, *called))
    if described is None or not rules.means(one):
        return one
    blank = {name: option.default for name, option in options(resource).items()}
    marks = {
        name: described[name]
        for name, spec in resource.fields.items()
        if (spec.role in (KEY, *TELLING_APART) or name == "type") and name in described
    }
    gone = {**blank, **marks, "state": ABSENT, WAIT: params[WAIT]}
    # Its number is given where all items are.
    return replace(one, going=EstateItem(-1, kind, resource, gone, key))


def in_short(
    parts: Iterable[tuple[EstateItem, str, list[dict[str, Any]]]], extra: Iterable[ExtraObject]
) -> list[dict[str, Any]]:
    """The diffs of items, each with the id of its object; of what is beside them and goes, an object a line, the first
    ones of each kind by name, and how many more there are. A server lists what was made side by side in any order.
    """
    purged = {(one.kind, one.row_id) for one in extra if one.going}
    shown: list[dict[str, Any]] = []
    gone: dict[str, list[str]] = {}
    for item, row_id, diff in parts:
        if diff and (item.kind, row_id) in purged:
            gone.setdefault(item.kind, []).append(" ".join(item.key.split()))
        else:
            shown += diff
    for kind, keys in gone.items():
        more = len(keys) - NAMES_SHOWN
        lines = [
            *sorted(keys, key=fold)[:NAMES_SHOWN],
            *([f"and {more} more, see extra in the result"] if more > 0 else []),
        ]
        before = "".join(f"{line}\n" for line in lines)
        shown.append({"before": before, "after": "", "before_header": kind, "after_header": f"{kind} (purged)"})
    return shown


def refuse_unmatched(rules: ExtraRules, found: Collection[ExtraObject]) -> Iterator[str]:
    """What to warn of: names of purge_only that no object beside the items has."""
    for kind, names in rules.names.items():
        there = {fold(called) for one in found if one.kind == kind for called in one.names}
        lost = [quoted(name) for name in names if not means_any(name, there)]
        if lost:
            yield f"purge_only: beside the items, no object of {kind} is called {listed(lost)}."
