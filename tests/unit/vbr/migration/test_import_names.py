# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects under other names on the target: renamed, mapped to what it has, moved to other directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.testing import Pair, Server
from support.estates import (
    CHAIN_SECRETS,
    TARGET_NAME,
    account,
    actions,
    bundle_of,
    chain_of_four,
    estate_of,
    exported,
    job,
    linux_host,
    proxy,
    repository,
    secrets_of,
    writes,
)
from support.imports import imported, only, planned
from support.tasks import drive


def test_renamed_objects_are_created_under_their_new_name_and_whatever_refers_to_them_follows(
    target: Server, tmp_path: Path
) -> None:
    estate = chain_of_four()
    estate["proxies"] = {"proxies": [proxy("linux01.tech.local")]}
    estate["jobs"]["jobs"].append(job("Weekly", after="Nightly"))
    names = {
        "hosts": {"LINUX01.tech.local": "linux99.example.org"},
        "repositories": {"Store": "Vault"},
        "jobs": {"nightly": "Every night"},
    }

    result = imported(target, tmp_path, estate, secrets=CHAIN_SECRETS, rename=names)

    assert result["created"] == {
        "credentials": ["service-account"],
        "managedServers": ["linux99.example.org"],
        "repositories": ["Vault"],
        "proxies": ["linux99.example.org"],
        "jobs": ["Every night", "Weekly"],
    }
    assert only(target, "repositories", "Vault")["hostName"] == "linux99.example.org"
    assert only(target, "jobs", "Every night")["storage"]["backupRepository"]["name"] == "Vault"
    assert only(target, "jobs", "Weekly")["schedule"]["afterThisJob"]["jobName"] == "Every night"
    again = drive("import", target, src=str(tmp_path / "bundle"), secrets=CHAIN_SECRETS, rename=names)
    assert (again["changed"], set(actions(again).values())) == (False, {"keep"})


def test_mapped_objects_are_not_moved_and_the_targets_own_are_used(target: Server, tmp_path: Path) -> None:
    theirs = estate_of(
        credentials=[account("their-account", "tech\\theirs")],
        linuxHosts=[linux_host("theirs.tech.local", account("their-account", "tech\\theirs"))],
        LinuxLocalRepositories=[repository("Theirs", "theirs.tech.local", unique="THEIRS")],
    )
    imported(target, tmp_path, theirs, secrets={"credentials": {"their-account": {"password": "Mf2&theirs+Gk6="}}})
    ours = chain_of_four()
    ours["managedServers"]["linuxHosts"].append(linux_host("linux02.tech.local", account("service-account")))
    ours["repositories"]["LinuxLocalRepositories"].append(repository("Second", "linux01.tech.local"))

    result = drive(
        "import",
        target,
        src=bundle_of(tmp_path / "ours", ours),
        mappings={
            "credentials": {"SERVICE-account": "their-account"},
            "hosts": {"linux01.tech.local": "theirs.tech.local"},
            "repositories": {"Store": "Theirs"},
        },
    )

    assert not result.get("failed"), result["msg"]
    assert {key: action for key, action in actions(result).items() if action == "skip"} == dict.fromkeys(
        ["service-account", "linux01.tech.local", "Store"], "skip"
    )
    assert planned(result, "service-account")["reason"] == "replaced by their-account"
    assert only(target, "managedServers", "linux02.tech.local")["credentials"] == {
        "credentialsName": "tech\\theirs",
        "credentialsTag": "their-account",
    }
    assert only(target, "repositories", "Second")["hostName"] == "theirs.tech.local"
    assert only(target, "jobs", "Nightly")["storage"]["backupRepository"] == {"name": "Theirs", "uniqueId": None}


def test_what_is_mapped_to_must_be_there(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    wrong = {"hosts": {"linux01.tech.local": "nowhere.tech.local"}}
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, mappings=wrong)
    assert result["failed"] and "'nowhere.tech.local' is neither on the target" in result["msg"]
    assert writes(target) == []


@pytest.mark.parametrize(
    ("path", "moved"),
    [
        ("/backups", "/mnt/new"),
        ("/backups/daily", "/mnt/new/daily"),
        ("/backups2", "/backups2"),
        ("/old/backups", "/old/backups"),
        ("/Backups", "/Backups"),
        ("/backups/archive/2020", "/cold/2020"),
        ("D:\\Backups", "E:\\Store\\Backups"),
        ("d:\\backups\\x", "E:\\Store\\backups\\x"),
        ("D:\\", "E:\\Store\\"),
        ("\\\\srv\\d:\\", "\\\\srv\\d:\\"),
        ("", ""),
    ],
)
def test_paths_are_replaced_by_their_beginning_and_only_whole_directories(
    target: Server, tmp_path: Path, path: str, moved: str
) -> None:
    paths = {"/backups": "/mnt/new", "/backups/archive": "/cold", "D:\\": "E:\\Store\\"}
    estate = estate_of(LinuxLocalRepositories=[repository("Store", TARGET_NAME, path)])
    imported(target, tmp_path, estate, mappings={"paths": paths})
    assert only(target, "repositories", "Store")["repository"]["path"] == moved


def test_the_whole_seed_moves_with_other_names(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    result = drive(
        "import",
        pair.target,
        src=bundle,
        secrets=secrets_of(bundle),
        rename={"jobs": {"Backup Job 2": "Migrated job"}, "repositories": {"Main Big Repository": "Main"}},
        mappings={"paths": {"D:\\Backups": "E:\\Backups"}},
    )
    assert not result.get("failed"), result["msg"]
    assert only(pair.target, "jobs", "Migrated job")["storage"]["backupRepository"]["name"] == "Main"
    assert only(pair.target, "repositories", "Main")["repository"]["path"] == "E:\\Backups"


@pytest.mark.parametrize("claimed", ["../../elsewhere", "/etc/x", "..", "a\0b\n\x1b", "x" * 5000])
def test_what_a_server_calls_itself_leads_to_no_other_directory(target: Server, tmp_path: Path, claimed: str) -> None:
    document = target.snapshot()
    document["identity"]["vbrId"] = claimed
    target.restore(document)
    place = tmp_path / "one" / "two"
    place.mkdir(parents=True)
    imported(target, place, chain_of_four(), secrets=CHAIN_SECRETS)
    (journal,) = tmp_path.rglob("journal-*")
    assert journal.parent == place / "bundle"
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {place / "bundle"}
    again = drive("import", target, src=str(place / "bundle"), secrets=CHAIN_SECRETS)
    assert again["changed"] is False
