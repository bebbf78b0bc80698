# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the integration tests share: which of them run in one process, one installation of the tarball, and one AWX."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.awx_place import Place, set_up
from tooling import tree

# Files whose tests share fixtures with those of another file; all others are a group each.
SHARING = {"test_awx_setup.py": "test_awx.py", "test_execution_environment.py": "test_install.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one worker of pytest-xdist (`--dist loadgroup`): they look at the same plays."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.xdist_group(SHARING.get(item.path.name, item.path.name)))


def galaxy(*words: str | Path, collections: Path) -> None:
    """Run `ansible-galaxy collection`, where only the collections of this folder are in sight."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", *map(str, words)],
        env={**os.environ, **tree.environment(collections)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(name="tarball", scope="session")
def built_from_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in the working tree itself, with .venv and caches in it: what must stay out is in galaxy.yml."""
    place = tmp_path_factory.mktemp("built")
    galaxy("build", tree.ROOT, "--output-path", place, collections=place)
    (tarball,) = place.iterdir()
    return tarball


@pytest.fixture(name="collections", scope="session")
def installed_elsewhere(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("installed")
    # The checkout must be out of sight, or it counts as the same version installed already.
    galaxy("install", tarball, "--collections-path", place, "--offline", collections=place)
    return place


@pytest.fixture(name="awx", scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """AWX for the tests of two files: what one test changes, it puts back."""
    with set_up(tmp_path_factory.mktemp("awx")) as place:
        assert place.played.code == 0, place.played.output
        yield place
