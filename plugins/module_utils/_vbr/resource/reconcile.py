# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user wants and what a server has to what is to be done. Pure.

Omitted or null leaves a field alone; '', [] and {} clear it. Only what the user gave is compared. Nested objects are
merged, lists are replaced whole. An update sends the server's own model with what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Drift, Leave, drift, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Result
from ..revisions import rank
from .payload import ABSENT, Body, Wanted, born, fits, merge, put
from .schema import Field, Resource, SecretCall

CREATE = "create"
UPDATE = "update"
DELETE = "delete"
NONE = "none"

ALWAYS = "always"


@dataclass(frozen=True)
class ResourcePlan:
    """What will be done to one object. `calls` are (action, body) of POSTs below the object, after the object
    itself.
    """

    action: str
    resource: Resource
    label: str
    before: Body
    after: Body
    id: str = ""
    body: Body = field(default_factory=dict, repr=False)
    calls: tuple[tuple[str, Body], ...] = field(default=(), repr=False)
    drift: tuple[Drift, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.action != NONE or bool(self.calls)

    @property
    def deed(self) -> str:
        """The action as a user sees it: a secret or a state that is changed by a call of its own is an update."""
        return UPDATE if self.action == NONE and self.calls else self.action

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        if self.action == CREATE:
            before, after = {}, self.after
        elif self.action == DELETE:
            before, after = self.before, {}
        else:
            before = {change.field: change.before for change in self.drift}
            after = {change.field: change.after for change in self.drift}
            calls = [action for action, _body in self.calls]
            after |= {"calls": calls} if calls else {}
        header = f"{self.resource.what} {self.label}"
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        warnings = {"warnings": list(self.warnings)} if self.warnings else {}
        return {"action": self.deed, "resource": {} if self.action == DELETE else self.after, **warnings}


def reconcile(
    resource: Resource, want: Wanted, actual: Body | None, revision: str, status: Mapping[str, Any] | None = None
) -> ResourcePlan:
    """Decide. `want.body` has ids in the place of names by now; `actual` is the server's model, None if there is none,
    and `status` what other lists tell of it.
    """
    if want.state == ABSENT:
        if actual is None:
            return ResourcePlan(NONE, resource, want.label, {}, {})
        return ResourcePlan(DELETE, resource, want.label, actual, {}, str(actual["id"]))
    if actual is None:
        body = merge(want.birth, want.body)
        _need(resource, want, merge(body, want.secrets), revision)
        body = born(resource, body, revision)
        calls = (*_toggles(resource, want, {}), *_markings(resource, want, {}))
        warnings = tuple(resource.caution(want.params, body)) if resource.caution else ()
        sent = merge(body, want.secrets)
        return ResourcePlan(CREATE, resource, want.label, {}, body, "", sent, calls, warnings=warnings)
    _hold(resource, want, actual, revision)
    differs = tuple(drift(want.body, actual, Leave(unordered=frozenset(_unordered(resource.fields, revision)))))
    after = merge(actual, want.body) if differs else actual
    calls = (
        *_secret_bodies(resource, want, revision),
        *_toggles(resource, want, {**actual, **(status or {})}),
        *_markings(resource, want, actual),
        *((action, {}) for option, action in resource.requests.items() if want.params.get(option)),
    )
    action = UPDATE if differs else NONE
    return ResourcePlan(action, resource, want.label, actual, after, str(actual.get("id", "")), after, calls, differs)


def _hold(resource: Resource, want: Wanted, actual: Mapping[str, Any], revision: str) -> None:
    """Refuse a wish to change what cannot be changed."""
    for name, spec in resource.fields.items():
        wish: Body = {}
        if spec.fixed and want.params.get(name) is not None:
            put(wish, spec.path(name, revision), spec.spelt(want.params[name], revision))
        for found in drift(wish, actual):
            raise InvalidInput(
                f"{resource.what} {quoted(want.label)} has {name} {found.before}, which cannot become {found.after}.",
                "Remove it first, or give it another name.",
            )


def _need(resource: Resource, want: Wanted, body: Mapping[str, Any], revision: str) -> None:
    """Refuse to make an object that lacks what it cannot be made without."""
    lacking = [
        f"{name} (or {spec.unless})" if spec.unless else name
        for name, spec in resource.fields.items()
        if spec.needed
        and fits(spec, want.params, revision)
        and not value_at(body, spec.path(name, revision))
        and not want.params.get(spec.unless)
    ]
    if lacking:
        raise InvalidInput(
            f"There is no {resource.what} {quoted(want.label)}, and to make it {', '.join(lacking)} is needed.",
            "Give it, or correct the name.",
        )


def _unordered(fields: Mapping[str, Field], revision: str, above: str = "") -> Iterator[str]:
    """The dotted paths of the lists that are sets."""
    for name, spec in fields.items():
        path = above + ".".join(spec.path(name, revision))
        if spec.unordered:
            yield path
        yield from _unordered(spec.options or {}, revision, f"{path}.")


def secret_calls(resource: Resource, want: Wanted, revision: str) -> Iterator[SecretCall]:
    """The calls that change secrets of an existing object: only when the user asks for it.

    Raises InvalidInput where the revision has none, so that nobody takes an old secret for a new one.
    """
    if want.params.get("update_secret") != ALWAYS:
        return
    for call in resource.secret_calls:
        trigger = call.trigger
        if want.params.get(trigger) is None or (call.only and want.params.get("type") not in call.only):
            continue
        if rank(revision) < rank(call.since or "0"):
            raise InvalidInput(
                f"{trigger} of an existing {resource.what} can be changed from API revision {call.since} on; "
                f"this is {revision}.",
                "Set update_secret to on_create.",
            )
        yield call


def _secret_bodies(resource: Resource, want: Wanted, revision: str) -> Iterator[tuple[str, Body]]:
    for call in secret_calls(resource, want, revision):
        if call.action not in want.proven:
            given = {key: name for key, name in call.body.items() if want.params.get(name) is not None}
            told = {key: resource.fields[name].spelt(want.params[name], revision) for key, name in given.items()}
            yield call.action, {**(call.also(want.params, revision) if call.also else {}), **told}


def _toggles(resource: Resource, want: Wanted, actual: Mapping[str, Any]) -> tuple[tuple[str, Body], ...]:
    """The call that brings the object into the wanted further state, if it is not in it."""
    toggle = resource.toggle
    if toggle is None or want.state not in resource.states:
        return ()
    value = resource.states[want.state]
    if bool(actual.get(toggle.field)) == value:
        return ()
    return ((toggle.when_true if value else toggle.when_false, {}),)


def _markings(resource: Resource, want: Wanted, actual: Mapping[str, Any]) -> Iterator[tuple[str, Body]]:
    """The calls that bring exactly the wanted members into a state."""
    for marking in resource.markings:
        wish = want.marked.get(marking.option)
        if wish is None:
            continue
        there = marking.of(actual)
        for action, ids in (
            (marking.when_true, [each for each in wish if each not in there]),
            (marking.when_false, [each for each in there if each not in wish]),
        ):
            if ids:
                yield action, {marking.body: ids}
