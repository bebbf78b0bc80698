# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object from its options to its result: the steps that every declared resource shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._core.operation import Operation, Params, Progress, Result
from ..client import Vbr
from .endpoint import DEFAULT_WAIT_SECONDS, Endpoint, Lists
from .payload import ABSENT, PRESENT, Named, Wanted, merge, resolved, wanted
from .reconcile import ALWAYS, ResourcePlan, reconcile
from .schema import Field, Resource


@dataclass(frozen=True)
class Managed:
    """The plan for one object, the wish behind it, and the endpoint it is carried out on."""

    plan: ResourcePlan
    want: Wanted
    endpoint: Endpoint

    @property
    def changed(self) -> bool:
        return self.plan.changed

    def diff(self) -> list[dict[str, Any]]:
        return self.plan.diff()

    def report(self) -> Result:
        return self.plan.report()

    def apply(self) -> Result:
        row = self.endpoint.apply(self.plan, self.want)
        session = self.endpoint.session if self.endpoint.resource.requests else {}
        return {"resource": row, **({"session": session} if session else {})}


@dataclass(frozen=True)
class Sighting:
    """What was seen of one object and of its status, and the wish with ids in the place of names."""

    endpoint: Endpoint
    want: Wanted
    actual: dict[str, Any] | None
    status: Mapping[str, Any] = field(default_factory=dict)


def options(resource: Resource) -> dict[str, Field]:
    """The options of a module that manages the resource: its own fields, the state, and how to treat secrets and
    time.
    """
    fields: dict[str, Field] = {**resource.fields}
    if not resource.singleton:
        fields["state"] = Field(default=PRESENT, choices=(PRESENT, ABSENT, *resource.states))
    if resource.has_secrets:
        fields["update_secret"] = Field(default="on_create", choices=("on_create", ALWAYS))
    fields["wait_timeout"] = Field(type="int", default=DEFAULT_WAIT_SECONDS)
    return fields


def sight(
    service: Any,
    resource: Resource,
    params: Params,
    lookup: Callable[[Named], Any],
    lists: Lists | None = None,
) -> Sighting:
    """Read what an object's options mean on this server, and whether the object is there."""
    resource = resource.of(params.get("type"))
    endpoint = Endpoint(service, resource, params["wait_timeout"])
    want = wanted(resource, params, service.revision)
    service.http.secrets.add(want.secrets)
    want = with_ids(want, lookup)
    actual = endpoint.find(want, lists)
    return completed(Sighting(endpoint, want, actual, endpoint.status(want, actual, lists) if actual else {}))


def with_ids(want: Wanted, lookup: Callable[[Named], Any]) -> Wanted:
    """The wish with what `lookup` gives in the place of names. What is to go needs none."""
    if want.state == ABSENT:
        return want
    body, birth, marked = (resolved(part, lookup) for part in (want.body, want.birth, want.marked))
    return replace(want, body=body, birth=birth, marked=marked)


def completed(sighting: Sighting) -> Sighting:
    """The sighting with what only the server can tell of the wish, unless a name in it has no id yet."""
    service, resource, want = sighting.endpoint.service, sighting.endpoint.resource, sighting.want
    if want.state == ABSENT or want.unresolved:
        return sighting
    if sighting.actual is not None:
        want = replace(want, proven=sighting.endpoint.proven(want, sighting.actual))
    if resource.fill:
        want = replace(want, body=resource.fill(service, want.body, sighting.actual))
    if resource.ask and sighting.actual is None:
        want = replace(want, birth=merge(want.birth, resource.ask(service, want.params, want.body)))
    return replace(sighting, want=want)


def decide(sighting: Sighting) -> Managed:
    endpoint = sighting.endpoint
    revision = endpoint.service.revision
    plan = reconcile(endpoint.resource, sighting.want, sighting.actual, revision, sighting.status)
    return Managed(plan, sighting.want, endpoint)


def manage(resource: Resource) -> Operation:
    """The operation of a module that creates, updates or deletes one object of a resource: find it, compare, and do
    what differs.
    """

    def look(service: Any, params: Params, _progress: Progress) -> Sighting:
        return sight(service, resource, params, Lists(service).id_of)

    def plan(_params: Params, seen: Sighting) -> Managed:
        return decide(seen)

    def apply(_service: Any, managed: Managed, _progress: Progress) -> Result:
        return managed.apply()

    return Operation(
        client=Vbr,
        options=options(resource),
        look=look,
        plan=plan,
        apply=apply,
        rules=resource.rules,
    )
