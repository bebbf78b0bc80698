# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_summary: a migration in a few lines, from real results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import (
    FilterModule,
    migration_summary,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.reports import move, report, run
from support.tasks import drive

# As wide as Ansible prints a line before it folds it.
WIDTH = 74


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


def columns(line: str) -> list[str]:
    return line.split()


def test_a_whole_migration(pair: Pair, tmp_path: Path) -> None:
    lines = migration_summary(report(move(pair, tmp_path)), "/tmp/report.html")
    assert lines[:2] == [
        "demo: srv04.tech.local (srv04.tech.local:9419) -> "
        "backupserver02.tech.local (backupserver02.tech.local:9419): moved",
        "revision: source 1.2-rev1, target 1.2-rev1",
    ]
    # What there is none of has no column.
    assert [columns(line) for line in lines[2:11]] == [
        ["kind", "created", "kept"],
        ["credentials", "4", "0"],
        ["cloudcredentials", "4", "0"],
        ["encryptionPasswords", "2", "0"],
        ["managedServers", "3", "0"],
        ["repositories", "4", "0"],
        ["proxies", "1", "1"],
        ["jobs", "1", "0"],
        ["all", "19", "1"],
    ]
    assert len({len(line) for line in lines[2:11]}) == 1 and len(lines[2]) <= WIDTH
    assert lines[11] == "went: 19 by the automation section"
    assert lines[12].startswith("warning: repositories 'Main Big Repository': it stands on the source server")
    assert lines[13].startswith("info: jobs: 1 job(s) have a chain on the source, and the first run on the target is")
    assert lines[14:] == [
        "verified: 20 objects, all as they should be",
        "seconds: export 2.5, import 60.0, verify 1.2",
        "report: /tmp/report.html",
        'next: The jobs are asleep. Read the guide "Before you cut over", and hand them over.',
        "  ansible-playbook backupfleet.rest.cutover --limit demo",
    ]


def test_the_dry_run_of_one(pair: Pair, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    result = drive("import", pair.target, check=True, src=bundle, secrets=CHAIN_SECRETS)
    lines = migration_summary(report(run(pair, True, import_=result)))
    assert lines[0].endswith(": planned")
    assert [columns(line) for line in lines[3:7]] == [
        [kind, "0", "1"] for kind in ("credentials", "managedServers", "repositories", "jobs")
    ]


def test_a_refused_import_is_reported_with_its_reasons(pair: Pair, tmp_path: Path) -> None:
    refused = drive("import", pair.target, src=bundle_of(tmp_path / "bundle", chain_of_four()))
    lines = migration_summary(report(run(pair, failure={"task": "Import", "result": refused}, import_=refused)))
    at = lines.index("failed at: Import")
    assert lines[at + 1].startswith(
        "  Nothing was written. credentials 'service-account': its secret is missing (password)"
    )
    assert not [line for line in lines if line.startswith(("blocked", "error"))], "it has been said"


def test_what_is_left_out_for_want_of_a_secret_is_reported(pair: Pair, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    skipped = drive("import", pair.target, src=bundle, on_missing_secret="skip")
    lines = migration_summary(report(run(pair, import_=skipped)))
    assert "blocked: credentials 'tech\\service': its secret is missing (password)" in lines
    assert [line for line in lines if line.endswith(": something that they need is blocked")] == [
        "blocked: managedServers 'linux01.tech.local'; repositories 'Store'; jobs 'Nightly': "
        "something that they need is blocked"
    ]


def test_a_half_done_import_is_reported_with_its_reasons(pair: Pair, tmp_path: Path) -> None:
    pair.target.faults.add(do="status", status=400, path="managedServers/import$")
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    lines = migration_summary(
        report(run(pair, import_=drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)))
    )
    assert columns(lines[2]) == ["kind", "created", "failed"]
    assert [columns(line)[2] for line in lines[3:7]] == ["0", "1", "1", "1"]
    assert any(line.startswith("failed: repositories 'Store'; jobs 'Nightly': not sent: something") for line in lines)


def test_a_session_that_ended_badly_is_named(pair: Pair) -> None:
    session = {"kind": "jobs", "id": "1", "result": "Failed", "message": "no licence", "log": []}
    lines = migration_summary(report(run(pair, import_={"plan": [], "sessions": [session]})))
    assert "session: jobs: Failed: no licence" in lines


def test_what_is_missing_and_what_differs_is_named(pair: Pair) -> None:
    verified: dict[str, Any] = {
        "ok": False,
        "compared": 3,
        "missing": [{"kind": "jobs", "key": "Nightly", "reason": ""}],
        "drift": [
            {"kind": "jobs", "key": "Weekly", "reason": "", "diff": [{"field": "a.b", "before": "x" * 90, "after": 7}]}
        ],
    }
    assert migration_summary(report(run(pair, verify=verified)))[1:4] == [
        "verified: 1 missing, 1 differ, of 3: 1 critical, 1 warning",
        "missing: jobs 'Nightly'",
        f"differs: jobs 'Weekly': a.b: '{'x' * 59}… instead of 7",
    ]


def test_a_job_that_runs_on_the_target_is_named(pair: Pair, tmp_path: Path) -> None:
    given = {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "secrets": CHAIN_SECRETS}
    drive("import", pair.target, **given, staged=False, journal=str(tmp_path / "other.json"))
    found = verification(drive("import", pair.target, check=True, **given))
    lines = migration_summary(report(run(pair, verify=found)))
    assert "verified: 0 missing, 0 differ, 1 awake, of 4" in lines
    assert [line for line in lines if line.startswith("awake: jobs 'Nightly': the target has it already, enabled")]
    (last,) = [line for line in lines if line.startswith("next: ")]
    assert last.startswith("next: Not all jobs are asleep, and the target may run them by itself.")
    assert last.endswith("'Nightly'.")


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"migration_summary": migration_summary}
