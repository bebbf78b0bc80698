# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a clone without a server: how it is asked for, what it may have, and what is planned for it.

Sources: facts/em.md 6 and seed 004 for the variants and the order of their elements.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from .._core.compare import fold
from .._core.errors import Failure, InvalidInput, quoted
from .._core.operation import Params, Result
from .document import JSON, NAMESPACE
from .rows import Row

CREATE, UPDATE, NONE = "create", "update", "none"
# The key of failed_objects.
JOBS = "jobs"
# The keys that each item of a list has. Of a single clone the task itself has them, if it fails.
FAILURE = ("failed", "msg")
LONGEST_NAME = 50
# What the official examples leave out of file names, and what Windows does.
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|()]')
# XML 1.0 has no way to write these.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    f'<JobCloneSpec xmlns="{NAMESPACE}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
# The options of a clone and their elements.
ELEMENTS: Mapping[str, str] = {
    "name": "JobName",
    "folder_name": "FolderName",
    "job_file_name": "JobFileName",
    "vm_suffix": "VmSuffix",
    "repository": "RepositoryUid",
    "description": "Description",
}
# Any clone may have these.
COMMON = ("name", "description")


# -- how a clone is asked for ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CloneVariant:
    """The one child of JobCloneSpec for a type of job.

    `options` are in the order of the official example, which XML must keep. `file_option` is the option for the name of
    the clone's backup files, `""` if clones of this type have none.
    """

    element: str
    options: tuple[str, ...]
    file_option: str = ""

    @property
    def has_repository(self) -> bool:
        return "repository" in self.options


VARIANTS: Mapping[str, CloneVariant] = {
    "Backup": CloneVariant("BackupJobCloneInfo", ("name", "folder_name", "repository", "description"), "folder_name"),
    "Replica": CloneVariant("ReplicaJobCloneInfo", ("name", "vm_suffix", "description")),
    "BackupCopy": CloneVariant(
        "BackupCopyJobCloneInfo", ("name", "job_file_name", "repository", "description"), "job_file_name"
    ),
    # Here the table of the documentation has another order than its example. The order is that of the example.
    "ImmediateBackupCopy": CloneVariant(
        "ImmediateBackupCopyJobCloneInfo", ("name", "description", "repository", "job_file_name"), "job_file_name"
    ),
}


def variant_of(job_type: str) -> CloneVariant:
    """The variant for a JobType in any case. Raises InvalidInput for a type that cannot be cloned."""
    found = next((variant for known, variant in VARIANTS.items() if known.casefold() == job_type.casefold()), None)
    if found is None:
        raise InvalidInput(
            f"A job of type {quoted(job_type)} cannot be cloned.", f"Those of type {', '.join(VARIANTS)} can."
        )
    return found


def file_name(name: str) -> str:
    """A job's name as a name for files: `Cloned job (2/1/2020)` is `Cloned job _2_1_2020_`."""
    return NOT_IN_FILE_NAMES.sub("_", name)


def completed(variant: CloneVariant, given: Mapping[str, str | None]) -> dict[str, str]:
    """The values to send, by option, in the order of the variant. The files are named after the job by default."""
    defaults = {variant.file_option: file_name(given["name"] or "")} if variant.file_option else {}
    values = {**defaults, **{name: value for name, value in given.items() if value is not None}}
    return {name: values[name] for name in variant.options if name in values}


def body(variant: CloneVariant, values: Mapping[str, str], media: str) -> bytes:
    """The body of the request in a media type. `values` are those of `completed`, with the repository as its UID."""
    elements = {ELEMENTS[name]: values[name] for name in variant.options if name in values}
    if media == JSON:
        # JSON has no wrapper. Its keys begin with a capital letter, even if those of the server do not.
        return json.dumps({variant.element: elements}, ensure_ascii=False).encode()
    inner = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in elements.items())
    return f"{HEAD}<{variant.element}>{inner}</{variant.element}></JobCloneSpec>".encode()


def _escaped(text: str) -> str:
    # A reader of XML makes a line feed of a bare carriage return.
    return escape(text, {"\r": "&#13;"})


# -- what is refused ---------------------------------------------------------------------------------------------------


def check_texts(desired: Mapping[str, str | None]) -> None:
    """Refuse a name or a text that no clone can have. Raises InvalidInput."""
    name = desired.get("name") or ""
    if not name.strip() or name != name.strip() or len(name.splitlines()) != 1:
        raise InvalidInput(f"{quoted(name)} is no name for a job.", "It is one line, with nothing blank around it.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            f"The name {quoted(name)} has {len(name)} characters.", f"The name of a job has {LONGEST_NAME} at the most."
        )
    for option in ELEMENTS:
        if option not in COMMON and desired.get(option) == "":
            raise InvalidInput(f"{option} is empty.", "Leave it out, or give it a value.")
        if NOT_IN_XML.search(desired.get(option) or ""):
            raise InvalidInput(f"{option} holds a character that no text can have.", "Take the control characters out.")


def check_fit(job_type: str, desired: Mapping[str, str | None]) -> None:
    """Refuse an option that clones of this type do not have, and a missing one that they need. Raises InvalidInput."""
    variant = variant_of(job_type)
    alien = [name for name in ELEMENTS if desired.get(name) is not None and name not in variant.options]
    if alien:
        takes = ", ".join(name for name in variant.options if name not in COMMON)
        raise InvalidInput(
            f"The clone of a job of type {job_type} has no {' and no '.join(alien)}.", f"It has {takes}."
        )
    if "vm_suffix" in variant.options and not desired.get("vm_suffix"):
        raise InvalidInput(
            "The clone of a replication job needs vm_suffix.",
            "Give one that the source does not have: with the same one both would write to the same replicas.",
        )


# -- what is planned ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CloneDrift:
    """An option of a job that exists and that differs from the desired clone. No clone can be changed any more."""

    option: str
    wanted: Any
    actual: Any


@dataclass(frozen=True)
class Clone:
    """A desired clone, its source and backup server, the values to send, and the existing job of its name.

    `values` are by option, with the repository as its UID; `repository_name` is the name to show for it.
    """

    desired: Params = field(repr=False)
    source: Row
    server: str
    server_name: str
    values: Mapping[str, str] = field(default_factory=dict)
    repository_name: str = ""
    existing: dict[str, Any] | None = None
    drift: tuple[CloneDrift, ...] = ()

    @property
    def name(self) -> str:
        return str(self.desired["name"])

    @property
    def action(self) -> str:
        if self.existing is None:
            return CREATE
        enabled = self.desired["schedule_enabled"]
        return NONE if enabled is None or self.existing.get("ScheduleEnabled") is enabled else UPDATE

    @property
    def warnings(self) -> list[str]:
        return [
            f"Job {quoted(self.name)} is there already; its {drift.option} is {quoted(drift.actual)}, "
            f"not {quoted(drift.wanted)}."
            for drift in self.drift
        ]

    def diff(self) -> list[dict[str, Any]]:
        """Ansible's before/after pair; none if nothing is to be done."""
        enabled = self.desired["schedule_enabled"]
        schedule = {} if enabled is None else {"schedule_enabled": enabled}
        header = f"job {self.name} on {self.server_name}"
        if self.action == NONE:
            return []
        if self.existing is not None:
            before, after = {"schedule_enabled": self.existing.get("ScheduleEnabled")}, schedule
        else:
            named = {"repository": self.repository_name} if self.repository_name else {}
            before, after = {}, {"source": self.source["Name"], **self.values, **named, **schedule}
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def outcome(self, **applied: Any) -> Result:
        """The item of the result for this clone; `applied` are the keys that differ after applying the plan."""
        return {
            "name": self.name,
            "source": self.source["Name"],
            "backup_server": self.server_name,
            "action": self.action,
            "changed": self.action != NONE,
            "failed": False,
            "msg": "",
            "sent": dict(self.values) if self.action == CREATE else {},
            "drift": [asdict(drift) for drift in self.drift],
            "resource": self.existing or {},
            **applied,
        }


@dataclass(frozen=True)
class ClonePlan:
    """All clones of a task. `listed` says whether they were given as a list."""

    clones: tuple[Clone, ...]
    listed: bool
    timeout: float

    @property
    def changed(self) -> bool:
        return any(clone.action != NONE for clone in self.clones)

    def diff(self) -> list[dict[str, Any]]:
        return [part for clone in self.clones for part in clone.diff()]

    def report(self) -> Result:
        return self.result([clone.outcome() for clone in self.clones])

    def result(self, outcomes: list[Result]) -> Result:
        """The keys of the task's result. The task fails if a clone did, and says so for each."""
        warnings = [warning for clone in self.clones for warning in clone.warnings]
        result: Result = {"warnings": warnings} if warnings else {}
        if not self.listed:
            (outcome,) = outcomes
            return result | {key: outcome[key] for key in outcome if outcome["failed"] or key not in FAILURE}
        failed = {outcome["name"]: outcome["msg"] for outcome in outcomes if outcome["failed"]}
        result |= {
            "changed": any(outcome["changed"] for outcome in outcomes),
            "resources": outcomes,
            "failed_objects": {JOBS: failed} if failed else {},
        }
        if failed:
            lines = [f"{quoted(name)}: {reason}" for name, reason in failed.items()]
            result |= {"failed": True, "msg": "\n".join([f"{len(failed)} of {len(outcomes)} clones failed.", *lines])}
        return result


def refusal(obstacles: Iterable[tuple[str, Failure]], count: int) -> Failure:
    """One failure for all of `count` clones; `obstacles` are those that cannot be made, by name."""
    found = list(obstacles)
    if count == 1:
        return found[0][1]
    lines = [f"{quoted(name)}: {failure}" for name, failure in found]
    head = f"{len(found)} of {count} clones cannot be made, so nothing was sent."
    return InvalidInput(
        "\n".join([head, *lines]), failed_objects={JOBS: {name: str(failure) for name, failure in found}}
    )


def duplicates(clones: Iterable[Clone]) -> list[tuple[str, Failure]]:
    """The clones that would have the name of an earlier one, on the same backup server."""
    places: set[tuple[str, str]] = set()
    found: list[tuple[str, Failure]] = []
    for clone in clones:
        place = (clone.server, fold(clone.name))
        if place in places:
            found.append((clone.name, InvalidInput("It stands in the list twice.", "Give each clone its own name.")))
        places.add(place)
    return found
