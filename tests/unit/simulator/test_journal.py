# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journal and observers: what was asked, what was answered, and what a fault did to it."""

from __future__ import annotations

import pytest
import requests

from simulator.core.call import Exchange
from simulator.core.journal import KEPT_BODY_BYTES
from simulator.testing import Pair
from support.vbr_caller import VbrCaller


def test_counts_per_method_and_path(pair: Pair, source: VbrCaller) -> None:
    pair.source.journal.clear()
    for _unused in range(3):
        source("GET", "/jobs")
    source("POST", "/automation/jobs/export")
    assert pair.source.journal.counts == {"GET /api/v1/jobs": 3, "POST /api/v1/automation/jobs/export": 1}


def test_entries(pair: Pair, source: VbrCaller) -> None:
    entry = pair.source.journal.entries[0]
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/oauth2/token", 200)
    assert entry["body"]["password"] == entry["answer"]["access_token"] == "***"
    source("GET", "/jobs", params={"nameFilter": "x"})
    entry = pair.source.journal.entries[-1]
    assert (entry["query"], entry["headers"]["Authorization"]) == ({"nameFilter": ["x"]}, "***")


def test_big_bodies_are_only_counted(pair: Pair, source: VbrCaller) -> None:
    body = {"credentials": [], "more": "x" * KEPT_BODY_BYTES}
    source("POST", "/automation/credentials/import", json=body)
    assert str(pair.source.journal.entries[-1]["body"]).endswith(" bytes")


def test_observers_get_everything(pair: Pair, source: VbrCaller) -> None:
    seen: list[Exchange] = []
    pair.source.app.observers.append(seen.append)
    source.export("jobs", names=["*"])
    (exchange,) = seen
    assert (exchange.service, exchange.instance) == ("vbr", "vbr_source")
    assert exchange.rule == "/api/v1/automation/<kind>/export"
    assert (exchange.method, exchange.json, exchange.status) == ("POST", {"names": ["*"]}, 200)
    assert exchange.response_json["jobs"]
    assert exchange.faults == ()


def test_a_dropped_exchange_has_no_status(pair: Pair, source: VbrCaller) -> None:
    seen: list[Exchange] = []
    pair.source.app.observers.append(seen.append)
    pair.source.faults.add(do="drop_after", path="/jobs")
    with pytest.raises(requests.ConnectionError):
        source("GET", "/jobs")
    assert (seen[0].status, seen[0].faults) == (None, ("drop_after",))
    assert pair.source.journal.entries[-1]["faults"] == ["drop_after"]


def test_a_defect_is_an_error_of_the_server_without_its_message(
    pair: Pair, source: VbrCaller, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "Pa55&word"

    def break_down(*_unused: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(pair.source.service.estate, "rows", break_down)
    answer = source("GET", "/jobs")
    assert (answer.status_code, answer.json()["errorCode"]) == (500, "ServiceUnavailable")
    log = capfd.readouterr().err
    assert "RuntimeError" in log
    assert message not in log
