# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests for clones: each variant in both formats, its defaults, and what is refused."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._em.clones import (
    VARIANTS,
    body,
    check_fit,
    check_texts,
    completed,
    file_name,
    variant_of,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._em.document import JSON, XML

REPOSITORY = "urn:veeam:Repository:6ee14c9a-4bc1-4783-8da1-a67e05da5218"
GIVEN = {"name": "Copy (2/1/2020 6:07 PM)", "description": "a < b & c", "repository": REPOSITORY}
SPACE = "{http://www.veeam.com/ent/v1.0}"
# The order of the official examples (seed 004), which XML has to keep.
ELEMENTS = {
    "Backup": ("BackupJobCloneInfo", ["JobName", "FolderName", "RepositoryUid", "Description"]),
    "Replica": ("ReplicaJobCloneInfo", ["JobName", "VmSuffix", "Description"]),
    "BackupCopy": ("BackupCopyJobCloneInfo", ["JobName", "JobFileName", "RepositoryUid", "Description"]),
    "ImmediateBackupCopy": (
        "ImmediateBackupCopyJobCloneInfo",
        ["JobName", "Description", "RepositoryUid", "JobFileName"],
    ),
}


def values(job_type: str) -> dict[str, str]:
    given = {**GIVEN, "vm_suffix": "_replica"}
    return completed(variant_of(job_type), given)


@pytest.mark.parametrize("job_type", VARIANTS)
def test_xml_has_the_documented_order(job_type: str) -> None:
    root = ElementTree.fromstring(body(variant_of(job_type), values(job_type), XML))
    (info,) = root
    element, order = ELEMENTS[job_type]
    assert (root.tag, info.tag) == (f"{SPACE}JobCloneSpec", f"{SPACE}{element}")
    assert [child.tag for child in info] == [f"{SPACE}{name}" for name in order]
    assert info.findtext(f"{SPACE}Description") == "a < b & c"


@pytest.mark.parametrize("job_type", VARIANTS)
def test_json_has_no_wrapper_and_begins_with_capital_letters(job_type: str) -> None:
    sent = json.loads(body(variant_of(job_type), values(job_type), JSON))
    element, order = ELEMENTS[job_type]
    assert list(sent) == [element]
    assert list(sent[element]) == order


def test_a_carriage_return_survives_xml() -> None:
    sent = body(VARIANTS["Backup"], {"name": "a", "description": "one\r\ntwo"}, XML)
    assert ElementTree.fromstring(sent).findtext(f"*/{SPACE}Description") == "one\r\ntwo"


def test_files_are_named_after_the_job() -> None:
    assert file_name("Cloned job (2/1/2020 6:07:07 PM)") == "Cloned job _2_1_2020 6_07_07 PM_"
    assert values("Backup")["folder_name"] == "Copy _2_1_2020 6_07 PM_"
    assert values("ImmediateBackupCopy")["job_file_name"] == "Copy _2_1_2020 6_07 PM_"
    assert completed(VARIANTS["Backup"], {"name": "a", "folder_name": "b"}) == {"name": "a", "folder_name": "b"}


def test_an_empty_description_is_sent_and_a_missing_one_is_not() -> None:
    assert completed(VARIANTS["Replica"], {"name": "a", "description": ""}) == {"name": "a", "description": ""}
    assert completed(VARIANTS["Replica"], {"name": "a", "description": None}) == {"name": "a"}


@pytest.mark.parametrize(
    ("job_type", "given", "reason"),
    [
        ("Backup", {"vm_suffix": "_x"}, "no vm_suffix.*folder_name, repository"),
        ("Backup", {"job_file_name": "x"}, "no job_file_name"),
        ("BackupCopy", {"folder_name": "x"}, "no folder_name.*job_file_name, repository"),
        ("Replica", {"vm_suffix": "_x", "repository": "x", "folder_name": "x"}, "no folder_name and no repository"),
        ("Replica", {}, "needs vm_suffix"),
        ("FileCopy", {}, "'FileCopy' cannot be cloned"),
    ],
)
def test_options_have_to_fit_the_type_of_job(job_type: str, given: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        check_fit(job_type, {"name": "a", **given})


@pytest.mark.parametrize("job_type", ["backup", "BACKUPCOPY"])
def test_types_are_compared_without_regard_to_case(job_type: str) -> None:
    check_fit(job_type, {"name": "a"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": ""}, "no name"),
        ({"name": "  "}, "no name"),
        ({"name": " a"}, "no name"),
        ({"name": "a\nb"}, "no name"),
        ({"name": "x" * 51}, "51 characters"),
        ({"name": "a", "description": "b\x07"}, "description holds a character"),
        ({"name": "a", "folder_name": ""}, "folder_name is empty"),
        ({"name": "a", "repository": ""}, "repository is empty"),
    ],
)
def test_bad_texts_are_refused(given: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        check_texts(given)


def test_the_longest_name_is_taken() -> None:
    check_texts({"name": "x" * 50, "description": "two\nlines, é 𝄞", "folder_name": None})
