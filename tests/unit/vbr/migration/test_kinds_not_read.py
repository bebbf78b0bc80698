# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kind that a server does not show, to this account or at all, is reported and stops no migration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.seeds import headquarters
from simulator.testing import Pair, simulated_pair
from support.tasks import drive, secrets_for

USERS, RULES = "/security/users$", "/trafficRules$"


@pytest.fixture(name="pair")
def two_servers() -> Iterator[Pair]:
    build = "13.0.1.180"
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as pair:
        yield pair


@pytest.mark.parametrize("status", [403, 404, 500])
def test_of_the_source(pair: Pair, tmp_path: Path, status: int) -> None:
    pair.source.faults.add(do="status", status=status, method="GET", path=USERS, times=0)
    done = drive("whole_export", pair.source, dest=str(tmp_path / "bundle"))
    assert not done.get("failed") and not done["counts"].get("users")
    assert [one["kind"] for one in done["findings"] if one["code"] == "kind-not-read"] == ["users"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_of_the_target(pair: Pair, tmp_path: Path, status: int) -> None:
    """What it is not known to have already is not created, and all else is."""
    bundle = tmp_path / "bundle"
    drive("whole_export", pair.source, dest=str(bundle))
    secrets = secrets_for(json.loads((bundle / "manifest.json").read_text(encoding="utf-8")))
    for path in (USERS, RULES):
        pair.target.faults.add(do="status", status=status, method="GET", path=path, times=0)
    done = drive("whole_import", pair.target, src=str(bundle), secrets=secrets)
    assert not done.get("failed"), done["msg"]
    assert "users" not in done["created"] and len(done["created"]["jobs"]) > 20
    left = {row["kind"]: row for row in done["plan"] if row["kind"] in ("users", "trafficRules")}
    assert {row["action"] for row in left.values()} == {"blocked"}
    assert all("the target does not show what it has of this kind" in row["reason"] for row in left.values())
