# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is created, kept, skipped or refused, and why; and how what is kept differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server
from support.estates import (
    CHAIN_SECRETS,
    SOURCE,
    TARGET_NAME,
    Record,
    account,
    actions,
    bundle_of,
    chain_of_four,
    codes,
    estate_of,
    job,
    linux_host,
    proxy,
    repository,
    writes,
)
from support.imports import imported, only, planned
from support.tasks import drive

DEFAULT_REPOSITORY = "Default Backup Repository"
DEFAULT_PROXY = "VMware Backup Proxy"


# -- what the target already has ---------------------------------------------------------------------------------------


def test_a_reference_gets_the_unique_id_of_the_targets_repository_of_that_name(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(LinuxLocalRepositories=[repository("Store", TARGET_NAME, unique="THEIRS")]))

    estate = estate_of(jobs=[job("Nightly", repository("Store", TARGET_NAME, unique="OURS"))])
    drive("import", target, src=bundle_of(tmp_path / "jobs", estate))

    assert only(target, "jobs", "Nightly")["storage"]["backupRepository"] == {"name": "Store", "uniqueId": "THEIRS"}


def test_the_default_repository_and_the_default_proxy_are_mapped_and_not_created(pair: Pair, tmp_path: Path) -> None:
    defaults = repository(DEFAULT_REPOSITORY, SOURCE.name, "C:\\Backup", unique="SOURCE-DEFAULT")
    estate = estate_of(
        LinuxLocalRepositories=[defaults],
        proxies=[proxy(SOURCE.name)],
        jobs=[
            job(
                "Nightly",
                defaults,
                storage={
                    "backupRepository": {"name": DEFAULT_REPOSITORY, "uniqueId": "SOURCE-DEFAULT"},
                    "backupProxies": {
                        "automaticSelection": False,
                        "proxies": [{"name": DEFAULT_PROXY, "type": "vmware", "uniqueId": None}],
                    },
                },
            )
        ],
    )
    had = only(pair.target, "repositories", DEFAULT_REPOSITORY)

    result = imported(pair.target, tmp_path, estate)

    assert result["created"] == {"jobs": ["Nightly"]}
    assert result["kept"] == {"repositories": [DEFAULT_REPOSITORY], "proxies": [TARGET_NAME]}
    storage = only(pair.target, "jobs", "Nightly")["storage"]
    assert storage["backupRepository"] == {"name": DEFAULT_REPOSITORY, "uniqueId": had["uniqueId"]}
    assert storage["backupProxies"]["proxies"][0]["name"] == DEFAULT_PROXY
    assert only(pair.target, "repositories", DEFAULT_REPOSITORY) == had


def test_the_source_server_itself_is_never_imported(target: Server, tmp_path: Path) -> None:
    estate = estate_of(linuxHosts=[linux_host(SOURCE.name.upper(), account("one"))])
    result = imported(target, tmp_path, estate)
    assert actions(result) == {SOURCE.name.upper(): "skip"}
    assert "source server itself" in planned(result, SOURCE.name.upper())["reason"]
    assert result["changed"] is False


def test_what_lives_on_the_source_server_moves_to_the_target_and_is_a_finding(target: Server, tmp_path: Path) -> None:
    result = imported(target, tmp_path, estate_of(LinuxLocalRepositories=[repository("Store", SOURCE.name)]))
    record = only(target, "repositories", "Store")
    assert record["hostName"] == TARGET_NAME
    assert record["mountServer"]["windows"]["mountServerName"] == TARGET_NAME
    assert codes(result, "warning") == ["on-source-server"]


def test_the_users_word_on_the_source_server_counts_more(target: Server, tmp_path: Path) -> None:
    estate = chain_of_four()
    estate["repositories"]["LinuxLocalRepositories"].append(repository("Other", SOURCE.name))
    mapped = {"hosts": {SOURCE.name.upper(): "linux01.tech.local"}}
    imported(target, tmp_path, estate, secrets=CHAIN_SECRETS, mappings=mapped)
    assert only(target, "repositories", "Other")["hostName"] == "linux01.tech.local"


def test_on_existing_fail_names_what_is_there_and_writes_nothing(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(jobs=[job("Nightly")]))
    before = writes(target)
    bundle = bundle_of(tmp_path / "two", estate_of(jobs=[job("Nightly"), job("Weekly")]))
    result = drive("import", target, src=bundle, on_existing="fail")
    assert result["failed"] and "jobs 'Nightly': the target already has it" in result["msg"]
    assert codes(result) == ["exists"] and "Weekly" not in result["msg"]
    assert writes(target) == before


def test_what_is_there_is_kept_though_the_bundle_refers_to_something_gone(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(jobs=[job("Nightly")]))
    estate = estate_of(jobs=[job("Nightly", repository("Lost", "x")), job("Weekly")])

    result = drive("import", target, src=bundle_of(tmp_path / "two", estate))

    assert not result.get("failed"), result["msg"]
    assert actions(result) == {"Nightly": "drift", "Weekly": "create"}
    assert [change["field"] for change in planned(result, "Nightly")["diff"]] == [
        "storage.backupRepository.name",
        "storage.backupRepository.uniqueId",
    ]


def test_a_unique_id_that_the_target_has_under_another_name_is_an_error(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(LinuxLocalRepositories=[repository("Old", TARGET_NAME, unique="SAME")]))
    estate = estate_of(LinuxLocalRepositories=[repository("New", TARGET_NAME, unique="SAME")])

    refused = drive("import", target, src=bundle_of(tmp_path / "two", estate))
    assert refused["failed"] and codes(refused, "error") == ["unique-id-taken"]
    for part in ("repositories 'New'", "'Old'", "mappings.repositories"):
        assert part in refused["msg"]

    mapped = drive("import", target, src=bundle_of(tmp_path / "two", estate), mappings={"repositories": {"New": "Old"}})
    assert (actions(mapped), mapped["changed"]) == ({"New": "skip"}, False)


# -- drift -------------------------------------------------------------------------------------------------------------


def test_drift_is_reported_per_field_and_changes_nothing(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(LinuxLocalRepositories=[repository("Store", TARGET_NAME, "/old")]))
    before = writes(target)
    wanted = repository("Store", TARGET_NAME, "/new")
    wanted["repository"]["maxTaskCount"] = 8

    result = drive("import", target, src=bundle_of(tmp_path / "two", estate_of(LinuxLocalRepositories=[wanted])))

    assert (result["changed"], result["kept"]) == (False, {"repositories": ["Store"]})
    assert planned(result, "Store")["action"] == "drift"
    assert planned(result, "Store")["diff"] == [
        {"field": "repository.maxTaskCount", "before": 4, "after": 8},
        {"field": "repository.path", "before": "/old", "after": "/new"},
    ]
    assert writes(target) == before


@pytest.mark.parametrize(
    "harmless",
    [
        {"schedule": {"daily": {"dailyKind": "EVERYDAY"}}},
        {"schedule": {"daily": {"dailyKind": None}}},
        {"schedule": {"daily": None}},
        {"isHighPriority": None},
        {"description": ""},
    ],
    ids=["the case of an enum", "a null", "a null part", "a null flag", "empty and null"],
)
def test_case_and_null_are_no_drift(target: Server, tmp_path: Path, harmless: Record) -> None:
    had = job("Nightly", schedule={"daily": {"dailyKind": "Everyday"}}, description=None)
    imported(target, tmp_path, estate_of(jobs=[had]), staged=False)
    wanted = job("Nightly", **{"schedule": had["schedule"], **harmless})
    result = drive("import", target, src=bundle_of(tmp_path / "two", estate_of(jobs=[wanted])), staged=False)
    assert (actions(result), planned(result, "Nightly")["diff"]) == ({"Nightly": "keep"}, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [("description", "NIGHTLY"), ("isHighPriority", True), ("virtualMachines", {"includes": [{"name": "vm"}]})],
)
def test_another_value_is_drift(target: Server, tmp_path: Path, field: str, value: Any) -> None:
    imported(target, tmp_path, estate_of(jobs=[job("Nightly", description="Nightly")]))
    wanted = {**job("Nightly", description="Nightly"), field: value}
    result = drive("import", target, src=bundle_of(tmp_path / "two", estate_of(jobs=[wanted])))
    assert [change["field"].partition(".")[0] for change in planned(result, "Nightly")["diff"]] == [field]


def test_the_targets_case_of_a_name_is_as_good(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, estate_of(jobs=[job("nightly")]))
    result = drive("import", target, src=bundle_of(tmp_path / "two", estate_of(jobs=[job("NIGHTLY")])))
    assert result["changed"] is False
    assert result["kept"] == {"jobs": ["NIGHTLY"]}


# -- other remarks -----------------------------------------------------------------------------------------------------


def test_a_secret_that_nobody_needs_is_a_finding(target: Server, tmp_path: Path) -> None:
    secrets = {"credentials": {**CHAIN_SECRETS["credentials"], "sirvice-account": {"password": "Rk3&typo+Vb8="}}}
    result = imported(target, tmp_path, chain_of_four(), secrets=secrets)
    assert [(finding["code"], finding["key"]) for finding in result["findings"]] == [
        ("unused-secret", "sirvice-account")
    ]


def test_hosts_the_source_could_not_write_down_are_a_finding(target: Server, tmp_path: Path) -> None:
    result = imported(target, tmp_path, {"managedServers": {"linuxHosts": [None, None]}})
    assert codes(result, "warning") == ["null-record"]
    assert "2 record(s) in linuxHosts" in result["findings"][0]["message"]


def test_only_the_wanted_kinds_are_imported(target: Server, tmp_path: Path) -> None:
    result = imported(target, tmp_path, chain_of_four(), secrets=CHAIN_SECRETS, kinds=["managedServers", "credentials"])
    assert list(result["created"]) == ["credentials", "managedServers"]
    assert writes(target) == [
        "POST /api/v1/automation/credentials/import",
        "POST /api/v1/automation/managedServers/import",
    ]


def test_a_kind_that_was_asked_for_and_that_the_bundle_lacks_is_a_finding(target: Server, tmp_path: Path) -> None:
    result = imported(target, tmp_path, estate_of(jobs=[job("Nightly")]), kinds=["jobs", "proxies"])
    assert [(finding["code"], finding["kind"]) for finding in result["findings"]] == [("kind-not-in-bundle", "proxies")]


def test_what_is_not_made_is_no_addition_in_the_diff(target: Server, tmp_path: Path) -> None:
    estate = chain_of_four()
    hosts = estate["managedServers"]["linuxHosts"]
    hosts.append({**hosts[0], "name": SOURCE.name})
    result = drive("import", target, check=True, src=bundle_of(tmp_path / "bundle", estate), secrets=CHAIN_SECRETS)
    assert actions(result)[SOURCE.name] == "skip"
    (part,) = [each for each in result["diff"] if each["after_header"] == "managedServers"]
    before, after = part["before"].splitlines(), part["after"].splitlines()
    assert [line for line in after if line not in before] == [line for line in after if "linux01" in line]
    assert any("(not moved)" in line for line in after)


def test_the_plan_says_what_each_object_needs_in_the_diff(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    result = drive("import", target, check=True, src=bundle, secrets=CHAIN_SECRETS)
    assert {part["after_header"]: part["after"] for part in result["diff"]} == {
        "credentials": "tech\\service [service-account]\n",
        "managedServers": "linux01.tech.local; needs credentials 'service-account'\n",
        "repositories": "Store; needs managedServers 'linux01.tech.local'\n",
        "jobs": "Nightly; needs repositories 'Store'\n",
    }
    assert result["created"] == {} and list(result["counts"]) == [
        "credentials",
        "managedServers",
        "repositories",
        "jobs",
    ]
