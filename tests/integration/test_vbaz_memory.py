# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting twenty thousand sessions takes no more memory than a thousand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.testing import Server, serving
from support.memory import peak_of
from support.vbaz import seeded

pytestmark = pytest.mark.of_servers

FEW, MANY = 1_000, 20_000
# In KiB. An export that kept even the bytes of a CSV would take more than 3,000; buffers grow by 300 with use.
LITTLE = 2_000


@pytest.fixture(name="server", scope="module")
def appliance_behind_a_socket() -> Iterator[Server]:
    with serving("vbaz") as server:
        yield server


@pytest.mark.parametrize("form", ["csv", "json"])
def test_many_sessions_take_no_more_memory_than_few(server: Server, tmp_path: Path, form: str) -> None:
    path = tmp_path / "evidence"
    peaks = {}
    for count in (FEW, MANY):
        seeded(server, count=count)
        peaks[count], result = peak_of("vbaz_session_export", server, dest=str(path), format=form)
        assert not result.get("failed"), result["msg"]
        assert result["changed"] and held(path, form) == count
    assert peaks[MANY] < peaks[FEW] + LITTLE, peaks


def held(path: Path, form: str) -> int:
    """How many sessions the file has."""
    if form == "csv":
        # The simulator's own layout has two lines before the sessions.
        return path.read_bytes().count(b"\r\n") - 2
    return len({row["id"] for row in json.loads(path.read_bytes())["results"]})
