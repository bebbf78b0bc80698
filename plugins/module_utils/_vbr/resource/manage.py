# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object from its options to its result: the steps that every declared resource shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import Option, choice
from ..client import Vbr
from .codecs import Named
from .dropped import dropped
from .endpoint import DEFAULT_WAIT_SECONDS, Endpoint
from .lists import Lists, Row, Unknown
from .payload import ABSENT, PRESENT, Desired, desired_state, resolved
from .places import merge, without_secrets
from .reconcile import ACTIONS, ALWAYS, CREATE, UPDATE, ResourcePlan, reconcile
from .schema import Resource
from .twins import Made, require_alone
from .users import listed_users, require_unused

SIGN_IN_AS = "Sign in with another account to change it, or let it be as it is."


@dataclass(frozen=True)
class Observed:
    """The desired state of one object with ids in the place of names, and what the server has of it."""

    endpoint: Endpoint
    desired: Desired
    actual: dict[str, Any] | None
    status: Mapping[str, Any] = field(default_factory=dict)

    @property
    def guarded(self) -> bool:
        """Whether it is to go, unless it is in use."""
        going = self.desired.state == ABSENT and self.actual is not None
        resource = self.endpoint.resource
        return going and (resource.kept_in_use or (resource.deleted_in_use and not self.desired.params.get("force")))


@dataclass(frozen=True)
class ObjectPlan:
    """The plan for one object, the desired state behind it, and the endpoint it is carried out on."""

    plan: ResourcePlan
    desired: Desired
    endpoint: Endpoint

    @property
    def changed(self) -> bool:
        return self.plan.changed

    def diff(self) -> list[dict[str, Any]]:
        return self.plan.diff()

    def report(self) -> Result:
        return self.plan.report()

    def made(self, row: Row) -> Made | None:
        """What this plan has made; None if it made nothing."""
        return Made(self.endpoint, self.desired, row) if self.plan.action == CREATE else None

    def apply(self) -> Result:
        if takes_one(self.plan):
            # Another one may be gone by now, or was to be made or raised and failed.
            require_another(self.plan, [self.plan], Lists(self.endpoint.service))
        row = self.endpoint.apply(self.plan, self.desired)
        session = self.endpoint.session if self.endpoint.resource.requests else {}
        result = {"resource": without_secrets(row), **({"session": session} if session else {})}
        sent = self.plan.action in (CREATE, UPDATE)
        unread = dropped(self.endpoint.resource, self.desired, row, self.endpoint.service.revision) if sent else []
        return {**result, **({"warnings": [*self.plan.warnings, *unread]} if unread else {})}


def options(resource: Resource) -> dict[str, Option]:
    """The options of a module that manages the resource: its own, the state, how to treat secrets, how long to wait."""
    found = {name: spec.as_option() for name, spec in resource.fields.items()}
    if not resource.always_there:
        gone = () if resource.stays else (ABSENT,)
        found["state"] = choice(PRESENT, *gone, *resource.states, default=PRESENT)
    if resource.has_secrets:
        found["update_secret"] = choice("on_create", ALWAYS, default="on_create")
    if resource.deleted_in_use:
        found["force"] = Option(type="bool", default=False)
    # There is nothing to wait for where the server answers with the object itself, as it does for all singletons.
    if resource.requests or not resource.always_there:
        found["wait_timeout"] = Option(type="int", default=DEFAULT_WAIT_SECONDS)
    return found


def observe(
    service: Vbr,
    resource: Resource,
    params: Params,
    lookup: Callable[[Named], Any],
    lists: Lists | None = None,
) -> Observed:
    """Read what an object's options mean on this server, and whether the object is there."""
    return looked_at(*meant(service, resource, params, lookup), lists)


def meant(service: Vbr, resource: Resource, params: Params, lookup: Callable[[Named], Any]) -> tuple[Endpoint, Desired]:
    """What an object's options mean on this server."""
    resource = resource.of(params.get("type"))
    endpoint = Endpoint(service, resource, params.get("wait_timeout", DEFAULT_WAIT_SECONDS))
    desired = desired_state(resource, params, service.revision)
    service.http.secrets.add(desired.secrets)
    return endpoint, with_ids(desired, lookup)


def looked_at(endpoint: Endpoint, desired: Desired, lists: Lists | None = None) -> Observed:
    """Whether the object is there, and what it is like."""
    actual = endpoint.find(desired, lists)
    if actual is not None and desired.state == ABSENT:
        _refuse_spared(endpoint.service, endpoint.resource, desired.label, actual)
    return completed(Observed(endpoint, desired, actual, endpoint.status(desired, actual, lists) if actual else {}))


def _refuse_spared(service: Vbr, resource: Resource, label: str, actual: Row) -> None:
    """Raises InvalidInput if the object is one that is not removed."""
    reason = resource.spared(service, actual) if resource.spared else ""
    if reason:
        raise InvalidInput(f"The {resource.what} {quoted(label)} is not removed: {reason}.", "Let it stay.")


def with_ids(desired: Desired, lookup: Callable[[Named], Any]) -> Desired:
    """The desired state with what `lookup` gives in the place of names. What is to go needs those of its key only, and
    is gone if there is nothing of such a name.
    """
    if desired.state == ABSENT:
        try:
            return replace(desired, key=resolved(desired.key, lookup))
        except Unknown:
            return desired
    key = resolved(desired.key, lookup)
    body, create_only, marked = (resolved(part, lookup) for part in (desired.body, desired.create_only, desired.marked))
    return replace(desired, key=key, body=body, create_only=create_only, marked=marked)


def completed(observed: Observed) -> Observed:
    """The same with what only the server knows of the desired state, unless a name in it has no id yet."""
    endpoint, desired = observed.endpoint, observed.desired
    service, resource = endpoint.service, endpoint.resource
    if desired.state == ABSENT or desired.unresolved:
        return observed
    if observed.actual is not None:
        desired = replace(desired, proven=endpoint.proven(desired, observed.actual))
    if resource.fill:
        desired = replace(desired, body=resource.fill(service, desired.body, observed.actual))
    if resource.ask and observed.actual is None:
        asked = resource.ask(service, desired.params, desired.body)
        desired = replace(desired, create_only=merge(desired.create_only, asked))
    return replace(observed, desired=desired)


def decide(observed: Observed) -> ObjectPlan:
    endpoint, desired = observed.endpoint, observed.desired
    resource = endpoint.resource
    plan = reconcile(resource, desired, observed.actual, endpoint.service.revision, observed.status)
    if resource.refused and plan.changed and plan.before and plan.after:
        reason = resource.refused(endpoint.service, plan.before, plan.after)
        if reason:
            raise InvalidInput(f"The {resource.what} {quoted(desired.label)} is not changed: {reason}.", SIGN_IN_AS)
    return ObjectPlan(plan, desired, endpoint)


def takes_one(plan: ResourcePlan) -> bool:
    """Whether the plan takes one of the objects of which the server needs one: removes it, or makes it another."""
    needed = plan.resource.one_stays
    return needed is not None and needed.is_one(plan.before) and not needed.is_one(plan.after)


def require_another(plan: ResourcePlan, plans: Iterable[ResourcePlan], lists: Lists) -> None:
    """Raises InvalidInput if the plan takes the last of the objects of which the server needs one. `plans` are all of
    the task; what they leave alone stays as it is.
    """
    needed = plan.resource.one_stays
    if needed is None or not takes_one(plan):
        return
    same = [each for each in plans if each.resource.path == plan.resource.path]
    planned = {each.id for each in same}
    staying = [row for row in lists.rows(plan.resource.path) if str(row["id"]) not in planned]
    if not any(map(needed.is_one, [*staying, *(each.after for each in same)])):
        done = "changed" if plan.after else "removed"
        raise InvalidInput(
            f"The {plan.resource.what} {quoted(plan.label)} is not {done}: {needed.reason}.", needed.remedy
        )


def manage(resource: Resource) -> Operation:
    """The operation of a module that creates, updates or deletes one object of a resource: find it, compare, and do
    what differs.
    """

    def look(service: Vbr, params: Params, _progress: Progress) -> Observed:
        lists = Lists(service)
        observed = observe(service, resource, params, lists.id_of)
        if resource.one_stays and observed.actual:
            alone = decide(observed).plan
            require_another(alone, [alone], lists)
        if observed.guarded and observed.actual:
            # What is not removed for another reason is not in the way of anybody.
            decide(observed)
            require_unused(resource, observed.desired.label, observed.actual, listed_users(service))
        return observed

    def plan(_params: Params, observed: Observed) -> ObjectPlan:
        return decide(observed)

    def apply(_service: Vbr, plan: ObjectPlan, _progress: Progress) -> Result:
        result = plan.apply()
        made = plan.made(result["resource"])
        if made:
            require_alone(made)
        return result

    return Operation(
        client=Vbr,
        options=options(resource),
        look=look,
        plan=plan,
        apply=apply,
        rules=resource.rules,
        words={"action": ACTIONS},
    )
