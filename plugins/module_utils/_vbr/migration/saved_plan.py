# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a file: what was planned for whom to read and approve, and whether a later plan is still the same one.

Same means that it would do the same to the target and read the same: what the plan does not depend on may change. What
an earlier run of the very plan has done already is no difference, so that a broken run can be taken up again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._core.compare import fold
from ..._core.errors import InvalidInput
from ..._core.failures import by_reason, in_words
from ..._core.files import make_room, write_file
from ..._core.local_json import read_json
from ..._core.shape import BOOLEAN, STRING, Shape, of_shape
from .bundle import ServerIdentity, dump
from .departures import FILE, Departure, departures, steady
from .findings import AWAKE, NOT_LISTED, errors
from .kinds import JOBS, REPOSITORIES
from .plan import CREATE, CUTOVER, DesiredImport, ImportPlan, PlanItem, as_it_is
from .planning import Refused

PLAN_FORMAT = "backupfleet.rest/plan/1"
# Lists of names, of which neither the order nor the case says anything.
SETS_OF_NAMES = ("stage_anyway", "hold")
MOST_BYTES = 512 * 2**20
SAVE_ONE = "Save one with save_plan (playbook plan)."
OBJECT: Shape = {
    "kind!": STRING,
    "key!": STRING,
    "action!": STRING,
    "phase!": STRING,
    "reason": STRING,
    "blocked_by": {"kind!": STRING, "key!": STRING},
    "diff!": [{"field!": STRING}],
    "converted": [{"field!": STRING}],
    "attributes!": {},
    "awake!": BOOLEAN,
    "lacks!": BOOLEAN,
    "uses!": [{"kind!": STRING, "key!": STRING, "id!": STRING, "digest!": STRING}],
    "digests!": {"key!": STRING, "attributes!": STRING, "diff!": STRING},
}
SERVER: Shape = {"name": STRING, "vbr_id": STRING}
PLAN: Shape = {
    "digest!": STRING,
    "api_version!": STRING,
    "source!": SERVER,
    "target!": SERVER,
    "bundle!": {},
    "options!": {},
    "option_digests!": {},
    "objects!": [OBJECT],
}

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
        "bundle": {kind: _sha256(steady(collection)) for kind, collection in bundle.estate.items()},
        "options": dict(desired.settings["options"]),
        "option_digests": {name: _sha256(_meant(name, value)) for name, value in desired.settings["options"].items()},
        "objects": _objects(plan),
        "counts": plan.report()["counts"],
        "findings": [finding.as_dict() for finding in plan.findings],
        "secrets_missing": plan.secrets_missing(),
        "points_of_no_return": [
            {"kind": item.kind, "key": item.key, "why": NO_RETURN}
            for item in plan.items
            if item.action == CREATE and item.phase == CUTOVER and item.kind == REPOSITORIES.name
        ],
    }
    content = redact(content)
    return {**content, "digest": digest(content)}


def _meant(option: str, value: Any) -> Any:
    return sorted(map(fold, value)) if option in SETS_OF_NAMES else value


def _server(identity: ServerIdentity) -> dict[str, str]:
    return {"name": identity.name, "vbr_id": identity.vbr_id, "build": identity.build}


def _objects(plan: ImportPlan) -> list[dict[str, Any]]:
    """The objects as they are shown, with digests of what they are: two that are hidden look the same."""
    awake = {(found.kind, found.key) for found in plan.findings if found.code in (AWAKE, NOT_LISTED)}
    return [
        {
            **item.as_dict(),
            "transport": item.transport,
            "attributes": item.record,
            "awake": item.object_key in awake,
            "lacks": bool(item.lacks),
            "uses": [
                {"kind": kind, "key": key, "id": _sha256([kind, key]), "digest": _sha256(steady(record))}
                for (kind, key), record in (item.uses.items() if item.action == CREATE else ())
            ],
            "digests": {
                "key": _identifier(item),
                "attributes": _sha256(steady(item.record)),
                "diff": _sha256([change.as_dict() for change in item.drift]),
            },
        }
        for item in plan.items
    ]


def _identifier(item: PlanItem) -> str:
    return _sha256([item.kind, item.key])


def digest(content: Mapping[str, Any]) -> str:
    """What tells two saved plans apart: of everything in them but the time and the digest itself."""
    return _sha256({name: value for name, value in content.items() if name not in ("digest", "created")})


def _sha256(value: Any) -> str:
    return hashlib.sha256(dump(value).encode()).hexdigest()


def read_plan(path: Path, expected: str = "") -> dict[str, Any]:
    """A saved plan, proved to be as it was written, and the approved one if its digest is `expected`.

    Raises InvalidInput.
    """
    if not os.path.exists(path):
        raise InvalidInput(f"There is no plan {path}.", "Run the playbook plan first (save_plan).")
    content = read_json(path, {}, MOST_BYTES, "The plan", SAVE_ONE)
    try:
        known = digest(content)
    except ValueError:
        # Half a character can be written down in JSON, and in no plan.
        known = ""
    mine = content.get("format") == PLAN_FORMAT
    unchanged = mine and content.get("digest") == known
    if not mine or (unchanged and not of_shape(content, PLAN)):
        raise InvalidInput(f"{path} is no plan of the format {PLAN_FORMAT}.", SAVE_ONE)
    if not unchanged:
        raise InvalidInput(
            f"{path} was changed after it was saved.",
            "Plan again, and have that plan approved.",
            differences=_of_digest(content.get("digest"), known),
        )
    if expected and expected != content["digest"]:
        raise InvalidInput(
            f"{path} is not the plan that was approved: its digest is {content['digest']}, approved was {expected}.",
            "Apply the approved one, or have this one approved.",
            differences=_of_digest(expected, content["digest"]),
        )
    return dict(content)


def _of_digest(before: Any, after: str) -> list[dict[str, Any]]:
    return [Departure("", "", "digest", before, after, FILE).as_dict()]


def refuse_another(saved: Mapping[str, Any], now: Mapping[str, Any], plan: ImportPlan) -> None:
    """Raises Refused, with what differs, if what is planned now is not the saved plan.

    `plan` is the one that `now` shows.
    """
    found = departures(saved, now, {_identifier(item) for item in plan.items if _is_ours(item, plan)})
    if not found:
        return
    groups = by_reason(one.as_failed() for one in found)
    causes = " and ".join(dict.fromkeys(one.cause for one in found))
    raise Refused(
        f"What would be done now is not what was planned: {len(found)} difference(s), {causes} changed. Nothing was "
        "written. " + "\n".join(in_words(groups)),
        "Plan again, and have that plan approved.",
        **{**plan.report(), "failures": groups, "differences": [one.as_dict() for one in found]},
    )


def _is_ours(item: PlanItem, plan: ImportPlan) -> bool:
    """Whether an object that is as it was to be may be what an earlier run made.

    Of a job that is to sleep only the journal tells: one that somebody else brought in runs there.
    """
    return item.kind != JOBS.name or not plan.staged or bool(plan.journal and plan.journal.state(item.key))
