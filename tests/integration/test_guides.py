# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides tell people to type works as it stands, in the order in which it stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from simulator.testing import Pair, estate, serving_pair
from support.playbooks import RECAP
from support.stand_in import StandIn
from tooling import guides, tree


def follow(pair: Pair, place: Path, *names: str) -> list[int]:
    """Do what the guides say, one after the other, in an empty directory; how many tasks changed in each play."""
    script = place / "guide.sh"
    script.write_text("".join(guides.script(name) for name in names), encoding="utf-8")
    surroundings = {**os.environ, **tree.environment(), **pair.environment, "PWD": str(place)}
    stand_in = StandIn(place.with_name(f"{place.name}_programs"), surroundings)
    folders = (str(stand_in.folder), str(Path(sys.executable).parent), os.environ["PATH"])
    surroundings["PATH"] = os.pathsep.join(folders)
    done = subprocess.run(
        ("bash", "-eux", str(script)),
        cwd=place,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return [int(found["changed"]) for found in RECAP.finditer(done.stdout)]


def test_ten_minutes_on_the_simulator_and_the_cutover_after_it(tmp_path: Path) -> None:
    with serving_pair(clock="polls") as pair:
        before = estate(pair.source)["jobs"]
        exported, planned, migrated, again, *handed_over = follow(pair, tmp_path, "guide_simulator", "guide_cutover")
        assert min(exported, planned, migrated) > 0
        assert again == 0
        # There and back, and without a trace, each of them shown first.
        assert handed_over == [1, 1, 1, 1, 1, 1]
        assert estate(pair.source)["jobs"] == before
        assert estate(pair.target)["jobs"] == []


def test_an_estate_as_code(tmp_path: Path) -> None:
    with serving_pair() as pair:
        read, unchanged, shown, changed, again = follow(pair, tmp_path, "guide_estate")
        assert read > 0
        assert unchanged == again == 0
        assert shown == changed == 1
