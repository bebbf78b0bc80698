# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reference can mean on a target: nothing, one object, or several."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.references import (
    EstateIndex,
    Reference,
    name_of,
)


@pytest.fixture
def index() -> EstateIndex:
    known = EstateIndex()
    known.add_estate(
        {
            "credentials": {
                "credentials": [
                    {"username": "tech\\backup", "uniqueId": "first"},
                    {"username": "TECH\\Backup", "uniqueId": "second"},
                    {"username": "root", "uniqueId": "third"},
                ]
            },
            "encryptionPasswords": {
                "encryptionPasswords": [{"hint": "Tapes", "uniqueId": "U1"}, {"hint": "Archive", "uniqueId": None}]
            },
            "repositories": {"LinuxLocalRepositories": [{"name": "Store", "uniqueId": "R1"}, None]},
        }
    )
    known.add("repositories", {"name": "New", "uniqueId": "R2"}, existing=False)
    known.add_named("managedServers", "vbr.tech.local")
    return known


@pytest.mark.parametrize(
    ("kind", "name", "unique", "keys"),
    [
        ("credentials", "tech\\backup", "SECOND", ["second"]),
        ("credentials", "anything", "third", ["third"]),
        ("credentials", "tech\\backup", "", ["first"]),
        ("credentials", "Tech\\backup", "", ["first", "second"]),
        ("credentials", "root", "gone", []),
        ("credentials", "ROOT", "", ["third"]),
        ("credentials", "nobody", "", []),
        ("encryptionPasswords", "", "u1", ["U1"]),
        ("encryptionPasswords", "", "Archive", ["Archive"]),
        ("encryptionPasswords", "", "Tapes", []),
        ("encryptionPasswords", "", "gone", []),
        ("repositories", "store", "of another server", ["Store"]),
        ("repositories", "renamed since", "R1", ["Store"]),
        ("repositories", "New", "R2", ["New"]),
        ("repositories", "gone", "", []),
        ("managedServers", "VBR.tech.local", "", ["vbr.tech.local"]),
        ("jobs", "", "", []),
    ],
)
def test_a_reference_means_nothing_one_object_or_several(
    index: EstateIndex, kind: str, name: str, unique: str, keys: list[str]
) -> None:
    assert [known.key for known in index.meant(Reference(kind, name, unique, "field"))] == keys


def test_what_the_target_has_counts_before_what_is_to_be_created(index: EstateIndex) -> None:
    index.add("repositories", {"name": "store", "uniqueId": "R9"}, existing=False)
    assert [there.existing for there in index.of_key("repositories", "Store")] == [True]
    assert [there.existing for there in index.of_key("repositories", "STORE")] == [True, False]
    assert [there.existing for there in index.of_key("repositories", "STORE", besides={"store"})] == [True]


def test_a_host_that_is_known_by_name_only_does_not_hide_what_is_known_of_it(index: EstateIndex) -> None:
    index.add("managedServers", {"name": "linux01", "type": "LinuxHost"}, existing=True)
    index.add_named("managedServers", "LINUX01")
    index.add_named("managedServers", "")
    assert [known.record["type"] for known in index.of_key("managedServers", "Linux01")] == ["LinuxHost"]
    assert index.names("managedServers") == ["linux01", "vbr.tech.local"]


@pytest.mark.parametrize(
    ("key", "unique", "taken"),
    [("Other", "R1", True), ("Store", "R1", False), ("Other", "R2", False), ("Other", "", False)],
)
def test_a_unique_id_is_taken_if_the_target_has_it_under_another_key(
    index: EstateIndex, key: str, unique: str, taken: bool
) -> None:
    assert bool(index.taken("repositories", key, unique)) is taken


@pytest.mark.parametrize(
    ("kind", "record", "name"),
    [
        ("credentials", {"username": "u", "name": "n"}, "u"),
        ("cloudcredentials", {"account": "a"}, "a"),
        ("cloudcredentials", {"accessKey": "k"}, "k"),
        ("cloudcredentials", {"connectionName": "c"}, "c"),
        ("encryptionPasswords", {"hint": "h"}, "h"),
        ("proxies", {"server": {"hostName": "srv"}}, "srv"),
        ("proxies", {"server": None}, ""),
        ("jobs", {"name": "n"}, "n"),
        ("jobs", {"name": None}, ""),
    ],
)
def test_references_mean_a_record_by_its_name(kind: str, record: dict[str, object], name: str) -> None:
    assert name_of(kind, record) == name
