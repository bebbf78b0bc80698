# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A saved plan is compared exactly, hidden or not, with all that it refers to, and no broken file is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import saved_plan
from simulator.testing import Server
from support.estates import CHAIN_SECRETS, account, bundle_of, chain_of_four, estate_of, job, linux_host, repository
from support.imports import imported, two_chains
from support.tasks import drive
from unit.vbr.migration.test_saved_plan import SECRETS, content, refused_now, saved

Estate = dict[str, Any]
ONE = account("one", "tech\\one")


def places(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((one["key"], one["field"], one["cause"]) for one in result["differences"])


def rewrite(tmp_path: Path, estate: Estate) -> None:
    bundle_of(tmp_path / "bundle", estate)


# -- exactly -----------------------------------------------------------------------------------------------------------


def other_case(estate: Estate) -> None:
    estate["repositories"]["LinuxLocalRepositories"][0]["repository"]["path"] = "Backups"


def with_machine(machine: dict[str, Any]) -> Estate:
    estate = two_chains()
    estate["jobs"]["jobs"][0]["virtualMachines"]["includes"] = [machine]
    return estate


def test_the_case_of_a_path_counts(target: Server, tmp_path: Path) -> None:
    estate = two_chains()
    estate["repositories"]["LinuxLocalRepositories"][0]["repository"]["path"] = "backups"
    options = saved(target, tmp_path, estate)
    other_case(estate)
    rewrite(tmp_path, estate)
    assert places(refused_now(target, options)) == [("Store one", "repository.path", "the source")]


def test_the_case_of_an_account_counts(target: Server, tmp_path: Path) -> None:
    estate = two_chains()
    options = saved(target, tmp_path, estate)
    estate["credentials"]["credentials"][0]["username"] = "TECH\\ONE"
    estate["managedServers"]["linuxHosts"][0]["credentials"]["credentialsName"] = "TECH\\ONE"
    rewrite(tmp_path, estate)
    assert places(refused_now(target, options)) == [
        ("one", "username", "the source"),
        ("one.tech.local", "credentials.credentialsName", "the source"),
    ]


def test_only_a_machine_grows_by_itself(target: Server, tmp_path: Path) -> None:
    machine = {"type": "VirtualMachine", "hostName": "one.tech.local", "name": "vm1", "objectId": "vm-1"}
    options = saved(target, tmp_path, with_machine({"inventoryObject": machine, "size": "1 TB"}))
    rewrite(tmp_path, with_machine({"inventoryObject": {**machine, "size": "3 TB"}, "size": "2 TB"}))
    assert not drive("import", target, check=True, **options).get("failed")
    estate = with_machine({"inventoryObject": machine, "size": "2 TB"})
    estate["jobs"]["jobs"][0]["storage"]["size"] = 5
    rewrite(tmp_path, estate)
    assert places(refused_now(target, options)) == [("Nightly", "storage.size", "the source")]


# -- what is hidden ----------------------------------------------------------------------------------------------------

ALPHA, BETA = "Passw0rdAlpha99", "Passw0rdBeta9999"


def hidden_estate(**of_first: Any) -> Estate:
    jobs = [{**job(ALPHA), **of_first}, job(BETA)]
    return {**estate_of(credentials=[account("a"), account("b")]), **estate_of(jobs=jobs)}


HIDING = {"credentials": {"a": {"password": ALPHA}, "b": {"password": BETA}}}


def test_two_names_that_are_hidden_are_two_objects(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, hidden_estate(), secrets=HIDING)
    assert ALPHA not in (tmp_path / "plan.json").read_text()
    rewrite(tmp_path, hidden_estate(isHighPriority=True))
    assert places(refused_now(target, options)) == [("********", "isHighPriority", "the source")]


def test_a_secret_that_was_replaced_is_no_difference_and_is_not_shown(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, hidden_estate(description=f"as {BETA} says"), secrets=HIDING)
    options["secrets"] = {"credentials": {"a": {"password": "Other+Alpha=1"}, "b": {"password": "Other+Beta=22"}}}
    assert not drive("import", target, check=True, **options).get("failed")
    rewrite(tmp_path, hidden_estate(description=f"as {BETA} said", isHighPriority=True))
    result = refused_now(target, options)
    assert BETA not in json.dumps(result["differences"]) + result["msg"]
    assert {one["field"]: one["before"] for one in result["differences"]} == {
        "name": "********",
        "isHighPriority": False,
        "description": "********",
    }


# -- what is referred to -----------------------------------------------------------------------------------------------


def moved(target: Server, name: str) -> None:
    document = target.snapshot()
    for row in document["rows"]["repositories"].values():
        if row["body"]["name"] == name:
            row["body"]["repository"]["path"] = "/elsewhere"
    target.restore(document)


def test_a_repository_that_jobs_are_mapped_to_and_that_moved_is_a_departure(target: Server, tmp_path: Path) -> None:
    there = estate_of(credentials=[ONE], linuxHosts=[linux_host("one.tech.local", ONE)])
    there |= estate_of(LinuxLocalRepositories=[repository("Other", "one.tech.local")])
    imported(target, tmp_path / "there", there, secrets=SECRETS)
    options = saved(target, tmp_path, two_chains(), mappings={"repositories": {"Store one": "Other"}})
    moved(target, "Other")
    assert places(refused_now(target, options)) == [("Other", "content", "the target")]


def test_a_default_repository_that_moved_is_a_departure(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, estate_of(jobs=[job("Nightly"), job("Weekly")]), secrets={})
    moved(target, "Default Backup Repository")
    assert places(refused_now(target, options)) == [("Default Backup Repository", "content", "the target")]


# -- whose change it is ------------------------------------------------------------------------------------------------


def test_a_change_of_the_source_of_what_is_kept_is_the_sources(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path / "base", estate_of(jobs=[job("Nightly")]))
    options = saved(target, tmp_path, estate_of(jobs=[job("Nightly"), job("Weekly")]), secrets={})
    rewrite(tmp_path, estate_of(jobs=[job("Nightly", description="new"), job("Weekly")]))
    result = refused_now(target, options)
    assert places(result) == [("Nightly", "action", "the source"), ("Nightly", "description", "the source")]
    assert {"before": "", "after": "new"}.items() <= result["differences"][0].items()


def test_a_secret_given_later_is_said(target: Server, tmp_path: Path) -> None:
    given = {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "on_missing_secret": "skip"}
    assert not drive("import", target, save_plan=str(tmp_path / "plan.json"), **given).get("failed")
    result = refused_now(target, {**given, "plan": str(tmp_path / "plan.json"), "secrets": CHAIN_SECRETS})
    assert {one["cause"] for one in result["differences"]} == {"the secrets"} and len(result["differences"]) == 4


def test_the_order_and_the_case_of_names_do_not_count(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains(), hold=["Weekly", "Nightly"])
    assert not drive("import", target, check=True, **{**options, "hold": ["nightly", "Weekly"]}).get("failed")
    result = refused_now(target, {**options, "hold": ["Weekly"]})
    assert "Nothing was written. hold: " in result["msg"] or "\nhold: " in result["msg"]


# -- what is no plan ---------------------------------------------------------------------------------------------------


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "objects null": lambda plan: plan.update(objects=None),
    "objects texts": lambda plan: plan.update(objects=["x"]),
    "bundle null": lambda plan: plan.update(bundle=None),
    "options null": lambda plan: plan.update(options=None),
    "no source": lambda plan: plan.pop("source"),
    "attributes null": lambda plan: plan["objects"][0].update(attributes=None),
    "no diff": lambda plan: plan["objects"][0].pop("diff"),
    "diff of texts": lambda plan: plan["objects"][0].update(diff=["x"]),
    "no digests": lambda plan: plan["objects"][0].pop("digests"),
    "only the format": lambda plan: [plan.pop(name) for name in list(plan) if name != "format"],
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_signed_file_of_another_shape_is_no_plan(
    target: Server, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    options = saved(target, tmp_path, two_chains())
    plan = content(tmp_path)
    change(plan)
    (tmp_path / "plan.json").write_text(json.dumps({**plan, "digest": saved_plan.digest(plan)}))
    assert "is no plan" in refused_now(target, options)["msg"]


def test_half_a_character_is_no_plan(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    text = (tmp_path / "plan.json").read_text()
    (tmp_path / "plan.json").write_text(text.replace('"counts"', '"\\ud800": 1, "counts"', 1))
    assert "plan.json" in refused_now(target, options)["msg"]


def test_a_plan_too_large_is_refused_unread(target: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = saved(target, tmp_path, two_chains())
    monkeypatch.setattr(saved_plan, "MOST_BYTES", 2**20 // 1024)
    assert "is larger than 0.000976562 MB" in refused_now(target, options)["msg"]


def test_a_plan_that_is_not_there_is_to_be_made(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    (tmp_path / "plan.json").unlink()
    message = refused_now(target, options)["msg"]
    assert "There is no plan" in message and "playbook plan" in message


@pytest.mark.parametrize("name", ["report", "journal"])
def test_nothing_is_written_over_the_plan(target: Server, tmp_path: Path, name: str) -> None:
    options = saved(target, tmp_path, two_chains())
    before = (tmp_path / "plan.json").read_bytes()
    assert "same file" in refused_now(target, {**options, name: options["plan"]})["msg"]
    assert (tmp_path / "plan.json").read_bytes() == before
