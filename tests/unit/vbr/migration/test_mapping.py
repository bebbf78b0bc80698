# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other names: renaming changes every reference, mapping replaces, paths change by whole directories."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.mapping import Mappings, mappings

JOB: dict[str, Any] = {
    "name": "Nightly",
    "virtualMachines": {"includes": [{"name": "vm", "hostName": "vc.tech.local"}]},
    "storage": {
        "backupRepository": {"name": "Store", "uniqueId": "U"},
        "backupProxies": {"proxies": [{"name": "linux01", "type": "vmware"}]},
        "advancedSettings": {"storageData": {"encryption": {"isEnabled": True, "encryptionPasswordUniqueId": "E1"}}},
    },
    "guestProcessing": {"guestCredentials": {"creds": {"credentialsName": "tech\\u", "credentialsTag": "C1"}}},
    "schedule": {"afterThisJob": {"isEnabled": True, "jobName": "First"}},
}


def test_a_renamed_object_has_its_new_name_and_whatever_refers_to_it_follows() -> None:
    new = mappings(
        {"jobs": {"NIGHTLY": "Every night", "first": "One"}, "hosts": {"linux01": "L", "vc.tech.local": "vc2"}}, None
    ).apply("jobs", JOB)
    assert new["name"] == "Every night"
    assert new["schedule"]["afterThisJob"]["jobName"] == "One"
    assert new["virtualMachines"]["includes"] == [{"name": "vm", "hostName": "vc2"}]
    assert new["storage"]["backupProxies"]["proxies"][0]["name"] == "L", "a proxy is called like its host"
    assert new["storage"]["backupRepository"] == JOB["storage"]["backupRepository"]


def test_a_name_that_is_written_exactly_means_no_other_one() -> None:
    estate = {"jobs": {"jobs": [{"name": "Nightly"}, {"name": "NIGHTLY"}, {"name": "First"}]}}
    known = mappings({"jobs": {"NIGHTLY": "Every night", "first": "One"}}, None)
    assert known.new_name("jobs", "Nightly") == "Every night"
    among = known.among(estate)
    names = [among.new_name("jobs", job["name"]) for job in estate["jobs"]["jobs"]]
    assert names == ["Nightly", "Every night", "One"]


def test_mapped_objects_are_named_by_what_the_target_has() -> None:
    mapped = {
        "repositories": {"store": "Theirs"},
        "credentials": {"c1": "THEIRS"},
        "encryption_passwords": {"E1": "E2"},
        "hosts": {"LINUX01": "theirs"},
    }
    new = mappings(None, mapped).apply("jobs", JOB)
    assert new["storage"]["backupRepository"] == {"name": "Theirs", "uniqueId": None}
    assert new["storage"]["backupProxies"]["proxies"][0]["name"] == "theirs"
    assert new["storage"]["advancedSettings"]["storageData"]["encryption"]["encryptionPasswordUniqueId"] == "E2"
    creds = new["guestProcessing"]["guestCredentials"]["creds"]
    assert creds == {"credentialsName": "", "credentialsTag": "THEIRS"}, "the name is looked up on the target"


def test_without_other_names_a_record_is_the_same_object() -> None:
    assert mappings(None, None).apply("jobs", JOB) is JOB
    assert mappings({"jobs": {}}, {"hosts": None, "paths": {}}).apply("jobs", JOB) is JOB


@pytest.mark.parametrize(
    ("kind", "key", "other"), [("managedServers", "SRV04", "own"), ("managedServers", "else", ""), ("jobs", "", "")]
)
def test_a_mapping_says_what_takes_the_place_of_an_object(kind: str, key: str, other: str) -> None:
    assert mappings(None, {"hosts": {"srv04": "own"}}).replaced(kind, key) == other


def test_the_source_server_becomes_the_target_unless_the_user_says_otherwise() -> None:
    names = mappings(None, {"hosts": {"srv04": "elsewhere"}}).with_hosts(
        ["SRV04", "srv04.tech.local", "Target"], "target"
    )
    assert dict(names.mapped["managedServers"].items()) == {"srv04": "elsewhere", "srv04.tech.local": "target"}


@pytest.mark.parametrize(
    ("paths", "path", "new"),
    [
        ({"/a": "/b"}, "/a", "/b"),
        ({"/a": "/b"}, "/a/c", "/b/c"),
        ({"/a": "/b"}, "/ab", "/ab"),
        ({"/a": "/b"}, "/A", "/A"),
        ({"/a/": "/b/"}, "/a/c", "/b/c"),
        ({"/": "/mnt/"}, "/a", "/mnt/a"),
        ({"/a": "/b", "/a/c": "/d"}, "/a/c/e", "/d/e"),
        ({"D:\\": "E:\\"}, "d:\\Backups", "E:\\Backups"),
        ({"D:": "E:"}, "D:\\Backups", "E:\\Backups"),
        ({"D:\\Backups": "E:\\"}, "D:\\Backups2", "D:\\Backups2"),
        ({"\\\\srv\\share": "\\\\new\\share"}, "\\\\SRV\\Share\\x", "\\\\new\\share\\x"),
    ],
)
def test_paths_are_replaced_by_whole_directories(paths: dict[str, str], path: str, new: str) -> None:
    record = {
        "name": path,
        "repository": {"path": path},
        "mountServer": {"windows": {"writeCacheFolder": path}},
        "x": [path],
    }
    moved = mappings(None, {"paths": paths}).apply("repositories", record)
    assert moved == {
        "name": path,
        "repository": {"path": new},
        "mountServer": {"windows": {"writeCacheFolder": new}},
        "x": [path],
    }


def test_only_repositories_have_paths() -> None:
    names = mappings(None, {"paths": {"/a": "/b"}})
    assert names.apply("jobs", {"name": "x", "path": "/a"}) == {"name": "x", "path": "/a"}


@pytest.mark.parametrize(
    ("rename", "mapped", "part"),
    [
        ({"paths": {}}, None, "rename has no part 'paths'"),
        ({"credentials": {}}, None, "It takes hosts, repositories, jobs"),
        (None, {"proxies": {}}, "mappings has no part 'proxies'"),
        (None, {"x": {}}, "encryption_passwords, paths"),
        ({"hosts": ["a"]}, None, "rename.hosts must be a dictionary"),
        ({"hosts": {"a": None}}, None, "rename.hosts"),
        ({"hosts": {"": "b"}}, None, "rename.hosts"),
        (None, {"paths": {"/a": 3}}, "mappings.paths"),
        (None, {"paths": "x"}, "mappings.paths"),
    ],
)
def test_names_of_another_form_are_refused(rename: Any, mapped: Any, part: str) -> None:
    with pytest.raises(InvalidInput, match=part.replace(".", r"\.")):
        mappings(rename, mapped)


def test_nothing_given_is_nothing_changed() -> None:
    assert mappings({}, {}) == Mappings()
