# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a whole server side by side is what is read of it one by one: to the byte, and to the finding."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client
from simulator.seeds import headquarters
from simulator.testing import Pair, simulated_pair
from support.tasks import connection, drive, run

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILDS = ("12.3.1.1139", "13.0.1.180")
CREATED = re.compile(r'"created": *"[^"]*"')


@pytest.fixture(scope="module", params=BUILDS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with simulated_pair(source_build=request.param, source_seed=headquarters.document()) as made:
        yield made


@pytest.fixture
def dice(pair: Pair) -> Iterator[random.Random]:
    """Answers that take their time, each another one, so that they come in any order."""
    dice = random.Random(7)
    pair.source.app.observers.append(lambda _exchange: time.sleep(dice.random() * 0.002))
    yield dice
    pair.source.app.observers.clear()
    pair.source.faults.clear()


def bundle(pair: Pair, place: Path, parallel: int) -> tuple[dict[str, str], dict[str, Any]]:
    """The files of a bundle without their time, and the result."""
    result = drive("whole_export", pair.source, parallel=parallel, dest=str(place))
    assert not result.get("failed"), result.get("msg")
    files = {each.name: CREATED.sub("", each.read_text(encoding="utf-8")) for each in sorted(place.iterdir())}
    return files, {name: value for name, value in result.items() if name not in ("dest", "diff")}


@pytest.mark.usefixtures("dice")
@pytest.mark.parametrize("page_rows", [200, 3])
def test_a_bundle_is_the_same_to_the_byte(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page_rows: int
) -> None:
    monkeypatch.setattr(client, "PAGE_ROWS", page_rows)
    alone, said_alone = bundle(pair, tmp_path / "alone", 1)
    pair.source.app.crowd.reset()
    beside, said_beside = bundle(pair, tmp_path / "beside", 4)
    assert list(beside) == list(alone)
    assert [name for name in alone if alone[name] != beside[name]] == []
    assert said_beside == said_alone
    assert 1 < pair.source.crowd.most <= 4


@pytest.mark.usefixtures("dice")
@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("path", ["/credentials$", "/cloudCredentials", "/securitySettings|/security/", "/permissions"])
def test_what_a_server_refuses_is_the_same_finding(pair: Pair, tmp_path: Path, status: int, path: str) -> None:
    pair.source.faults.add(do="status", status=status, method="GET", path=path, times=0)
    assert bundle(pair, tmp_path / "beside", 4) == bundle(pair, tmp_path / "alone", 1)


@pytest.mark.usefixtures("dice")
def test_a_preflight_says_the_same_in_the_same_order(pair: Pair) -> None:
    pair.source.faults.add(do="status", status=403, path="/jobs/states|/license", times=0)
    said = [
        run("preflight", {side: {**connection(server), "parallel": parallel} for side, server in sides(pair).items()})
        for parallel in (1, 4)
    ]
    assert said[0]["findings"]
    assert said[0] == said[1]


def sides(pair: Pair) -> dict[str, Any]:
    return {"source": pair.source, "target": pair.target}


def test_an_export_asks_nothing_twice_because_it_is_side_by_side(pair: Pair, tmp_path: Path) -> None:
    asked = []
    for parallel in (1, 4):
        pair.source.journal.clear()
        bundle(pair, tmp_path / str(parallel), parallel)
        asked.append(dict(pair.source.journal.counts))
    assert asked[0] == asked[1]
