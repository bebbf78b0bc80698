# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where playbooks keep what they make: beside the caller, or where the inventory or the command line says."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.testing import serving_pair
from support.playbooks import inventory, play


@pytest.mark.parametrize("said", ["nowhere", "in the inventory", "on the command line"])
def test_bundles_lie_where_the_user_says(tmp_path: Path, said: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    with serving_pair() as pair:
        variables = {"vbr_migration_root": str(elsewhere)} if said == "in the inventory" else {}
        words = ["-e", f"vbr_migration_root={elsewhere}"] if said == "on the command line" else []
        played = play("export", "-i", inventory(tmp_path, {"demo": pair}, **variables), *words, cwd=tmp_path)
    assert played.code == 0, played.output
    root = tmp_path / "vbr_migrations" if said == "nowhere" else elsewhere
    assert (root / "demo" / "bundle" / "manifest.json").exists()
