# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the integration tests share: one tarball, built from the checkout, and one installation of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as _wire
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client as vbr
from support.clock import SwiftClock
from tooling import tree

# The files that take longest begin first: one that begins last keeps one process busy while the others have ended.
LONGEST = (
    *(
        "waiting_faults",
        "cutover_faults",
        "whole_matrix",
        "faults",
        "plan_apply_faults",
        "server_text",
        "guides",
        "awx",
    ),
    *("cutover", "plan_and_apply", "drift", "moves", "secrets", "steps", "examples", "headquarters", "whole_faults"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files go to the processes in this order (`--no-loadscope-reorder`); the tests of a file keep theirs."""
    rank = {f"test_{name}": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


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


@pytest.fixture(scope="module")
def no_waiting() -> Iterator[None]:
    """Nobody waits for a session, or between attempts to connect."""
    with pytest.MonkeyPatch.context() as patch:
        clock = SwiftClock()
        patch.setattr(vbr, "Clock", lambda: clock)
        patch.setattr(_wire, "BACKOFF_SECONDS", 0)
        yield


@pytest.fixture(params=(4, 1), ids=lambda number: f"parallel {number}")
def parallel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many requests of a conversation are under way at a time, unless a task says otherwise.

    Side by side, the request with a number is another one each time: what has to come of it is the same.
    """
    monkeypatch.setenv("VBR_PARALLEL", str(request.param))
    return int(request.param)
