# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every conversion: nothing is invented, nothing is lost in silence, nothing given is changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import ERROR
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import REVISIONS

OLDEST, NEWEST = REVISIONS[0], REVISIONS[-1]
MARK = "fieldNobodyKnows"
# Four mount servers and the component that carries the management port.
FOLDED_FROM_1_3 = 5

REFUSED_RECORDS = {
    "credentials": ("credentials", {"type": "ManagedService", "uniqueId": "svc"}, "svc"),
    "cloudcredentials": (
        "amazon",
        {"type": "Amazon", "uniqueId": "cloud-1", "secretKey": "kept-out-of-sight"},
        "cloud-1",
    ),
    "managedServers": ("cloudDirectorHosts", {"name": "vcd01"}, "vcd01"),
    "repositories": ("AmazonS3Storages", {"name": "bucket", "uniqueId": "1"}, "bucket"),
    "proxies": ("proxies", {"type": "HvProxy", "server": {"hostName": "hv01"}}, "hv01 (HvProxy)"),
    "jobs": ("jobs", {"type": "BackupCopy", "name": "copy"}, "copy"),
}


@pytest.fixture
def seed() -> dict[str, Any]:
    """The estate of the vendor's worked example, as a server of 1.0-rev2 exported it."""
    file = Path(__file__).parent / "seed_estate_1.0-rev2.json"
    estate: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return estate


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON value, outermost first."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(child)


def marked(estate: dict[str, Any]) -> set[int]:
    """Puts a field that no revision knows into every object of every record; the numbers it was given."""
    records = [record for body in estate.values() for rows in body.values() for record in rows]
    found = list(enumerate(list(objects(records))))
    for number, thing in found:
        thing[MARK] = number
    return {number for number, _unused in found}


def marks(estate: dict[str, Any]) -> list[int]:
    return sorted(thing[MARK] for thing in objects(estate) if MARK in thing)


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_same_revision_is_verbatim(seed: dict[str, Any], revision: str) -> None:
    marked(seed)
    converted, findings = convert(seed, revision, revision)
    assert (converted, findings) == (seed, [])
    assert converted["jobs"]["jobs"][0] is seed["jobs"]["jobs"][0]


@pytest.mark.parametrize("target", REVISIONS[1:])
def test_what_is_given_stays_as_it_is(seed: dict[str, Any], target: str) -> None:
    before = copy.deepcopy(seed)
    converted, _unused = convert(seed, OLDEST, target)
    assert seed == before
    upper = copy.deepcopy(converted)
    convert(converted, target, OLDEST)
    assert converted == upper


@pytest.mark.parametrize("target", REVISIONS[1:])
def test_an_object_in_two_places_is_two_objects(seed: dict[str, Any], target: str) -> None:
    job = seed["jobs"]["jobs"][0]
    # A YAML anchor does that to what a user writes.
    job["schedule"]["monthly"] = job["schedule"]["daily"]
    seed["jobs"]["jobs"] = [job, job]
    apart = json.loads(json.dumps(seed))
    assert convert(seed, OLDEST, target) == convert(apart, OLDEST, target)


@pytest.mark.parametrize("target", REVISIONS[1:])
def test_unknown_fields_travel_up_and_down(seed: dict[str, Any], target: str) -> None:
    numbers = marked(seed)
    converted, _unused = convert(seed, OLDEST, target)
    assert marks(converted) == sorted(numbers)
    # The step down marks the objects anew: some of them did not exist before.
    numbers = marked(converted)
    returned, _unused = convert(converted, target, OLDEST)
    # What the older revision folds into its owner shares one place for such a field with it.
    assert len(numbers) - len(marks(returned)) == (FOLDED_FROM_1_3 if target.startswith("1.3") else 0)
    assert set(marks(returned)) <= numbers


@pytest.mark.parametrize("wrong", [None, [[]], {"a": []}], ids=["null", "a list", "an object"])
@pytest.mark.parametrize("other", [REVISIONS[2], NEWEST])
def test_what_does_not_fit_in_any_place_is_no_obstacle(seed: dict[str, Any], other: str, wrong: Any) -> None:
    upper, _unused = convert(seed, OLDEST, other)
    for estate, source, target in ((seed, OLDEST, other), (upper, other, OLDEST)):
        for kind, body in estate.items():
            for owner in [thing for rows in body.values() for thing in objects(rows)]:
                for field, value in list(owner.items()):
                    owner[field] = wrong
                    convert({kind: body}, source, target)
                    owner[field] = value


@pytest.mark.parametrize(("source", "target"), [(OLDEST, NEWEST), (NEWEST, OLDEST)])
def test_null_records_and_unknown_lists_are_left_alone(source: str, target: str) -> None:
    server = {"name": "linux01", "type": "LinuxHost"}
    estate: dict[str, Any] = {
        "managedServers": {"linuxHosts": [None, server, None], "cloudDirectorHosts": [], "moonHosts": [{"tag": "1"}]},
        "licences": {"licences": [{"tag": "1"}]},
    }
    converted, findings = convert(estate, source, target)
    expected = copy.deepcopy(estate)
    if target == OLDEST:
        del expected["managedServers"]["cloudDirectorHosts"]
    assert (converted, findings) == (expected, [])


@pytest.mark.parametrize("kind", REFUSED_RECORDS)
def test_a_record_that_does_not_fit_is_left_out_and_named(kind: str) -> None:
    group, record, key = REFUSED_RECORDS[kind]
    converted, findings = convert({kind: {group: [record]}}, NEWEST, OLDEST)
    assert not any(converted.get(kind, {}).values())
    assert (kind in converted) == (kind != "cloudcredentials")
    assert {(finding.severity, finding.kind, finding.key) for finding in findings} == {(ERROR, kind, key)}
    assert all(finding.remedy and "kept-out-of-sight" not in str(finding) for finding in findings)


def test_findings_say_where(seed: dict[str, Any]) -> None:
    _unused, findings = convert(seed, OLDEST, NEWEST)
    places = {(finding.kind, finding.key, finding.field) for finding in findings}
    assert ("jobs", "Backup Job 2", "schedule.daily.localTime") in places
    assert ("managedServers", "enterprise05.tech.local", "sshSettings.components") in places
    assert ("repositories", "Backup Repository SMB", "mountServer") in places


@pytest.mark.parametrize("source", REVISIONS[:-1])
def test_spellings_of_real_exports_are_put_right(source: str) -> None:
    credentials: dict[str, Any] = {"credentialsName": "u"}
    window: dict[str, Any] = {"days": []}
    given = {
        "guestProcessing": {"guestCredentials": {"credentials": credentials}},
        "schedule": {"continuously": {"WindowSetting": window}, "backupWindow": {"WindowSetting": window}},
    }
    converted, findings = convert({"jobs": {"jobs": [given]}}, source, NEWEST)
    assert findings == []
    assert converted["jobs"]["jobs"] == [
        {
            "guestProcessing": {"guestCredentials": {"creds": credentials}},
            "schedule": {"continuously": {"backupWindow": window}, "backupWindow": {"backupWindow": window}},
        }
    ]


def test_a_mixed_letter_case_is_read() -> None:
    job = {"schedule": {"daily": {"days": ["Sunday", "monday"]}}}
    [converted] = convert({"jobs": {"jobs": [job]}}, "1.3-rev0", "1.3-rev1")[0]["jobs"]["jobs"]
    assert converted["schedule"]["daily"]["days"] == ["Sunday", "Monday"]


@pytest.mark.parametrize(("source", "target"), [("1.1-rev9", NEWEST), (OLDEST, "2.0-rev0"), ("", "")])
def test_an_unknown_revision_is_an_error(source: str, target: str) -> None:
    with pytest.raises(ValueError, match=r"is not one of 1\.0-rev2, .*1\.3-rev2"):
        convert({}, source, target)


@pytest.mark.parametrize("revision", ["1.1-rev1", "1.1-rev2", "1.2-rev0"])
def test_revisions_without_a_description_are_written_like_their_neighbour(revision: str) -> None:
    old = json.loads((Path(__file__).parent / "seed_estate_1.0-rev2.json").read_text(encoding="utf-8"))
    converted, findings = convert(old, OLDEST, revision)
    neighbour, expected = convert(old, OLDEST, "1.2-rev1")
    assert converted == neighbour
    assert [finding.code for finding in findings] == [finding.code for finding in expected]
    assert convert(converted, revision, "1.2-rev1") == (converted, [])
