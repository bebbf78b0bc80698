# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_summary: a migration in a few lines, from real results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import FilterModule, migration_summary
from ansible_collections.backupfleet.rest.plugins.filter.verification import verification
from driving import drive
from estates import CHAIN_SECRETS, bundle_of, chain_of_four, exported, secrets_of
from simulator.testing import simulated_pair


def columns(line: str) -> list[str]:
    return line.split()


def test_a_whole_migration(tmp_path: Path) -> None:
    with simulated_pair() as pair:
        bundle = exported(pair, tmp_path / "bundle")
        options: dict[str, Any] = {"src": bundle, "secrets": secrets_of(bundle)}
        result = drive("import", pair.target, **options)
        verified = verification(drive("import", pair.target, check=True, **options))

    lines = migration_summary(result, verified, "/tmp/report.json")

    assert [columns(line)[:4] for line in lines[:8]] == [
        ["kind", "created", "kept", "blocked"],
        ["credentials", "4", "0", "0"],
        ["cloudcredentials", "4", "0", "0"],
        ["encryptionPasswords", "2", "0", "0"],
        ["managedServers", "3", "0", "0"],
        ["repositories", "4", "0", "0"],
        ["proxies", "1", "1", "0"],
        ["jobs", "1", "0", "0"],
    ]
    assert lines[8].startswith("warning: repositories: Main Big Repository: it stands on the source server")
    assert lines[9:] == ["verified: 20 objects, all as they should be", "report: /tmp/report.json"]


def test_the_dry_run_of_one(tmp_path: Path) -> None:
    with simulated_pair() as pair:
        bundle = bundle_of(tmp_path / "bundle", chain_of_four())
        result = drive("import", pair.target, check=True, src=bundle, secrets=CHAIN_SECRETS)
    lines = migration_summary(result)
    assert [columns(line) for line in lines[1:]] == [
        [kind, "0", "0", "0", "0", "0"] for kind in ("credentials", "managedServers", "repositories", "jobs")
    ]


def test_a_refused_and_a_half_done_import_are_told_too(tmp_path: Path) -> None:
    with simulated_pair() as pair:
        bundle = bundle_of(tmp_path / "bundle", chain_of_four())
        refused = drive("import", pair.target, src=bundle)
        skipped = drive("import", pair.target, src=bundle, on_missing_secret="skip")
        pair.target.faults.add(do="status", status=400, path="managedServers/import$")
        broken = drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)
    assert "error: credentials: service-account: its secret is missing" in migration_summary(refused)[-1]
    assert [columns(line)[3] for line in migration_summary(skipped)[1:]] == ["1"] * 4
    assert [columns(line)[4] for line in migration_summary(broken)[1:5]] == ["0", "1", "1", "1"]


def test_what_is_missing_and_what_differs_is_named() -> None:
    verified = {
        "ok": False,
        "compared": 3,
        "missing": [{"kind": "jobs", "key": "Nightly", "reason": ""}],
        "drift": [{"kind": "jobs", "key": "Weekly", "diff": [{"field": "a.b"}, {"field": "c"}]}],
    }
    assert migration_summary({"counts": {}}, verified)[1:] == [
        "verified: 1 missing, 1 differ, of 3",
        "missing: jobs Nightly",
        "differs: jobs Weekly: a.b, c",
    ]


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"migration_summary": migration_summary}
