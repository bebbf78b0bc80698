# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target has and no export shows, hosts, scale-out repositories, jobs of other sorts, can be referred to."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.demo import TARGET, read_seed
from simulator.testing import Server
from support.estates import (
    CHAIN_SECRETS,
    TARGET_NAME,
    Record,
    account,
    actions,
    bundle_of,
    chain_of_four,
    estate_of,
    job,
    linux_host,
    repository,
)
from support.imports import imported, planned
from support.tasks import drive

DEFAULT_REPOSITORY = "Default Backup Repository"


def test_hosts_that_the_target_lists_but_does_not_export_can_be_referred_to(target: Server, tmp_path: Path) -> None:
    lonely = linux_host("hardened.tech.local", account("one"))
    seed = {"managedServers": {"linuxHosts": [{**lonely, "_state": {"singleUse": True}}]}}
    target.seed({"server": {"name": TARGET_NAME}, "estate": seed})
    estate = estate_of(LinuxLocalRepositories=[repository("Store", "hardened.tech.local")])

    result = imported(target, tmp_path, estate)

    assert result["created"] == {"repositories": ["Store"]}


def test_a_host_of_which_only_the_name_is_known_is_kept_without_a_difference(target: Server, tmp_path: Path) -> None:
    lonely = linux_host("hardened.tech.local", account("one"))
    seed = {"managedServers": {"linuxHosts": [{**lonely, "_state": {"singleUse": True}}]}}
    target.seed({"server": {"name": TARGET_NAME}, "estate": seed})
    estate = estate_of(credentials=[account("one")], linuxHosts=[lonely])

    result = imported(target, tmp_path, estate, secrets={"credentials": {"one": {"password": "Jd5&hard+Tm9="}}})

    assert planned(result, "hardened.tech.local") == {
        "kind": "managedServers",
        "transport": "automation",
        "key": "hardened.tech.local",
        "name": "hardened.tech.local",
        "action": "keep",
        "phase": "stage",
        "reason": "already there",
        "awake": False,
        "starts_anew": False,
        "diff": [],
        "needs": [],
        "converted": [],
        "cause": "",
        "blocked_by": None,
    }


SCALE_OUT = {"data": [{"id": "1", "name": "Scale-out"}], "pagination": {"total": 1}}
LISTS_OF_REPOSITORIES = ("repositories", "scaleOutRepositories")


@pytest.mark.parametrize("path", LISTS_OF_REPOSITORIES)
def test_a_job_may_write_to_a_repository_that_no_export_shows(target: Server, tmp_path: Path, path: str) -> None:
    target.faults.add(do="status", status=200, path=f"backupInfrastructure/{path}$", body=SCALE_OUT)
    sent: list[Record] = []
    target.app.observers.append(
        lambda exchange: sent.extend(exchange.json["jobs"]) if exchange.path.endswith("jobs/import") else None
    )
    bundle = bundle_of(
        tmp_path / "bundle", estate_of(jobs=[job("Nightly", repository("SCALE-OUT", "", unique="OURS"))])
    )

    drive("import", target, src=bundle)

    # The id was that of the source's; the simulator itself has no such repository.
    assert [record["storage"]["backupRepository"] for record in sent] == [{"name": "Scale-out", "uniqueId": None}]


def test_a_job_may_be_mapped_to_a_repository_that_no_export_shows(target: Server, tmp_path: Path) -> None:
    target.faults.add(do="status", status=200, path="scaleOutRepositories$", body=SCALE_OUT)
    bundle = bundle_of(tmp_path / "bundle", estate_of(jobs=[job("Nightly")]))
    mapped = {"repositories": {"Default Backup Repository": "Scale-out"}}
    result = drive("import", target, check=True, src=bundle, mappings=mapped)
    assert actions(result) == {"Nightly": "create"}


def test_the_lists_are_only_asked_for_when_a_reference_needs_them(target: Server, tmp_path: Path) -> None:
    imported(target, tmp_path, chain_of_four(), secrets=CHAIN_SECRETS)
    asked = [path for path in target.journal.counts if path.endswith(LISTS_OF_REPOSITORIES)]
    assert asked == []


def test_a_repository_that_no_export_shows_is_not_taken_for_one_of_ours(target: Server, tmp_path: Path) -> None:
    target.faults.add(do="status", status=200, path="scaleOutRepositories$", body=SCALE_OUT)
    estate = estate_of(
        LinuxLocalRepositories=[repository("Scale-out", TARGET_NAME)], jobs=[job("Nightly", repository("Gone", ""))]
    )
    result = drive("import", target, check=True, src=bundle_of(tmp_path / "bundle", estate))
    assert actions(result)["Scale-out"] == "create", "the server has to say that the name is taken"


def test_a_job_may_follow_one_of_a_sort_that_does_not_move(target: Server, tmp_path: Path) -> None:
    seed = read_seed(TARGET)
    seed["estate"]["jobs"] = {"otherJobs": [{"name": "Files", "type": "VSphereReplica"}]}
    target.seed(seed)
    result = imported(target, tmp_path, estate_of(jobs=[job("Nightly", after="files")]))
    assert result["created"] == {"jobs": ["Nightly"]}
