# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control plane: every instance controlled over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.demo import read_seed
from simulator.testing import Pair, estate, serving_pair
from support.vbr_caller import VbrCaller


class Control:
    """Calls the control plane of a serving pair."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    def __call__(self, method: str, path: str, payload: Any = None) -> requests.Response:
        return requests.request(
            method, f"{self._pair.control_url}/{path}", json=payload, verify=self._pair.ca_path, timeout=5
        )


@pytest.fixture(scope="module")
def serving() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


@pytest.fixture
def control(serving: Pair) -> Iterator[Control]:
    yield Control(serving)
    for server in serving.servers:
        server.reset()


def test_lists_the_instances(control: Control) -> None:
    assert control("GET", "").json() == {"instances": ["vbr_source", "vbr_target"]}


def test_snapshot_reset_and_restore(control: Control, serving: Pair) -> None:
    empty = estate(serving.target)
    caller = VbrCaller(serving.target, "1.2-rev1")
    caller.import_("encryptionPasswords", {"encryptionPasswords": [{"password": "Lo9&ng#", "hint": "h"}]})
    full, rows = control("GET", "vbr_target/snapshot").json(), estate(serving.target)
    assert control("POST", "vbr_target/reset").status_code == 200
    assert estate(serving.target) == empty
    assert caller("GET", "/jobs").status_code == 401, "nobody is signed in after a reset"
    assert control("PUT", "vbr_target/snapshot", full).status_code == 200
    assert estate(serving.target) == rows


def test_seed(control: Control, serving: Pair) -> None:
    seed = read_seed("vbr_source")
    seed["estate"]["jobs"] = {"jobs": []}
    original = read_seed("vbr_source")
    assert control("POST", "vbr_source/seed", seed).status_code == 200
    assert VbrCaller(serving.source, "1.2-rev1").get("/jobs")["data"] == []
    serving.source.seed(original)


def test_switches(control: Control, serving: Pair) -> None:
    assert control("PATCH", "vbr_target/switches", {"nulls": "omit"}).json()["nulls"] == "omit"
    assert control("GET", "switches").json()["vbr_source"]["nulls"] == "emit"
    assert control("PATCH", "switches", {"nulls": "emit"}).json()["vbr_target"]["nulls"] == "emit"
    for payload in ({"nulls": "maybe"}, {"unknown": 1}, {"expires_in": "long"}):
        answer = control("PATCH", "vbr_target/switches", payload)
        assert answer.status_code == 400
        assert next(iter(payload)) in answer.json()["error"]


def test_clock(control: Control) -> None:
    assert control("PATCH", "vbr_target/clock", {"mode": "polls", "polls": 3}).json()["polls"] == 3
    assert control("PATCH", "vbr_target/clock", {"mode": "sundial"}).status_code == 400
    assert control("PATCH", "clock", {"mode": "instant"}).json()["vbr_target"]["mode"] == "instant"


def test_faults(control: Control, serving: Pair) -> None:
    rules = [{"do": "status", "status": 503, "path": "/jobs"}, {"do": "drop_before", "path": "/nothing"}]
    assert len(control("POST", "vbr_source/faults", rules).json()) == 2
    assert VbrCaller(serving.source, "1.2-rev1")("GET", "/jobs").status_code == 503
    assert [rule["fired"] for rule in control("GET", "vbr_source/faults").json()] == [1, 0]
    assert control("DELETE", "faults").json() == {"vbr_source": [], "vbr_target": []}
    assert control("POST", "vbr_source/faults", {"do": "explode"}).status_code == 400


def test_readonly_and_latency(control: Control, serving: Pair) -> None:
    assert control("PUT", "readonly", {"readonly": True}).json()["vbr_target"] == {"readonly": True}
    assert VbrCaller(serving.target, "1.2-rev1")("POST", "/automation/jobs/import", json={}).status_code == 599
    assert control("GET", "vbr_target/readonly").json() == {"readonly": True}
    assert control("PUT", "vbr_target/latency", {"latency": 0.001}).json() == {"latency": 0.001}


def test_journal(control: Control, serving: Pair) -> None:
    VbrCaller(serving.source, "1.2-rev1")("GET", "/jobs")
    journal = control("GET", "vbr_source/journal").json()
    assert journal["counts"]["GET /api/v1/jobs"] == 1
    assert serving.source.password not in str(journal)
    control("DELETE", "vbr_source/journal")
    assert control("GET", "journal?instance=vbr_source").json() == {"entries": [], "counts": {}}


def test_secret(control: Control) -> None:
    password = read_seed("vbr_source")["estate"]["credentials"]["credentials"][0]["password"]
    question = {"kind": "credentials", "name": "username01", "field": "password", "value": password}
    assert control("POST", "vbr_source/secret", question).json() == {"equal": True}
    assert control("POST", "vbr_source/secret", question | {"value": "x"}).json() == {"equal": False}
    assert control("POST", "vbr_target/secret", question).status_code == 400


def test_mistakes_are_reported(control: Control) -> None:
    assert "vbr_source" in control("GET", "nobody/snapshot").json()["error"]
    assert control("GET", "vbr_source/nothing").status_code == 404
    assert control("POST", "vbr_source/snapshot").status_code == 405
    assert control("PUT", "vbr_source/readonly", {}).status_code == 400
