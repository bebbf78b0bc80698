# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A saved plan: what stands in it, and when it is carried out: if what would be done is still the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.saved_plan import digest
from simulator.testing import Server
from support.estates import SOURCE, account, bundle_of, estate_of, job, linux_host, repository, writes
from support.imports import CHAINS_SECRETS, imported, refused, two_chains
from support.tasks import drive

Estate = dict[str, Any]
SECRETS = {"credentials": {**CHAINS_SECRETS["credentials"], "three": {"password": "Kf8+vT3&three=Qz1%"}}}


def saved(target: Server, tmp_path: Path, estate: Estate, **options: Any) -> dict[str, Any]:
    """Options of a task that carries out the plan of importing this estate, which is saved first."""
    given = {"src": bundle_of(tmp_path / "bundle", estate), "secrets": SECRETS, **options}
    result = drive("import", target, save_plan=str(tmp_path / "plan.json"), **given)
    assert not result.get("failed"), result["msg"]
    return {**given, "plan": str(tmp_path / "plan.json")}


def content(tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((tmp_path / "plan.json").read_text()))


def unseen(target: Server) -> int:
    """How many requests could have changed something so far."""
    return len(writes(target))


# -- saving ------------------------------------------------------------------------------------------------------------


def test_a_plan_is_saved_with_all_that_is_to_be_created_and_nothing_is_imported(target: Server, tmp_path: Path) -> None:
    saved(target, tmp_path, two_chains())

    plan = content(tmp_path)
    assert writes(target) == [] and (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
    assert plan["source"]["vbr_id"] == SOURCE.vbr_id and plan["target"]["vbr_id"] not in ("", SOURCE.vbr_id)
    by_key = {one["key"]: one for one in plan["objects"]}
    nightly = by_key["Nightly"]
    assert (nightly["action"], nightly["phase"], nightly["transport"]) == ("create", "stage", "automation")
    assert {"kind": "repositories", "key": "Store one"} in nightly["needs"]
    assert nightly["attributes"]["schedule"]["runAutomatically"] is True
    text = (tmp_path / "plan.json").read_text()
    assert not [value for fields in SECRETS["credentials"].values() for value in fields.values() if value in text]


def test_the_same_plan_is_no_change_and_has_the_same_digest(target: Server, tmp_path: Path) -> None:
    options = {"src": bundle_of(tmp_path / "bundle", two_chains()), "secrets": SECRETS}
    file = str(tmp_path / "plan.json")

    first, again, check = (drive("import", target, check, save_plan=file, **options) for check in (False, False, True))

    assert [result["changed"] for result in (first, again, check)] == [True, False, False]
    assert first["plan_digest"] == again["plan_digest"] == content(tmp_path)["digest"]


def test_check_mode_saves_nothing(target: Server, tmp_path: Path) -> None:
    src = bundle_of(tmp_path / "bundle", two_chains())
    result = drive("import", target, check=True, src=src, secrets=SECRETS, save_plan=str(tmp_path / "plan.json"))
    assert result["changed"] and not (tmp_path / "plan.json").exists()


def test_a_plan_with_errors_is_saved_and_fails_every_time(target: Server, tmp_path: Path) -> None:
    options = {"src": bundle_of(tmp_path / "bundle", two_chains()), "save_plan": str(tmp_path / "plan.json")}
    for _run in range(2):
        result = drive("import", target, **options)
        assert result["failed"] and "password" in result["msg"]
    assert [slot["key"] for slot in content(tmp_path)["secrets_missing"]] == ["one", "two"]
    assert writes(target) == []


@pytest.mark.parametrize("name", ["bundle/manifest.json", "bundle/journal-x.json", "report.json"])
def test_a_plan_is_not_saved_over_what_is_needed(target: Server, tmp_path: Path, name: str) -> None:
    src = bundle_of(tmp_path / "bundle", two_chains())
    place = str(tmp_path / name)
    refused(target, "save_plan", src=src, secrets=SECRETS, save_plan=place, report=str(tmp_path / "report.json"))


# -- carrying it out ---------------------------------------------------------------------------------------------------


def test_the_saved_plan_is_carried_out_and_then_there_is_nothing_to_do(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    digest = content(tmp_path)["digest"]

    first = drive("import", target, **options, plan_digest=digest)
    again = drive("import", target, **options, plan_digest=digest)

    assert not first.get("failed") and first["changed"], first.get("msg")
    assert sorted(first["created"]["jobs"]) == ["Afterwards", "Nightly", "Weekly"]
    assert not again.get("failed") and not again["changed"], again.get("msg")
    assert first["plan_digest"] == digest


def test_a_half_done_plan_is_taken_up_again(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    imported(target, tmp_path / "part", two_chains(), secrets=SECRETS, kinds=["credentials", "managedServers"])

    result = drive("import", target, **options)

    assert not result.get("failed") and len(result["created"]["jobs"]) == 3, result.get("msg")


def test_an_edited_plan_is_refused(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    plan = content(tmp_path)
    plan["objects"] = plan["objects"][:-1]
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    refused(target, "was changed after it was saved", **options)


def test_a_plan_other_than_the_approved_one_is_refused(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    refused(target, content(tmp_path)["digest"], "abc", **options, plan_digest="abc")


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"format": "backupfleet.rest/bundle/1"}'])
def test_what_is_no_plan_is_refused(target: Server, tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    src = bundle_of(tmp_path / "bundle", two_chains())
    refused(target, "plan.json", "save_plan", src=src, secrets=SECRETS, plan=str(tmp_path / "plan.json"))


# -- what changed in between -------------------------------------------------------------------------------------------


def _first(estate: Estate, kind: str, name: str) -> dict[str, Any]:
    return next(iter(estate[kind][name]))  # type: ignore[no-any-return]


def renamed_job(estate: Estate) -> None:
    _first(estate, "jobs", "jobs")["name"] = "Nightly 2"
    estate["jobs"]["jobs"][2]["schedule"]["afterThisJob"]["jobName"] = "Nightly 2"


def new_job(estate: Estate) -> None:
    estate["jobs"]["jobs"].append(job("Monthly", _first(estate, "repositories", "LinuxLocalRepositories")))


def no_job(estate: Estate) -> None:
    estate["jobs"]["jobs"].pop()


def described(estate: Estate) -> None:
    _first(estate, "jobs", "jobs")["description"] = "other"


def field_added(estate: Estate) -> None:
    _first(estate, "jobs", "jobs")["isHighPriority"] = True


def field_gone(estate: Estate) -> None:
    _first(estate, "repositories", "LinuxLocalRepositories")["repository"].pop("maxTaskCount")


def other_repository(estate: Estate) -> None:
    store = estate["repositories"]["LinuxLocalRepositories"][1]
    _first(estate, "jobs", "jobs")["storage"]["backupRepository"] = {
        "name": store["name"],
        "uniqueId": store["uniqueId"],
    }


def other_account(estate: Estate) -> None:
    estate["credentials"]["credentials"][0]["username"] = "tech\\other"
    estate["managedServers"]["linuxHosts"][0]["credentials"]["credentialsName"] = "tech\\other"


def one_more_account(estate: Estate) -> None:
    estate["credentials"]["credentials"].append(account("three", "tech\\three"))


def moved_path(estate: Estate) -> None:
    _first(estate, "repositories", "LinuxLocalRepositories")["repository"]["path"] = "/other"


def grown(size: str) -> Estate:
    """The chains with a machine of this size."""
    estate = two_chains()
    machine = {"type": "VirtualMachine", "hostName": "one.tech.local", "name": "vm1", "objectId": "vm-1", "size": size}
    _first(estate, "jobs", "jobs")["virtualMachines"]["includes"] = [machine]
    return estate


SOURCE_CHANGES: list[tuple[Callable[[Estate], None], list[tuple[str, str]]]] = [
    (renamed_job, [("Nightly", "action"), ("Nightly 2", "action"), ("Afterwards", "schedule.afterThisJob.jobName")]),
    (new_job, [("Monthly", "action")]),
    (no_job, [("Afterwards", "action")]),
    (described, [("Nightly", "description")]),
    (field_added, [("Nightly", "isHighPriority")]),
    (field_gone, [("Store one", "repository.maxTaskCount")]),
    (
        other_repository,
        [("Nightly", "storage.backupRepository.name"), ("Nightly", "storage.backupRepository.uniqueId")],
    ),
    (other_account, [("one", "username"), ("one.tech.local", "credentials.credentialsName")]),
    (one_more_account, [("three", "action")]),
    (moved_path, [("Store one", "repository.path")]),
]


@pytest.mark.parametrize(("change", "found"), SOURCE_CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_change_of_the_source_is_listed_field_by_field(
    target: Server, tmp_path: Path, change: Callable[[Estate], None], found: list[tuple[str, str]]
) -> None:
    options = saved(target, tmp_path, two_chains())
    estate = deepcopy(two_chains())
    change(estate)
    bundle_of(tmp_path / "bundle", estate)

    result = refused(target, "the source", "Plan again", **options)

    assert sorted((one["key"], one["field"]) for one in result["differences"]) == sorted(found)
    assert {one["cause"] for one in result["differences"]} == {"the source"}


def test_what_changes_by_itself_on_the_source_does_not_matter(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, grown("12 GB"))
    bundle_of(tmp_path / "bundle", grown("13 GB"))
    result = drive("import", target, check=True, **options)
    assert not result.get("failed") and result["changed"], result.get("msg")


def there_already(target: Server, tmp_path: Path) -> None:
    """Somebody makes one of the accounts, just as it would be made."""
    imported(target, tmp_path / "other", estate_of(credentials=[account("one", "tech\\one")]), secrets=SECRETS)


def something_else(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path / "other", estate_of(credentials=[account("three", "tech\\three")]), secrets=SECRETS)


def another_job(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path / "other", estate_of(jobs=[job("Somebody's")]))


@pytest.mark.parametrize("change", [there_already, something_else, another_job])
def test_a_change_of_the_target_that_the_plan_does_not_depend_on_does_not_matter(
    target: Server, tmp_path: Path, change: Callable[[Server, Path], None]
) -> None:
    options = saved(target, tmp_path, two_chains())
    change(target, tmp_path)

    result = drive("import", target, **options)

    assert not result.get("failed") and len(result["created"]["jobs"]) == 3, result.get("msg")


def other_in_the_way(target: Server, tmp_path: Path) -> None:
    """Somebody makes one of the accounts otherwise."""
    imported(target, tmp_path / "other", estate_of(credentials=[account("one", "tech\\other")]), secrets=SECRETS)


def id_taken(target: Server, tmp_path: Path) -> None:
    """Somebody makes a repository with the id of one that moves."""
    estate = {
        **estate_of(credentials=[account("three", "tech\\three")]),
        **estate_of(linuxHosts=[linux_host("three.tech.local", account("three", "tech\\three"))]),
        **estate_of(LinuxLocalRepositories=[repository("Other", "three.tech.local", unique="Store one-id")]),
    }
    imported(target, tmp_path / "other", estate, secrets=SECRETS)


def same_job_otherwise(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path / "other", estate_of(jobs=[job("Nightly", description="somebody's")]))


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        (other_in_the_way, "one", "username"),
        (id_taken, "Store one", "action"),
        (same_job_otherwise, "Nightly", "description"),
    ],
)
def test_a_change_of_the_target_in_the_way_is_refused_and_listed(
    target: Server, tmp_path: Path, change: Callable[[Server, Path], None], key: str, field: str
) -> None:
    options = saved(target, tmp_path, two_chains())
    change(target, tmp_path)
    before = unseen(target)

    result = drive("import", target, **options)

    assert result["failed"] and unseen(target) == before
    assert (key, field) in {(one["key"], one["field"]) for one in result["differences"]}
    assert {one["cause"] for one in result["differences"]} == {"the target"}
    assert "the target" in result["msg"] and key in result["msg"]


def test_what_was_kept_and_is_gone_or_differs_now_is_refused(target: Server, tmp_path: Path) -> None:
    base = imported(target, tmp_path / "base", estate_of(jobs=[job("Nightly")]))
    assert base["created"] == {"jobs": ["Nightly"]}
    options = saved(target, tmp_path, estate_of(jobs=[job("Nightly"), job("Weekly")]))
    document = target.snapshot()
    for row in document["rows"]["jobs"].values():
        row["body"]["description"] = "changed by somebody"
    target.restore(document)

    result = refused_now(target, options)
    assert [(one["key"], one["field"]) for one in result["differences"]] == [
        ("Nightly", "action"),
        ("Nightly", "description"),
    ]

    document["rows"]["jobs"] = {}
    target.restore(document)
    result = refused_now(target, options)
    assert [(one["key"], one["before"], one["after"]) for one in result["differences"]] == [
        ("Nightly", "keep", "create")
    ]


def refused_now(target: Server, options: dict[str, Any]) -> dict[str, Any]:
    before = unseen(target)
    result = drive("import", target, **options)
    assert result["failed"] and unseen(target) == before
    return result


@pytest.mark.parametrize(
    "other",
    [
        {"rename": {"jobs": {"Weekly": "Weekly 2"}}},
        {"mappings": {"paths": {"/backups": "/mnt"}}},
        {"kinds": ["credentials"]},
        {"staged": False},
        {"hold": ["Weekly"]},
        {"on_missing_secret": "skip"},
    ],
)
def test_other_options_are_another_plan(target: Server, tmp_path: Path, other: dict[str, Any]) -> None:
    options = saved(target, tmp_path, two_chains())
    result = refused(target, "the options", next(iter(other)), **{**options, **other})
    assert "the options" in {one["cause"] for one in result["differences"]}


def test_a_secret_that_is_missing_now_is_refused(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    result = refused(target, "its secret is missing", **{**options, "secrets": {}})
    assert ("one", "create") in {(one["key"], one["before"]) for one in result["differences"]}


def test_another_target_is_said_first(target: Server, tmp_path: Path) -> None:
    options = saved(target, tmp_path, two_chains())
    plan = content(tmp_path)
    plan["target"]["vbr_id"] = "b3b5c1a0-0000-4000-8000-000000000001"
    written = rewritten(plan)
    (tmp_path / "plan.json").write_text(json.dumps(written))
    result = refused(target, "vbr_id", **options)
    assert [one["key"] for one in result["differences"]] == ["target"]


def rewritten(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan with the digest of what stands in it."""
    return {**plan, "digest": digest(plan)}
