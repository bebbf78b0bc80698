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

from ..._core.connection import Connection
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Operation, Params, Progress
from ..._core.option import Option
from ..._core.query import compiled
from ..automation import Automation
from ..client import Vbr
from ..migration.bundle import Bundle, Rendered, Source, check_destination, differs, render, standing, write
from ..migration.choose import choose
from ..migration.findings import WARNING, Finding
from ..migration.kinds import KINDS, Estate, count, holes, kinds_of
from ..migration.slots import slots, without_secrets

FILTER_WORDS = tuple(sorted({word for kind in KINDS.values() for word in kind.filters}))


@dataclass(frozen=True)
class Wish:
    """What to export: kinds with their filters, the compiled query, where to, and whom it is for."""

    kinds: tuple[str, ...]
    filters: Mapping[str, Mapping[str, Any]]
    query: Any
    dest: Path | None
    peer: Connection | None


@dataclass(frozen=True)
class Seen:
    """What the server gave."""

    source: Source
    revision: str
    estate: Estate
    findings: tuple[Finding, ...]


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
        told = {
            "api_version": self.bundle.revision,
            "source": self.rendered.manifest["source"],
            "counts": {kind: count(collection) for kind, collection in self.bundle.estate.items()},
            "secrets_needed": [dict(slot) for slot in self.bundle.slots],
            "findings": [finding.as_dict() for finding in self.findings],
        }
        if self.dest:
            return {**told, "dest": str(self.dest)}
        return {**told, "resources": self.bundle.estate, "manifest": self.rendered.manifest}


def validate(params: Params) -> Wish:
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
    target = params["for_server"]
    peer = Connection(**{**target, "timeout": params["timeout"]}) if target else None
    return Wish(tuple(params["kinds"]), filters, compiled(params["query"]), dest, peer)


def open_service(connection: Connection, wish: Wish) -> Vbr:
    """The source, speaking the newest revision that the server it is for serves too."""
    if wish.peer is None:
        return Vbr(connection)
    # Never entered: what a server serves is asked without signing in.
    return Vbr(connection, prefer=Vbr(wish.peer).serves)


def look(service: Vbr, wish: Wish, progress: Progress) -> Seen:
    automation = Automation(service)
    source = automation.identity(automation.hosts())
    estate: Estate = {}
    findings = _not_served(wish.kinds, service.revision)
    wanted = set(wish.kinds or KINDS)
    for kind in (kind for kind in kinds_of(service.revision) if kind in wanted):
        collection, leaked = without_secrets(kind, automation.export(kind, wish.filters.get(kind)))
        estate[kind] = choose(kind, collection, wish.query) if wish.query else collection
        progress(f"{kind}: {count(estate[kind])} exported")
        findings += [*leaked, *_holes(kind, estate[kind])]
    return Seen(source, service.revision, estate, tuple(findings))


def plan(wish: Wish, seen: Seen) -> ExportPlan:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    bundle = Bundle(seen.revision, seen.source, seen.estate, now, tuple(slots(seen.estate)))
    rendered = render(bundle)
    there = standing(wish.dest) if wish.dest else {}
    changed = wish.dest is not None and differs(there, rendered)
    return ExportPlan(wish.dest, bundle, rendered, there, changed, seen.findings)


def apply(_service: Vbr, plan: ExportPlan, progress: Progress) -> dict[str, Any]:
    if plan.dest:
        write(plan.dest, plan.rendered)
        progress(f"bundle written to {plan.dest}")
    return {}


def _summary(manifest: Mapping[str, Any]) -> str:
    """A bundle in a few lines: its revision and source, and each kind with its count and checksum."""
    if not manifest:
        return ""
    lines = [f"{word}: {json.dumps(manifest.get(word), sort_keys=True)}" for word in ("api_version", "source")]
    entries = {kind: manifest["kinds"][kind] for kind in KINDS if kind in manifest["kinds"]}
    lines += [f"{kind}: {entry.get('count')} {entry['sha256']}" for kind, entry in entries.items()]
    return "\n".join(lines) + "\n"


def _not_served(kinds: Iterable[str], revision: str) -> list[Finding]:
    """Remarks on kinds that were asked for by name and that the revision does not have."""
    told = (f"revision {revision} has no such kind.", "Leave it out of kinds.")
    return [Finding(WARNING, "kind-not-served", *told, kind) for kind in kinds if kind not in kinds_of(revision)]


def _holes(kind: str, collection: Mapping[str, Any]) -> list[Finding]:
    return [
        Finding(
            WARNING,
            "null-record",
            f"{missing} record(s) in {name} are null: the server could not export them (single-use credentials).",
            "Add these hosts on the target by hand before the import.",
            kind,
        )
        for name, missing in holes(dict(collection)).items()
    ]


EXPORT = Operation(
    client=Vbr,
    open=open_service,
    options={
        "kinds": Option(type="list", elements="str", default=[], choices=tuple(KINDS)),
        "filters": Option(type="dict"),
        "query": Option(),
        "dest": Option(type="path"),
        "for_server": Option(
            type="dict",
            options={
                "hostname": Option(required=True),
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
)
