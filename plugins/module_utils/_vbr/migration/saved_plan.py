# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a file: what was planned for whom to read and approve, and whether a later plan is still the same one.

Same means that it would do the same to the target and read the same: what the plan does not depend on may change. What
an earlier run of the very plan has done already is no difference, so that a broken run can be taken up again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._core.compare import Leave, drift, fold
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import Failed, by_reason, in_words
from ..._core.files import make_room, write_file
from .bundle import ServerIdentity, dump
from .findings import errors
from .kinds import KINDS
from .plan import BLOCKED, CREATE, CUTOVER, DRIFT, KEEP, SKIP, DesiredImport, ImportPlan, PlanItem, as_it_is
from .planning import Refused

PLAN_FORMAT = "backupfleet.rest/plan/1"
# The seven kinds of the automation section go by it.
AUTOMATION = "automation"
# What changes from day to day on a server that nobody touches.
VOLATILE = Leave(frozenset({"size", "metadata", "powerState"}))

SOURCE = "the source"
TARGET = "the target"
OPTIONS = "the options"
FILE = "the file of the plan"
NO_RETURN = (
    "From the moment it is created here, this storage belongs to the target: jobs of the source that use it fail, and "
    "a rollback does not give it back by itself."
)


@dataclass(frozen=True)
class PlanToSave:
    """A plan to be written down and not carried out. `content` is what is to stand in the file, `there` what does."""

    plan: ImportPlan
    path: Path
    content: Mapping[str, Any]
    there: Mapping[str, Any]

    @property
    def changed(self) -> bool:
        return bool(self.there.get("digest") != self.content["digest"])

    def diff(self) -> list[dict[str, Any]]:
        return self.plan.diff()

    def report(self) -> dict[str, Any]:
        """The report of the plan; that of a failure if it must not be carried out as it is."""
        report = {**self.plan.report(), "plan_digest": self.content["digest"], "plan_file": str(self.path)}
        wrong = errors(self.plan.findings)
        if not wrong:
            return report
        groups = by_reason(finding.as_failed() for finding in wrong)
        said = "The plan cannot be carried out as it is. " + "\n".join(in_words(groups))
        return {**report, "failed": True, "failures": groups, "msg": said}

    def write(self) -> None:
        """Write the file, unless it says the same already. Raises InvalidInput if that cannot be done."""
        make_room(self.path)
        write_file(self.path, dump(self.content))


def plan_to_save(path: Path, plan: ImportPlan, content: Mapping[str, Any]) -> PlanToSave:
    """What there is to save at a path, beside what stands there."""
    try:
        there = read_plan(path)
    except InvalidInput:
        there = {}
    return PlanToSave(plan, path, content, there)


@dataclass(frozen=True)
class Departure:
    """One thing that is planned otherwise now. `cause` is what changed: the source, the target, the options or the
    file of the plan.
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
        return Failed(
            self.kind, self.key, f"{self.field}: {_shown(self.before)}, now {_shown(self.after)} ({self.cause})"
        )


def document(
    desired: DesiredImport, plan: ImportPlan, created: str, redact: Callable[[Any], Any] = as_it_is
) -> dict[str, Any]:
    """The plan as it is saved, with everything that is to be created, and no secret. `created` is a moment in UTC."""
    bundle = desired.bundle
    content = {
        "format": PLAN_FORMAT,
        "created": created,
        "source": _server(bundle.source),
        "target": _server(plan.target),
        "api_version": plan.revision,
        "bundle": {kind: _sha256(_steady(collection)) for kind, collection in bundle.estate.items()},
        "options": dict(desired.settings["options"]),
        "objects": [_object(item) for item in plan.items],
        "counts": plan.report()["counts"],
        "findings": [finding.as_dict() for finding in plan.findings],
        "secrets_missing": plan.secrets_missing(),
        "points_of_no_return": [
            {"kind": item.kind, "key": item.key, "why": NO_RETURN}
            for item in plan.items
            if item.action == CREATE and item.phase == CUTOVER and item.kind == "repositories"
        ],
    }
    content = redact(content)
    return {**content, "digest": digest(content)}


def _steady(node: Any) -> Any:
    """A collection without what changes by itself."""
    if isinstance(node, list):
        return [_steady(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    return {name: _steady(part) for name, part in node.items() if name not in VOLATILE.names}


def _server(identity: ServerIdentity) -> dict[str, str]:
    return {"name": identity.name, "vbr_id": identity.vbr_id, "build": identity.build}


def _object(item: PlanItem) -> dict[str, Any]:
    transport = "" if item.action == SKIP else AUTOMATION
    return {**item.as_dict(), "transport": transport, "attributes": item.record}


def digest(content: Mapping[str, Any]) -> str:
    """What tells two saved plans apart: of everything in them but the time and the digest itself."""
    return _sha256({name: value for name, value in content.items() if name not in ("digest", "created")})


def _sha256(value: Any) -> str:
    return hashlib.sha256(dump(value).encode()).hexdigest()


def read_plan(path: Path, expected: str = "") -> dict[str, Any]:
    """A saved plan, proved to be as it was written, and the approved one if its digest is `expected`.

    Raises InvalidInput.
    """
    try:
        # A pipe would be waited for.
        content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != PLAN_FORMAT:
        raise InvalidInput(
            f"{path} is no plan of the format {PLAN_FORMAT}.", "Save one with save_plan (playbook plan)."
        )
    if digest(content) != content.get("digest"):
        raise InvalidInput(
            f"{path} was changed after it was saved.",
            "Plan again, and have that plan approved.",
            differences=_of_digest(content.get("digest"), digest(content)),
        )
    if expected and expected != content["digest"]:
        raise InvalidInput(
            f"{path} is not the plan that was approved: its digest is {content['digest']}, approved was {expected}.",
            "Apply the approved one, or have this one approved.",
            differences=_of_digest(expected, content["digest"]),
        )
    return content


def _of_digest(before: Any, after: str) -> list[dict[str, Any]]:
    return [Departure("", "", "digest", before, after, FILE).as_dict()]


def refuse_another(saved: Mapping[str, Any], now: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    """Raises Refused, with what differs, if what is planned now is not the saved plan."""
    found = departures(saved, now)
    if not found:
        return
    groups = by_reason(one.as_failed() for one in found)
    causes = " and ".join(dict.fromkeys(one.cause for one in found))
    raise Refused(
        f"What would be done now is not what was planned: {len(found)} difference(s), {causes} changed. Nothing was "
        "written. " + "\n".join(in_words(groups)),
        "Plan again, and have that plan approved.",
        **{**report, "failures": groups, "differences": [one.as_dict() for one in found]},
    )


def departures(saved: Mapping[str, Any], now: Mapping[str, Any]) -> list[Departure]:
    """What a plan does otherwise than the saved one; none where it is the same."""
    servers = [
        Departure("", name, field, saved[name][field], now[name][field], cause)
        for name, cause in (("source", SOURCE), ("target", TARGET))
        for field in ("vbr_id", "name")
        if fold(saved[name][field]) != fold(now[name][field])
    ]
    if servers:
        # Another server is other in everything.
        return servers
    return [*_of_options(saved, now), *_of_objects(saved, now)]


def _of_options(saved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Departure]:
    if saved["api_version"] != now["api_version"]:
        yield Departure("", "", "api_version", saved["api_version"], now["api_version"], TARGET)
    for name in sorted({*saved["options"], *now["options"]}):
        before, after = saved["options"].get(name), now["options"].get(name)
        if before != after:
            yield Departure("", "", name, before, after, OPTIONS)


def _of_objects(saved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Departure]:
    before = {(one["kind"], one["key"]): one for one in saved["objects"]}
    after = {(one["kind"], one["key"]): one for one in now["objects"]}
    exported_anew = {kind for kind in KINDS if saved["bundle"].get(kind) != now["bundle"].get(kind)}
    for place in dict.fromkeys((*before, *after)):
        cause = SOURCE if place[0] in exported_anew else OPTIONS
        if place not in after:
            yield Departure(*place, "action", before[place]["action"], "it is not in the estate", cause)
        elif place not in before:
            yield Departure(*place, "action", "it was not in the estate", after[place]["action"], cause)
        else:
            yield from _of_object(before[place], after[place], cause if cause == SOURCE else TARGET)


def _of_object(before: Mapping[str, Any], after: Mapping[str, Any], cause: str) -> Iterator[Departure]:
    """What is planned otherwise for an object. `cause` is whose change it is if what would be sent is another."""
    place = before["kind"], before["key"]
    if before["action"] not in (KEEP, DRIFT):
        for found in _both_ways(before["attributes"], after["attributes"]):
            yield Departure(*place, found[0], found[1], found[2], cause)
    done = before["action"] == CREATE and after["action"] == KEEP
    for field in () if done else ("action", "phase"):
        if before[field] != after[field]:
            yield Departure(*place, field, before[field], _because(after, field), TARGET)
    if before["action"] == after["action"] == DRIFT or (before["action"], after["action"]) == (KEEP, DRIFT):
        yield from _of_drift(place, before["diff"], after["diff"])
    elif before["action"] == CREATE and after["action"] == DRIFT:
        yield from _of_drift(place, [], after["diff"])


def _of_drift(place: tuple[str, str], before: list[Any], after: list[Any]) -> Iterator[Departure]:
    """Fields in which an object of the target differs now and did not, or did otherwise."""
    known = {change["field"]: change for change in before}
    for change in after:
        earlier = known.pop(change["field"], {"before": change["after"]})
        if earlier["before"] != change["before"]:
            yield Departure(*place, change["field"], earlier["before"], change["before"], TARGET)
    for change in known.values():
        yield Departure(*place, change["field"], change["before"], change["after"], TARGET)


def _both_ways(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The fields that two records have otherwise, those included that only one of them has."""
    found = {change.field: (change.before, change.after) for change in drift(after, before, VOLATILE)}
    for change in drift(before, after, VOLATILE):
        found.setdefault(change.field, (change.after, change.before))
    return [(field, *values) for field, values in found.items()]


def _because(item: Mapping[str, Any], field: str) -> str:
    why = item["reason"] if item["action"] == BLOCKED or item["phase"] == CUTOVER else ""
    return f"{item[field]} ({why})" if why else str(item[field])


def _shown(value: Any) -> str:
    return quoted(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
