# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that a revision does not know, and which revision an inline specification is written in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.known_fields import (
    checked_fields,
    recognised,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import NEWEST_FIRST
from simulator.testing import simulated_pair
from support.estates import account, actions, chain_of_four, codes, writes
from support.tasks import drive

OLD_FULLS = {"storage": {"advancedSettings": {"synthenticFulls": {}}}}
SECRETS = {"password": "Pw7&inline+Qz3", "private_key": "KEY&inline+Qz3"}


@pytest.fixture
def seed() -> dict[str, Any]:
    """The estate of the vendor's worked example, as a server of 1.0-rev2 exported it."""
    estate: dict[str, Any] = json.loads((Path(__file__).parent / "seed_estate_1.0-rev2.json").read_text("utf-8"))
    return estate


def unknown(estate: dict[str, Any], revision: str) -> list[tuple[str, str, str]]:
    return [(each.field, each.key, each.message) for each in checked_fields(estate, revision)[1]]


def test_a_field_that_nobody_knows_is_found_with_the_nearest_one() -> None:
    record = {**account("key"), "descripton": "x", "elevateToRoot": True, "zzz": {"inner": 1}}
    found = unknown({"credentials": {"credentials": [record]}}, "1.2-rev1")
    assert [(field, key) for field, key, _message in found] == [
        ("descripton", "key"),
        ("elevateToRoot", "key"),
        ("zzz", "key"),
    ]
    assert "the nearest is description" in found[0][2]
    assert "linuxAdditionalSettings has one" in found[1][2]
    assert found[2][2].endswith("no such field there.")


def test_a_list_that_a_kind_does_not_have_is_found_too() -> None:
    one, two, lost = ([{"name": name}] for name in ("one", "two", "lost"))
    given = {"managedServers": {"LinuxHosts": one, "linuxHosts": two, "hosts": lost}}
    checked, [finding] = checked_fields(given, "1.2-rev1")
    assert [each["name"] for each in checked["managedServers"]["linuxHosts"]] == ["one", "two"]
    assert (finding.field, "linuxHosts" in finding.message) == ("hosts", True)


def test_the_same_field_of_many_records_is_one_finding() -> None:
    many = [{**account(f"key{number}"), "descripton": "x"} for number in range(3)]
    [(field, key, message)] = unknown({"credentials": {"credentials": many}}, "1.2-rev1")
    assert (field, key) == ("descripton", "") and "(3 records)" in message


def test_letter_case_is_no_difference_and_comes_out_as_the_revision_has_it() -> None:
    given = {"jobs": {"jobs": [{"Name": "Nightly", "storage": {"BackupRepository": {"NAME": "Store"}}, "odd": 1}]}}
    checked, findings = checked_fields(given, "1.3-rev1")
    assert checked["jobs"]["jobs"] == [
        {"name": "Nightly", "storage": {"backupRepository": {"name": "Store"}}, "odd": 1}
    ]
    assert [finding.field for finding in findings] == ["odd"]
    again, _findings = checked_fields(checked, "1.3-rev1")
    assert again["jobs"]["jobs"][0] is checked["jobs"]["jobs"][0]


def test_the_sample_spelling_of_the_vendor_is_named_and_taken_for_what_it_means(seed: dict[str, Any]) -> None:
    checked, findings = checked_fields(seed, "1.0-rev2")
    found = {finding.field: finding.message for finding in findings}
    assert "it is taken for creds" in found["guestCredentials.credentials"]
    [moved] = checked["jobs"]["jobs"]
    assert "creds" in moved["guestProcessing"]["guestCredentials"]
    assert {finding.severity for finding in findings} == {"warning"}


@pytest.mark.parametrize(
    ("kind", "record", "fitting"),
    [
        ("credentials", {"tag": "a", "username": "u"}, ["1.1-rev0", "1.0-rev2"]),
        ("credentials", {"uniqueId": "a", "username": "u"}, list(NEWEST_FIRST[:-2])),
        ("managedServers", {"name": "srv"}, list(NEWEST_FIRST)),
        ("jobs", {"type": "Backup", "isHighPriority": False}, list(NEWEST_FIRST[3:])),
        (
            "jobs",
            {"type": "VSphereBackup", "storage": {"advancedSettings": {"synthenticFulls": {}}}},
            list(NEWEST_FIRST[1:5]),
        ),
        ("jobs", {"schedule": {"daily": {"localTime": "10:00 PM"}}}, ["1.1-rev0", "1.0-rev2"]),
        ("jobs", {"schedule": {"daily": {"localTime": "22:00"}}}, list(NEWEST_FIRST[:-2])),
        ("repositories", {"mountServer": {"mountServerSettingsType": "Windows"}}, list(NEWEST_FIRST[:3])),
        ("credentials", {"nobody": 1}, list(NEWEST_FIRST)),
    ],
)
def test_a_revision_is_known_by_fields_and_words(kind: str, record: dict[str, Any], fitting: list[str]) -> None:
    assert recognised({kind: {"linuxHosts" if kind == "managedServers" else kind: [record]}}) == fitting


@pytest.mark.parametrize("options", [{}, {"api_version": "1.3-rev1"}, {"spec_version": "1.0-rev2"}])
def test_an_old_specification_is_converted_for_a_new_server(seed: dict[str, Any], options: dict[str, str]) -> None:
    estate = {"credentials": seed["credentials"]}
    keys = [record["tag"] for record in estate["credentials"]["credentials"]]
    secrets = {"credentials": dict.fromkeys(keys, SECRETS)}
    with simulated_pair(target_build="13.0.1.180") as pair:
        answered: list[int] = []
        pair.target.app.observers.append(
            lambda exchange: answered.append(exchange.status) if exchange.path.endswith("/import") else None
        )
        result = drive("import", pair.target, spec=estate, secrets=secrets, **options)
        assert not result.get("failed"), result["msg"]
        assert result["created"]["credentials"] == keys
        assert answered == [201]
        again = drive("import", pair.target, spec=estate, secrets=secrets, **options)
        assert (again["changed"], set(actions(again).values())) == (False, {"keep"})


def test_what_cannot_be_is_found_before_the_first_write() -> None:
    spec = chain_of_four()
    spec["jobs"]["jobs"][0]["zzz"] = 1
    with simulated_pair() as pair:
        result = drive("import", pair.target, check=True, spec=spec, spec_version="1.2-rev1")
        assert "unknown-field" in codes(result)
        assert writes(pair.target) == []


def test_a_misspelled_job_is_no_drift_for_ever() -> None:
    spec = chain_of_four()
    again = {"jobs": {"jobs": [{**spec["jobs"]["jobs"][0]}]}}
    record = again["jobs"]["jobs"][0]
    record["Description"] = record.pop("description")
    secrets = {"credentials": {each["uniqueId"]: SECRETS for each in spec["credentials"]["credentials"]}}
    with simulated_pair() as pair:
        made = drive("import", pair.target, spec=spec, secrets=secrets, api_version="1.2-rev1")
        assert not made.get("failed"), made["msg"]
        result = drive("import", pair.target, spec=again, api_version="1.2-rev1")
        assert set(actions(result, "jobs").values()) == {"keep"}
