# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan does otherwise than the saved one, and whose change that is.

Both plans are compared by digests of what was not hidden in them; what is shown of a difference is what may be shown.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import Failed
from ..._core.redaction import MASK
from .kinds import KINDS
from .plan import BLOCKED, CREATE, CUTOVER, DRIFT, KEEP, UPDATE

SOURCE = "the source"
TARGET = "the target"
OPTIONS = "the options"
SECRETS = "the secrets"
FILE = "the file of the plan"
# What changes from day to day on a server that nobody touches: of objects of the inventory, which have these fields.
VOLATILE = frozenset({"size", "metadata", "powerState"})
INVENTORY = ({"inventoryObject"}, {"type", "hostName", "name"})


@dataclass(frozen=True)
class Departure:
    """One thing that is planned otherwise now. `cause` is what changed: the source, the target, the options, the
    secrets, or the file of the plan.
    """

    kind: str
    key: str
    field: str
    before: Any
    after: Any
    cause: str

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self)}

    def as_failed(self) -> Failed:
        said = f"{self.field}: {_in_short(self.before)}, now {_in_short(self.after)} ({self.cause})"
        return Failed(self.kind, self.key, said)


def steady(node: Any) -> Any:
    """A collection or a record without what changes by itself."""
    if isinstance(node, list):
        return [steady(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    left = VOLATILE if any(fields <= node.keys() for fields in INVENTORY) else ()
    return {name: steady(part) for name, part in node.items() if name not in left}


def departures(saved: Mapping[str, Any], now: Mapping[str, Any], ours: Container[str]) -> list[Departure]:
    """What a plan does otherwise than the saved one; none where it is the same.

    `ours` are the digests of the keys of objects that an earlier run of the saved plan may have made.
    """
    servers = [
        Departure("", name, field, saved[name].get(field), now[name][field], cause)
        for name, cause in (("source", SOURCE), ("target", TARGET))
        for field in ("vbr_id", "name")
        if fold(saved[name].get(field)) != fold(now[name][field])
    ]
    if servers:
        # Another server is other in everything.
        return servers
    found = [*_of_options(saved, now), *_of_objects(saved, now, ours)]
    # What many refer to is said once.
    return list({(one.kind, one.key, one.field, _in_short(one.after)): one for one in found}.values())


def _of_options(saved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Departure]:
    if saved["api_version"] != now["api_version"]:
        yield Departure("", "", "api_version", saved["api_version"], now["api_version"], TARGET)
    before, after = saved["option_digests"], now["option_digests"]
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            shown = _to_show(saved["options"].get(name), now["options"].get(name))
            yield Departure("", "", name, *shown, OPTIONS)


def _of_objects(saved: Mapping[str, Any], now: Mapping[str, Any], ours: Container[str]) -> Iterator[Departure]:
    before = {one["digests"]["key"]: one for one in saved["objects"]}
    after = {one["digests"]["key"]: one for one in now["objects"]}
    both = before.keys() & after.keys()
    exported_anew = {kind for kind in KINDS if saved["bundle"].get(kind) != now["bundle"].get(kind)}
    given = any(before[identifier]["lacks"] != after[identifier]["lacks"] for identifier in both)
    for identifier in dict.fromkeys((*before, *after)):
        one = before.get(identifier) or after[identifier]
        anew = one["kind"] in exported_anew
        if identifier in both:
            yield from Twice(one, after[identifier], anew, given, identifier in ours).departures()
        elif identifier in before:
            cause = SOURCE if anew else OPTIONS
            yield Departure(one["kind"], one["key"], "action", one["action"], "it is not in the estate", cause)
        else:
            cause = SOURCE if anew else OPTIONS
            yield Departure(one["kind"], one["key"], "action", "it was not in the estate", one["action"], cause)


@dataclass(frozen=True)
class Twice:
    """An object of both plans.

    `anew` says that the source's objects of its kind are not the same, `given` that secrets are there that were not, or
    the other way round, `ours` that an earlier run of the saved plan may have made it.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    anew: bool
    given: bool
    ours: bool

    @property
    def place(self) -> tuple[str, str]:
        return self.before["kind"], _to_show(self.before["key"], self.after["key"])[0]

    @property
    def acts(self) -> tuple[str, str]:
        return self.before["action"], self.after["action"]

    @property
    def cause(self) -> str:
        return SOURCE if self.anew and self.differs("attributes") else TARGET

    def differs(self, part: str) -> bool:
        return bool(self.before["digests"][part] != self.after["digests"][part])

    def departures(self) -> Iterator[Departure]:
        """What is planned otherwise for it."""
        kept = self.acts[0] in (KEEP, DRIFT)
        drifted = self.differs("diff") and (self.acts[1] == DRIFT or self.acts == (UPDATE, UPDATE))
        if self.differs("attributes") and (not kept or (drifted and self.cause == SOURCE)):
            for found in _fields(self.before["attributes"], self.after["attributes"]):
                yield Departure(*self.place, *found, self.cause)
        yield from self._of_action()
        if self.after["awake"] and not self.before["awake"]:
            yield Departure(*self.place, "state", "does not run there", "not known to be disabled there", TARGET)
        if self.acts == (CREATE, CREATE):
            yield from _of_uses(self.before["uses"], self.after["uses"])
        if drifted and not ((kept or self.acts[0] == UPDATE) and self.cause == SOURCE):
            yield from _of_drift(self.place, self.before["diff"], self.after["diff"])

    def _of_action(self) -> Iterator[Departure]:
        done = self.acts in ((CREATE, KEEP), (CREATE, UPDATE), (UPDATE, KEEP))
        if done and not self.ours and self.acts[0] == CREATE:
            yield Departure(*self.place, "action", CREATE, "somebody else has brought it in", TARGET)
        for field in () if done else ("action", "phase"):
            if self.before[field] != self.after[field]:
                because = _because(self.after, field)
                yield Departure(*self.place, field, self.before[field], because, self._cause_of_action())

    def _cause_of_action(self) -> str:
        if self.before["lacks"] != self.after["lacks"]:
            return SECRETS
        if self.given and any(one.get("blocked_by") for one in (self.before, self.after)):
            return SECRETS
        # What was kept and is to be created is gone.
        return TARGET if self.acts == (KEEP, CREATE) else self.cause


def _of_uses(before: list[Any], after: list[Any]) -> Iterator[Departure]:
    """Objects of the target that are referred to and are not what they were, or not the same ones."""
    now = {one["id"]: one["digest"] for one in after}
    for one in before:
        if one["digest"] != now.get(one["id"]):
            said = "it is not the same any more" if one["id"] in now else "something else is referred to"
            yield Departure(one["kind"], one["key"], "content", "as it was when it was planned with", said, TARGET)


def _of_drift(place: tuple[str, str], before: list[Any], after: list[Any]) -> Iterator[Departure]:
    """Fields in which an object of the target differs now and did not, or did otherwise."""
    known = {change["field"]: change for change in before}
    for change in after:
        earlier = known.pop(change["field"], {"before": change["after"]})
        if earlier.get("before") != change["before"]:
            yield Departure(*place, change["field"], *_to_show(earlier.get("before"), change["before"]), TARGET)
    for change in known.values():
        yield Departure(*place, change["field"], *_to_show(change.get("before"), change.get("after")), TARGET)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The fields that two records have otherwise, as they may be shown; one line if all of them are hidden."""
    found = [(field, *_to_show(*values)) for field, *values in _differing(steady(before), steady(after), "")]
    return found or [("attributes", MASK, MASK)]


def _differing(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _differing(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path, before, after


def _to_show(before: Any, after: Any) -> tuple[Any, Any]:
    """Two values of a field. What was hidden on one side can be in the clear on the other: its secret was replaced."""
    hidden = before != after and any(MASK in _in_short(value) for value in (before, after))
    return (MASK, MASK) if hidden else (before, after)


def _because(item: Mapping[str, Any], field: str) -> str:
    why = item["reason"] if item["action"] == BLOCKED or item["phase"] == CUTOVER else ""
    return f"{item[field]} ({why})" if why else str(item[field])


def _in_short(value: Any) -> str:
    return quoted(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
