# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of one conversation side by side, over real sockets: one sign-in, a server that is busy, and the limits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core import transport
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import AuthFailed, InvalidInput, ServerFault
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from ansible_collections.backupfleet.rest.plugins.module_utils._core.polling import started
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from simulator.testing import Server, serving_pair
from support.http import TIME, VERSION, asked, http_to
from support.tasks import connection, drive
from support.terminated import PATIENCE_SECONDS, ended, heard, last_request, start

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

JOBS = "/api/v1/jobs"
CREDENTIALS = "/api/v1/credentials"
EXPORT = "/api/v1/automation/credentials/export"
BUSY = pytest.mark.parametrize("status", [429, 503])


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0.02)


@pytest.fixture
def server(remote: Server) -> Iterator[Server]:
    """One whose answers take long enough to be under way together."""
    remote.app.latency = 0.05
    yield remote
    remote.app.latency = 0.0


def opened(server: Server, **other: Any) -> Vbr:
    return Vbr(Connection(**connection(server, **other)))


def warnings_of(service: Vbr) -> list[str]:
    return service.connection.trail.warnings


@pytest.mark.parametrize("parallel", [1, 2, 4])
def test_no_more_requests_are_under_way_than_parallel_says(server: Server, parallel: int) -> None:
    with opened(server, parallel=parallel) as service:
        service.lanes.each(range(12), lambda _item: service.call("GET", JOBS))
    assert server.crowd.most == parallel
    assert not warnings_of(service)


@BUSY
def test_a_busy_server_gets_less_at_a_time_and_the_task_warns_once(server: Server, status: int) -> None:
    server.crowd.change({"busy_above": 2, "busy_status": status})
    with opened(server, parallel=8) as service:
        answers = service.lanes.each(range(24), lambda _item: service.call("GET", JOBS))
        assert len(answers) == 24
        assert service.lanes.limit <= 2
    limit = service.lanes.limit
    (warning,) = warnings_of(service)
    assert "was busy with 8 requests at a time" in warning
    assert f"Set parallel to {limit} for this server." in warning


def test_a_busy_server_that_asks_for_a_pause_gets_it(server: Server) -> None:
    server.crowd.change({"busy_above": 1, "busy_status": 503, "retry_after": 1})
    with opened(server) as service:
        assert len(service.lanes.each(range(4), lambda _item: service.call("GET", JOBS))) == 4
    assert service.lanes.limit < 4


@BUSY
def test_an_export_that_a_busy_server_refused_is_asked_for_again(server: Server, status: int) -> None:
    server.crowd.change({"busy_above": 1, "busy_status": status})
    with opened(server) as service:
        service.lanes.each(range(4), lambda _item: service.call("POST", EXPORT, {}, writes=False))


def create(service: Vbr, number: int) -> Any:
    body = {"type": "Standard", "username": f"account{number}", "password": f"Fz5&side+{number}=Wq8long"}
    return service.call("POST", CREDENTIALS, body)


def made(service: Vbr) -> list[str]:
    names = [row["username"] for row in service.pages(CREDENTIALS)]
    return sorted(name for name in names if name.startswith("account"))


def test_a_write_that_was_refused_with_429_is_sent_again_if_others_were_beside_it(server: Server) -> None:
    server.crowd.change({"busy_above": 1, "busy_status": 429})
    with opened(server) as service:
        service.lanes.each(range(6), lambda number: create(service, number))
        assert made(service) == [f"account{number}" for number in range(6)]
    assert server.crowd.refused


def test_a_write_that_was_refused_with_503_is_not_sent_again(server: Server) -> None:
    server.crowd.change({"busy_above": 1, "busy_status": 503})
    with opened(server) as service:
        with pytest.raises(ServerFault):
            service.lanes.each(range(4), lambda number: create(service, number))
        assert len(made(service)) == len(set(made(service)))
        assert server.journal.counts[f"POST {CREDENTIALS}"] <= 4


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_busy_with_one_request_gets_no_fewer(server: Server, status: int) -> None:
    server.faults.add(do="status", status=status, path=f"{TIME}$", times=2)
    with http_to(server) as http:
        assert http.send("GET", TIME, headers=VERSION).ok
        assert http.lanes.limit == 4
    assert asked(server, "GET") == 3


def test_a_token_that_ends_meanwhile_is_renewed_once(server: Server) -> None:
    with opened(server) as service:
        before = server.journal.counts["POST /api/oauth2/token"]
        server.clock.change({"ahead": 3600})
        service.lanes.each(range(8), lambda _item: service.call("GET", JOBS))
        assert server.journal.counts["POST /api/oauth2/token"] == before + 1
    server.clock.change({"ahead": 0})


@pytest.mark.parametrize("number", ["0", "17", "-1"])
def test_a_number_of_requests_that_is_none_is_refused_before_anybody_is_asked(number: str) -> None:
    with pytest.raises(InvalidInput, match=rf"parallel cannot be {number}\. It is how many requests .* 1 to 16"):
        Http("VBR", Connection("srv", 9419, parallel=int(number)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_module_that_is_ended_among_many_requests_signs_out(number: signal.Signals, tmp_path: Path) -> None:
    with serving_pair() as pair:
        pair.source.app.latency = 0.2
        with heard(pair.source, "/export$", 2) as in_the_middle:
            options = connection(pair.source, dest=str(tmp_path / "bundle"))
            process = start("vbr_export", options)
            assert in_the_middle.wait(PATIENCE_SECONDS)
            process.send_signal(number)
            end = ended(process)
        assert end.code == 1
        assert f"broken off by {number.name}, and has signed out" in end.result["msg"]
        assert last_request(pair.source) == "POST /api/oauth2/logout"
        assert len(pair.source.service.accounts.grants.held) == 0
    assert list(tmp_path.iterdir()) == []


@BUSY
def test_a_whole_export_of_a_busy_server_is_whole(server: Server, tmp_path: Path, status: int) -> None:
    server.app.latency = 0.01
    alone = drive("whole_export", server, parallel=1, dest=str(tmp_path / "alone"))
    server.crowd.change({"busy_above": 2, "busy_status": status})
    crowded = drive("whole_export", server, parallel=8, dest=str(tmp_path / "crowded"))
    assert not crowded.get("failed"), crowded.get("msg")
    assert crowded["counts"] == alone["counts"]
    assert len([each for each in crowded["warnings"] if "busy" in each]) == 1


def test_a_connection_that_is_refused_beside_others_halves_it_too(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server does it that has no room for one more."""
    with opened(server) as service:
        original, refused = transport._Connection._new_conn, list[int]()

        def new_connection(self: Any) -> Any:
            if len(refused) < 1:
                refused.append(1)
                raise transport.urllib3.exceptions.NewConnectionError(self, "Connection refused")
            return original(self)

        monkeypatch.setattr(transport._Connection, "_new_conn", new_connection)
        assert len(service.lanes.each(range(8), lambda _item: service.call("GET", JOBS))) == 8
        assert refused and service.lanes.limit == 2
    assert len(warnings_of(service)) == 1


def test_a_password_that_is_refused_meanwhile_is_tried_once(server: Server) -> None:
    """Accounts are locked after a few times."""
    with opened(server) as service:
        server.faults.add(do="status", status=401, path="/jobs|token", times=0)
        before = server.journal.counts["POST /api/oauth2/token"]
        tried = service.lanes.attempts(range(16), lambda _item: service.call("GET", JOBS), lambda _error: False)
        assert {type(each.error) for each in tried} == {AuthFailed}
        assert len({str(each.error) for each in tried}) == 1
        # Once with the refresh token, and once with the password.
        assert server.journal.counts["POST /api/oauth2/token"] == before + 2


def test_who_is_left_behind_sends_nothing_after_the_sign_out(server: Server) -> None:
    late: list[threading.Thread] = []
    said: list[str] = []
    with opened(server) as service:
        ended = threading.Event()

        def go_on() -> None:
            ended.wait(PATIENCE_SECONDS)
            with suppress(Exception):
                service.call("GET", JOBS)
                said.append("it was sent")

        late.append(threading.Thread(target=go_on))
        late[0].start()
    sent = dict(server.journal.counts)
    ended.set()
    late[0].join(PATIENCE_SECONDS)
    assert said == [] and dict(server.journal.counts) == sent


def test_a_server_that_is_too_busy_to_say_how_something_goes_has_begun_it() -> None:
    """What was taken must not be sent again."""
    error = ServerFault("busy", service="VBR", request="GET /api/v1/sessions/1", status=503)
    assert transport.is_busy(error)
    with pytest.raises(ServerFault), started():
        raise error
    assert not transport.is_busy(error)


@pytest.mark.parametrize(
    ("began", "busy"),
    [({"changed": False}, True), ({"changed": False, "session_id": "7"}, False), ({"changed": True}, False)],
    ids=["nothing", "work that changes nothing", "a change"],
)
def test_whether_something_was_begun_is_said_by_the_error_itself(began: dict[str, Any], busy: bool) -> None:
    """What a task reports as changed may be of other requests."""
    error = ServerFault("busy", service="VBR", request="GET /api/v1/sessions/1", status=503, changed=True)
    with pytest.raises(ServerFault), started(**began):
        raise error
    assert transport.is_busy(error) is busy
