# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole mixed server as a user moves it: migrate, cutover, rollback, with the secrets of the skeleton filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.seeds import headquarters
from simulator.testing import Pair, estate, serving_pair
from support.playbooks import inventory, play
from support.report_pages import reported
from tooling import guides

# Settings that the target has otherwise, and keeps.
KEPT = ["storageLatency", "configurationBackup"]
# What only one server can own.
CLOUD = {"Cloud capacity", "Cloud files", "Cloud objects"}
# The preflight proves them on the source; the guide says them to whoever tries this server.
[SHOWN] = [
    block.code
    for block in guides.blocks(guides.GUIDES / "guide_simulator.rst")
    if block.language == "yaml" and not block.caption
]
PASSWORDS = yaml.safe_load(SHOWN)["vbr_secrets"]["encryptionPasswords"]


def filled(skeleton: Path) -> dict[str, Any]:
    """The variable of a skeleton with something long in each of its empty places."""
    kinds = yaml.safe_load(skeleton.read_text(encoding="utf-8"))["vbr_secrets"]
    return {
        kind: {key: {name: f"S3cr3t&{name}%=#{len(key)}" for name in fields} for key, fields in by_key.items()}
        for kind, by_key in kinds.items()
    }


def staged_as_it_should_be(report: dict[str, Any], text: str) -> None:
    by_hand = {(row["kind"], row["key"]) for row in report["objects"] if row["outcome"] == "by_hand"}
    assert ("wanAccelerators", "hq-wan") in by_hand and ("jobs", "LegacyBackupCopy of Orion") in by_hand
    assert {row["transport"] for row in report["objects"]} >= {"automation", "rest", "mapped", "by hand"}
    assert "WAN accelerators" in text and "No call moves these" in text
    left = {row["key"] for row in report["verification"]["by_hand"]}
    # Computers that a person has to see to, single-use accounts, and a role that this revision does not create.
    assert (
        left == {"Kiosk policy", "Lab agents", "Bench policy", "Rack policy", "ORION\\night"}
        and not report["verification"]["missing"]
    )


def goes_on_with_the_migration(place: Path, created: int) -> None:
    """After a rollback that removed all: neither the drift nor what was verified before is gone on with."""
    report, _page = reported(place)
    assert report["totals"]["removed"] == created and not report["totals"]["created"]
    assert report["verification"] is None and "backupfleet.rest.plan " in report["command"]
    assert {row["key"] for row in report["one_owner"]} == CLOUD


def changed(playbook: str, hosts: Path, place: Path, *words: str) -> int:
    played = play(playbook, "-i", hosts, *words, cwd=place)
    assert played.code == 0, played.output
    return played.recap["demo"]["changed"]


@pytest.fixture
def pair() -> Any:
    with serving_pair(
        source_build="13.0.1.180", target_build="13.0.1.180", source_seed=headquarters.document()
    ) as served:
        yield served


def test_there_and_back(pair: Pair, tmp_path: Path) -> None:
    place = tmp_path / "vbr_migrations" / "demo"
    hosts = inventory(tmp_path, {"demo": pair})
    assert changed("export", hosts, tmp_path) > 0
    secrets = filled(place / "secrets_needed.yml")
    assert {"credentials", "kmsServers", "entraTenants"} <= set(secrets)
    secrets["encryptionPasswords"] = PASSWORDS
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    before = estate(pair.target)

    assert changed("migrate", hosts, tmp_path) > 0
    report, page = reported(place)
    totals, staged = report["totals"], report["totals"]["created"]
    assert totals["created"] > 100 and totals["waiting"] > 10 and not totals["failed"]
    staged_as_it_should_be(report, page.text)

    assert changed("cutover", hosts, tmp_path) > 0
    report, _page = reported(place)
    assert report["standing"]["counts"]["cut over"] > 40
    # The table is of the whole migration, but for what stays with jobs that are left out.
    created, stays = report["totals"]["created"], report["totals"]["waiting"]
    assert created == staged + totals["waiting"] - stays and stays < 3
    assert {row["key"] for row in report["one_owner"] if row["owned"]} == CLOUD
    assert changed("drift", hosts, tmp_path) == 0
    verified = reported(place)[0]["verification"]
    assert verified["ok"] and [row["kind"] for row in verified["settings"]] == KEPT
    assert changed("rollback", hosts, tmp_path, "-e", "vbr_rollback_remove=true") > 0
    assert estate(pair.target) == before
    goes_on_with_the_migration(place, created)
