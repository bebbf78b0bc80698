# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: each of them through both gates, and exactly as often as the rule says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from simulator.core.faults import Faults
from simulator.testing import Pair, estate, serving_pair, simulated_pair
from support.vbr_caller import VbrCaller

JOBS = "/api/v1/jobs"


@pytest.fixture(params=[simulated_pair, serving_pair], ids=["adapter", "sockets"])
def server(request: pytest.FixtureRequest) -> Iterator[VbrCaller]:
    make: Callable[[], object] = request.param
    with make() as pair:  # type: ignore[attr-defined]
        yield VbrCaller(pair.source, "1.2-rev1")


def job_path(caller: VbrCaller) -> str:
    return f"/jobs/{caller.get('/jobs')['data'][0]['id']}"


def test_dropped_before_the_effect(server: VbrCaller) -> None:
    path, before = job_path(server), estate(server.server)
    server.server.faults.add(do="drop_before", path="/disable$")
    with pytest.raises(requests.ConnectionError):
        server("POST", f"{path}/disable")
    assert estate(server.server) == before
    assert server("POST", f"{path}/disable").status_code == 200


def test_dropped_after_the_effect(server: VbrCaller) -> None:
    path, before = job_path(server), estate(server.server)
    server.server.faults.add(do="drop_after", path="/disable$")
    with pytest.raises(requests.ConnectionError):
        server("POST", f"{path}/disable")
    assert estate(server.server) != before


def test_a_status_after_the_effect(server: VbrCaller) -> None:
    path, before = job_path(server), estate(server.server)
    server.server.faults.add(do="status_after", status=503, path="/disable$")
    assert server("POST", f"{path}/disable").status_code == 503
    assert estate(server.server) != before


def test_truncated_body(server: VbrCaller) -> None:
    server.server.faults.add(do="truncate", path=f"^{JOBS}$")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        server("GET", "/jobs")
    assert server("GET", "/jobs").status_code == 200


def test_truncated_body_of_a_stream(server: VbrCaller) -> None:
    server.server.faults.add(do="truncate", path=f"^{JOBS}$")
    response = server("GET", "/jobs", stream=True)
    assert response.status_code == 200
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(response.iter_content(1024))
    response.close()


def test_status_in_the_words_of_the_service(server: VbrCaller) -> None:
    server.server.faults.add(do="status", status=503, path=JOBS, headers={"Retry-After": "7"}, times=2)
    for _unused in range(2):
        answer = server("GET", "/jobs")
        assert (answer.status_code, answer.json()["errorCode"]) == (503, "ServiceUnavailable")
        assert answer.headers["Retry-After"] == "7"
    assert server("GET", "/jobs").status_code == 200


def test_status_of_a_proxy_in_between(server: VbrCaller) -> None:
    server.server.faults.add(do="status", status=502, body="<html>Bad gateway</html>")
    answer = server("GET", "/jobs")
    assert (answer.status_code, answer.text) == (502, "<html>Bad gateway</html>")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_expired_token(server: VbrCaller) -> None:
    server.server.faults.add(do="expire_token", path=JOBS)
    assert server("GET", "/jobs").status_code == 401
    refreshed = server.token(grant_type="refresh_token", refresh_token=server.tokens["refresh_token"])
    assert refreshed.status_code == 200


def test_stuck_session(server: VbrCaller) -> None:
    server.server.faults.add(do="stick_session", path="/import$")
    body = {"credentials": []}
    stuck = server("POST", "/automation/credentials/import", json=body).json()["id"]
    server.server.clock.mode = "polls"
    states = {server.get(f"/automation/sessions/{stuck}")["state"] for _unused in range(9)}
    assert "Stopped" not in states
    assert server.import_("credentials", body)["state"] == "Stopped"
    server("POST", f"/automation/sessions/{stuck}/stop")
    assert server.get(f"/automation/sessions/{stuck}")["state"] == "Stopped"


def test_delay_holds_up_only_its_request(server: VbrCaller) -> None:
    server.server.faults.add(do="delay", seconds=0.2, path=JOBS)
    started = time.monotonic()
    server("GET", "/credentials")
    assert time.monotonic() - started < 0.15
    server("GET", "/jobs")
    assert time.monotonic() - started > 0.2


def test_rules_skip_and_count(pair: Pair, source: VbrCaller) -> None:
    rule = pair.source.faults.add(do="status", status=500, method="get", path=JOBS, skip=1, times=2)
    assert [source("GET", "/jobs").status_code for _unused in range(5)] == [200, 500, 500, 200, 200]
    assert (rule.seen, rule.fired) == (5, 2)
    pair.source.faults.clear()
    pair.source.faults.add(do="status", times=0)
    assert {source("GET", "/jobs").status_code for _unused in range(5)} == {500}


def test_rules_for_others_do_not_apply(pair: Pair, source: VbrCaller) -> None:
    for other in ({"instance": "vbr_target"}, {"service": "em"}, {"method": "POST"}, {"path": "/nothing"}):
        pair.source.faults.add(do="drop_before", **other)
    assert source("GET", "/jobs").status_code == 200


def test_chance_is_seeded(pair: Pair, source: VbrCaller) -> None:
    def series() -> list[int]:
        pair.source.faults.clear(seed=7)
        pair.source.faults.add(do="status", chance=0.5, times=0)
        return [source("GET", "/jobs").status_code for _unused in range(20)]

    first = series()
    assert set(first) == {200, 500}
    assert series() == first


def test_a_wrong_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="explode"):
        Faults().add(do="explode")
    with pytest.raises(TypeError):
        Faults().add(do="drop_before", where="x")
