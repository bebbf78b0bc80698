# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting an estate: read the kinds, choose a part, write a bundle or give it back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._core.compare import fold
from ..._core.connection import Connection
from ..._core.errors import Forbidden, InvalidInput, NotFound, Rejected, ServerFault, quoted
from ..._core.operation import Operation, Params, Progress
from ..._core.option import HOSTNAME, Option
from ..._core.query import compiled
from ..automation import Automation
from ..client import Vbr
from ..handover.chain_lists import with_chains
from ..migration.bundle import (
    STATES,
    Bundle,
    Rendered,
    ServerIdentity,
    check_destination,
    differs,
    pack,
    render,
    standing_manifest,
    write_bundle,
)
from ..migration.collection import Collection, Estate, choose, count
from ..migration.findings import WARNING, Finding, not_read, not_served, null_records
from ..migration.kind import BY_HAND
from ..migration.kinds import AUTOMATED, JOBS, KINDS, PROXIES, kinds_of
from ..migration.listed import ListedJob
from ..migration.plan import WORDS
from ..migration.secrets import slots, without_secrets
from ..migration.selection import chosen_by_filters
from ..migration.unread import unmatched_names, unmatched_query, unread_filters
from ..objects import Objects

# Why a server leaves a host out, and what to do about it.
NOT_EXPORTED = (
    "the server could not export them (single-use credentials).",
    "Add these hosts on the target by hand before the import.",
)


@dataclass(frozen=True)
class DesiredExport:
    """What to export: kinds with their filters, the compiled query, where to, and the server it is for."""

    kinds: tuple[str, ...]
    filters: Mapping[str, Mapping[str, Any]]
    query: Any
    dest: Path | None
    peer: Connection | None
    # Whether what the automation section does not show is read, too.
    whole: bool = False


@dataclass(frozen=True)
class ExportedEstate:
    """What the server exported, and what it says of its jobs besides."""

    source: ServerIdentity
    revision: str
    estate: Estate
    findings: tuple[Finding, ...]
    proxies: Mapping[str, str]
    states: tuple[ListedJob, ...] | None


@dataclass(frozen=True)
class ExportPlan:
    """The bundle as it would stand on disk; `there` is the manifest that stands there now, `changed` if they differ."""

    dest: Path | None
    bundle: Bundle
    rendered: Rendered
    there: Mapping[str, Any]
    changed: bool
    findings: tuple[Finding, ...]

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        return [{"before": _summary(self.there), "after": _summary(self.rendered.manifest)}]

    def report(self) -> dict[str, Any]:
        report = {
            "api_version": self.bundle.revision,
            "source": self.rendered.manifest["source"],
            "counts": {kind: count(collection) for kind, collection in self.bundle.estate.items()},
            "secrets_needed": [dict(slot) for slot in self.bundle.slots],
            "findings": [finding.as_dict() for finding in self.findings],
        }
        if self.dest:
            return {**report, "dest": str(self.dest)}
        return {**report, "resources": self.bundle.estate, "manifest": self.rendered.manifest}


def validate(params: Params, whole: bool = False) -> DesiredExport:
    dest = Path(params["dest"]) if params["dest"] else None
    if dest:
        check_destination(dest)
    filters = params["filters"] or {}
    for name, given in filters.items():
        kind = KINDS.get(name)
        if kind is None:
            raise InvalidInput(f"filters has no kind {quoted(name)}.", f"Known: {', '.join(KINDS)}.")
        if not isinstance(given, Mapping) or set(given) - set(kind.filters):
            raise InvalidInput(f"filters.{name} takes a dictionary of {', '.join(kind.filters)}.")
    whole = whole and not params["automation_only"]
    target = params["for_server"]
    peer = Connection(**{**target, "timeout": params["timeout"]}) if target else None
    return DesiredExport(tuple(params["kinds"]), filters, compiled(params["query"]), dest, peer, whole)


def open_service(connection: Connection, desired: DesiredExport) -> Vbr:
    """The source, in the newest revision that the server it is for serves too."""
    if desired.peer is None:
        return Vbr(connection)
    # Never entered: what a server serves is asked without signing in.
    return Vbr(connection, prefer=Vbr(desired.peer).serves)


def look(service: Vbr, desired: DesiredExport, progress: Progress) -> ExportedEstate:
    automation = Automation(service)
    hosts = automation.hosts()
    source = automation.identity(hosts)
    estate: Estate = {}
    exported: Estate = {}
    objects = Objects(service)
    served = [kind.name for kind in KINDS.values() if objects.serves(kind)] if desired.whole else []
    served = list(dict.fromkeys([*kinds_of(service.revision), *served]))
    findings = [not_served(kind, service.revision, WARNING) for kind in desired.kinds if kind not in served]
    wanted = set(desired.kinds or (KINDS if desired.whole else AUTOMATED))
    proxies = automation.proxies(hosts) if wanted & {PROXIES.name, JOBS.name} else {}
    chosen = [kind for kind in KINDS if kind in served and kind in wanted]
    by_automation = _exported(automation, chosen, desired)
    if desired.whole:
        objects.lists.read(chosen)
    for kind in chosen:
        shown = by_automation.pop(kind, {})
        besides = _besides(objects, kind, shown, source, desired, findings) if desired.whole else {}
        collection, leaked = without_secrets(kind, {**shown, **besides})
        exported[kind] = collection
        estate[kind] = choose(kind, collection, desired.query) if desired.query else collection
        progress(f"{kind}: {count(estate[kind])} exported")
        findings += [*leaked, *null_records(kind, estate[kind], *NOT_EXPORTED)]
        findings += unmatched_names(kind, desired.filters.get(kind) or {}, collection, proxies)
    findings += objects.leaks
    for kind, rows in objects.unlisted().items():
        if kind in estate:
            estate[kind] = {**estate[kind], BY_HAND: [*estate[kind].get(BY_HAND, []), *rows]}
    findings += [*unmatched_query(desired.query, exported, estate), *unread_filters(desired.filters, wanted)]
    named = {name: host for name, host in proxies.items() if fold(name) != fold(host)}
    states = None
    if JOBS.name in estate and desired.dest:
        states, unread = with_chains(service, objects, automation.jobs())
        findings += unread
    return ExportedEstate(source, service.revision, estate, tuple(findings), named, states)


def _exported(automation: Automation, kinds: Iterable[str], desired: DesiredExport) -> dict[str, Collection]:
    """What the automation section shows of these kinds."""
    automated = [kind for kind in kinds if KINDS[kind].automated]
    exported = automation.service.lanes.each(automated, lambda kind: automation.export(kind, desired.filters.get(kind)))
    return dict(zip(automated, exported, strict=True))


def _besides(
    objects: Objects,
    kind: str,
    shown: Collection,
    source: ServerIdentity,
    desired: DesiredExport,
    findings: list[Finding],
) -> Collection:
    """What ordinary REST shows beside what the automation section does, or would without a filter.

    A kind that the server does not show, to this account or at all, is left out, unless it was asked for by name.
    """
    filtered = KINDS[kind].automated and desired.filters.get(kind)
    everything = Automation(objects.service).export(kind) if filtered else shown
    try:
        found = objects.everything_besides(kind, everything, source.own_names)
    except (Rejected, ServerFault, Forbidden, NotFound) as error:
        if kind in desired.kinds:
            raise
        findings.append(not_read(kind, str(error)))
        return {}
    return {name: chosen_by_filters(kind, rows, desired.filters.get(kind) or {}) for name, rows in found.items()}


def plan(desired: DesiredExport, exported: ExportedEstate) -> ExportPlan:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    found = tuple(slots(exported.estate))
    bundle = Bundle(
        exported.revision,
        exported.source,
        exported.estate,
        now,
        found,
        proxies=exported.proxies,
        states=exported.states,
    )
    rendered = render(bundle)
    there = standing_manifest(desired.dest) if desired.dest else {}
    changed = desired.dest is not None and differs(there, rendered)
    return ExportPlan(desired.dest, bundle, rendered, there, changed, exported.findings)


def apply(_service: Vbr, plan: ExportPlan, progress: Progress) -> dict[str, Any]:
    if plan.dest:
        write_bundle(plan.dest, plan.rendered)
        progress(f"bundle written to {plan.dest}")
    return {}


def preview(plan: ExportPlan) -> dict[str, Any]:
    """The bundle that would be written, so that its import can be planned."""
    return {"bundle": pack(plan.rendered)} if plan.changed else {}


def _summary(manifest: Mapping[str, Any]) -> str:
    """A bundle in a few lines: its revision and source, and each kind with its count and checksum."""
    if not manifest:
        return ""
    lines = [f"{word}: {json.dumps(manifest.get(word), sort_keys=True)}" for word in ("api_version", "source")]
    entries = {kind: manifest["kinds"][kind] for kind in KINDS if kind in manifest["kinds"]}
    entries |= {STATES: manifest[STATES]} if STATES in manifest else {}
    lines += [f"{kind}: {entry.get('count')} {entry['sha256']}" for kind, entry in entries.items()]
    return "\n".join(lines) + "\n"


EXPORT = Operation(
    client=Vbr,
    open=open_service,
    options={
        "kinds": Option(type="list", elements="str", default=[], choices=AUTOMATED),
        "filters": Option(type="dict"),
        "query": Option(),
        "dest": Option(type="path"),
        "for_server": Option(
            type="dict",
            options={
                "hostname": HOSTNAME,
                "port": Option(type="int", default=Vbr.PORT),
                "validate_certs": Option(type="bool", default=True),
                "ca_path": Option(type="path"),
            },
        ),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    preview=preview,
    words=WORDS,
)
