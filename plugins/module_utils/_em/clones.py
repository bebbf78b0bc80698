# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the clone of a job is asked for: one variant per type of job, as XML and as JSON (facts/em.md 6, seed 004)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .._core.errors import InvalidInput, quoted
from .document import JSON, NAMESPACE

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
# Any clone may have them.
COMMON = ("name", "description")


@dataclass(frozen=True)
class Variant:
    """The one child of JobCloneSpec for a type of job, and its options in the order of the official example, which XML
    must keep.

    The option `file_name` names the files of the clone; `""` if it has none of its own.
    """

    element: str
    options: tuple[str, ...]
    file_name: str = ""

    @property
    def has_repository(self) -> bool:
        return "repository" in self.options


VARIANTS: Mapping[str, Variant] = {
    "Backup": Variant("BackupJobCloneInfo", ("name", "folder_name", "repository", "description"), "folder_name"),
    "Replica": Variant("ReplicaJobCloneInfo", ("name", "vm_suffix", "description")),
    "BackupCopy": Variant(
        "BackupCopyJobCloneInfo", ("name", "job_file_name", "repository", "description"), "job_file_name"
    ),
    # The table of the documentation has another order than its example; the example is followed.
    "ImmediateBackupCopy": Variant(
        "ImmediateBackupCopyJobCloneInfo", ("name", "description", "repository", "job_file_name"), "job_file_name"
    ),
}


def variant_of(job_type: str) -> Variant:
    """The variant for a job's JobType, in whatever case. Raises InvalidInput for a type that cannot be cloned."""
    found = next((variant for known, variant in VARIANTS.items() if known.casefold() == job_type.casefold()), None)
    if found is None:
        raise InvalidInput(
            f"A job of type {quoted(job_type)} cannot be cloned.", f"Those of type {', '.join(VARIANTS)} can."
        )
    return found


def check_texts(given: Mapping[str, str | None]) -> None:
    """Refuse a name or a text that no clone can have. Raises InvalidInput."""
    name = given.get("name") or ""
    if not name.strip() or name != name.strip() or len(name.splitlines()) != 1:
        raise InvalidInput(f"{quoted(name)} is no name for a job.", "It is one line, with nothing blank around it.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            f"The name {quoted(name)} has {len(name)} characters.", f"The name of a job has {LONGEST_NAME} at the most."
        )
    for option in ELEMENTS:
        if option not in COMMON and given.get(option) == "":
            raise InvalidInput(f"{option} is empty.", "Leave it out, or give it a value.")
        if NOT_IN_XML.search(given.get(option) or ""):
            raise InvalidInput(f"{option} holds a character that no text can have.", "Take the control characters out.")


def check_fit(job_type: str, given: Mapping[str, str | None]) -> None:
    """Refuse what clones of this type do not have, and ask for what they must have. Raises InvalidInput."""
    variant = variant_of(job_type)
    alien = [name for name in ELEMENTS if given.get(name) is not None and name not in variant.options]
    if alien:
        takes = ", ".join(name for name in variant.options if name not in COMMON)
        raise InvalidInput(
            f"The clone of a job of type {job_type} has no {' and no '.join(alien)}.", f"It has {takes}."
        )
    if "vm_suffix" in variant.options and not given.get("vm_suffix"):
        raise InvalidInput(
            "The clone of a replication job needs vm_suffix.",
            "Give one that the source does not have: with the same one both would write to the same replicas.",
        )


def file_name(name: str) -> str:
    """A job's name as a name for files: `Cloned job (2/1/2020)` is `Cloned job _2_1_2020_`."""
    return NOT_IN_FILE_NAMES.sub("_", name)


def completed(variant: Variant, given: Mapping[str, str | None]) -> dict[str, str]:
    """What is sent, by option in the order of the variant. Files are called like the job if nothing else is said."""
    defaults = {variant.file_name: file_name(given["name"] or "")} if variant.file_name else {}
    values = {**defaults, **{name: value for name, value in given.items() if value is not None}}
    return {name: values[name] for name in variant.options if name in values}


def body(variant: Variant, values: Mapping[str, str], media: str) -> bytes:
    """The body of the request, of the media type; `values` as `completed` gives them, `repository` being its UID."""
    elements = {ELEMENTS[name]: values[name] for name in variant.options if name in values}
    if media == JSON:
        # JSON has no wrapper, and its keys begin with a capital letter also where the server's own do not.
        return json.dumps({variant.element: elements}, ensure_ascii=False).encode()
    inner = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in elements.items())
    return f"{HEAD}<{variant.element}>{inner}</{variant.element}></JobCloneSpec>".encode()


def _escaped(text: str) -> str:
    # Whoever reads XML makes a line feed of a bare carriage return.
    return escape(text, {"\r": "&#13;"})
