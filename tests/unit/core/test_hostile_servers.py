# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server does with a connection, a task of any service ends by an error of ours, and soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    RestError,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from simulator.core.application import Application
from simulator.demo import LOGINS, OTHERS
from simulator.testing import Setup
from support.hostile import LARGE, MODES, SLOW, Mode, hostile
from support.tasks import run

# A task of each service, and the path at which its server turns hostile, once the task has signed in.
TASKS: dict[str, tuple[str, dict[str, Any], str]] = {
    "vbr_source": ("info", {"resource": "jobs"}, "/api/v1/jobs"),
    "em": ("em_info", {"resource": "jobs"}, "/api/query"),
    "vcsa": ("vcsa_backup_info", {"gather": ["parts"]}, "/recovery/backup/parts"),
    "vbaz": ("vbaz_info", {"resource": "sessions"}, "/jobSessions"),
}

# It waits for seconds: `make quick` leaves it out.
pytestmark = pytest.mark.story

TIMEOUT = 2.0
# So long is waited on a machine that is too busy to sign in within the one before.
TIMEOUTS = (TIMEOUT, 8.0, 32.0)
# It is a busy machine that makes it longer than the timeout, and the sign-out that may come after it.
SOON = 45.0


@pytest.fixture(name="applications", scope="module")
def simulated_applications() -> dict[str, Application]:
    return Setup(others=("em", "vcsa", "vbaz")).applications()


@pytest.fixture(name="quick", autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0)
    yield


def outcome(service: str, application: Application, mode: Mode, at: str | None = None) -> dict[str, Any]:
    """What a service's task says of a hostile server, with its timeout and how often it met the server so."""
    for timeout in TIMEOUTS:
        result = attempt(service, application, mode, at, timeout)
        if result["met"]:
            break
    return result


def attempt(service: str, application: Application, mode: Mode, at: str | None, timeout: float) -> dict[str, Any]:
    task, options, path = TASKS[service]
    login = LOGINS.get(service) or OTHERS[service].login
    with hostile(application, path if at is None else at, mode, deaf=at == "deaf") as address:
        server = address.pop("server")
        account = {"username": login.username, "password": login.password, "timeout": timeout}
        begun = time.monotonic()
        result = run(task, {**options, **address, **account})
        late = time.monotonic() - begun > timeout + SOON
        return {**result, "timeout": timeout, "late": late, "met": server.met}


def outcomes(applications: dict[str, Application], mode: Mode, at: str | None = None) -> dict[str, dict[str, Any]]:
    """The same for all services at once: each is mostly waiting."""
    with ThreadPoolExecutor(len(TASKS)) as threads:
        begun = {name: threads.submit(outcome, name, applications[name], mode, at) for name in TASKS}
        return {name: future.result() for name, future in begun.items()}


@pytest.mark.parametrize("mode", MODES)
def test_a_task_ends_by_an_error_and_soon(applications: dict[str, Application], mode: str) -> None:
    for name, result in outcomes(applications, MODES[mode]).items():
        assert result["met"], f"{name}: the task did not get that far: {result.get('msg')}"
        assert result["failed"] and result["changed"] is False, f"{name}: {result}"
        assert result["error"]["request"], f"{name}: {result['msg']}"
        assert not result["late"], f"{name}: {result}"
        if mode in SLOW and "503" not in mode:
            assert "timed out" in result["msg"], result["msg"]
            assert f"within {result['timeout']:g} seconds (timeout)" in result["msg"], result["msg"]
        if "Retry-After" in mode:
            assert "Retry-After: " in result["msg"], result["msg"]
            assert f"timeout ({result['timeout']:g} seconds)" in result["msg"], result["msg"]
            assert len(result["msg"]) < 1000
            assert result["met"] == 1


@pytest.mark.parametrize("mode", ["no answer", "head, byte by byte", "200 MB, packed", "Retry-After: 99999"])
def test_so_it_does_at_the_very_first_request(applications: dict[str, Application], mode: str) -> None:
    for name, result in outcomes(applications, MODES[mode], at="").items():
        assert result["met"] and result["failed"], f"{name}: {result}"
        assert not result["late"], f"{name}: {result}"


def test_a_server_that_never_speaks_tls_is_given_up(applications: dict[str, Application]) -> None:
    for name, result in outcomes(applications, MODES["no answer"], at="deaf").items():
        assert result["failed"] and "does not answer: timed out" in result["msg"], f"{name}: {result}"
        assert not result["late"], f"{name}: {result}"


# -- one conversation --------------------------------------------------------------------------------------------------


def conversation(stack: ExitStack, application: Application, mode: Mode, deaf: bool = False) -> tuple[Http, Any]:
    address = stack.enter_context(hostile(application, "", mode, deaf))
    server = address.pop("server")
    http = Http("VBR", Connection(**address, timeout=TIMEOUT))
    stack.callback(http.close)
    return http, server


def test_a_write_that_never_reached_the_server_is_no_unknown_outcome(applications: dict[str, Application]) -> None:
    with ExitStack() as stack:
        http, _server = conversation(stack, applications["vbr_source"], MODES["no answer"], deaf=True)
        with pytest.raises(Unreachable):
            http.send("POST", "/", body={})


@pytest.mark.parametrize("mode", ["body, byte by byte", "400 MB declared", "200 MB, packed", "packed as nobody asked"])
def test_a_write_whose_answer_cannot_be_used_is_an_unknown_outcome_and_sent_once(
    applications: dict[str, Application], mode: str
) -> None:
    with ExitStack() as stack:
        http, server = conversation(stack, applications["vbr_source"], MODES[mode])
        with pytest.raises(UnknownOutcome, match="may have been carried out"):
            http.send("POST", "/", body={})
        assert server.met == 1


def test_a_server_that_does_not_read_is_given_up(applications: dict[str, Application]) -> None:
    """It takes the head of the request, and of its body what the buffers between both take."""
    with ExitStack() as stack:
        http, server = conversation(stack, applications["vbr_source"], lambda victim: victim.pause(3600))
        server._answer = lambda connected, reading: server._over.wait() and False
        begun = time.monotonic()
        with pytest.raises(UnknownOutcome, match="timed out"):
            http.send("POST", "/", content=b" " * 50_000_000)
        assert time.monotonic() - begun < SOON


def test_every_attempt_and_pause_is_within_one_deadline(applications: dict[str, Application]) -> None:
    """A server that asks for a second each time gets two attempts in two seconds, and not four."""
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    with ExitStack() as stack:
        http, server = conversation(stack, applications["vbr_source"], lambda victim: victim.send(busy))
        begun = time.monotonic()
        assert http.send("GET", "/").status == 503
        assert 1 <= server.met <= 2 and time.monotonic() - begun < SOON


# -- downloads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["body, byte by byte", "chunks, one by one", "200 MB, packed"])
def test_a_download_has_to_bring_so_much_in_each_timeout_and_as_it_is(
    applications: dict[str, Application], mode: str
) -> None:
    with ExitStack() as stack:
        http, _server = conversation(stack, applications["vbaz"], MODES[mode])
        begun = time.monotonic()
        with pytest.raises(RestError), http.download("POST", "/") as answer:
            list(answer.pieces())
        assert time.monotonic() - begun < SOON


def test_a_download_may_last_longer_than_the_timeout(applications: dict[str, Application]) -> None:
    pieces = 8

    def steady(victim: Any) -> None:
        victim.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _piece in range(pieces):
            victim.pause(TIMEOUT / 4)
            victim.send(b"x" * http_module.PIECE_BYTES)

    with ExitStack() as stack:
        http, _server = conversation(stack, applications["vbaz"], steady)
        begun = time.monotonic()
        with http.download("POST", "/") as answer:
            assert sum(map(len, answer.pieces())) == pieces * http_module.PIECE_BYTES
        assert time.monotonic() - begun > TIMEOUT


def test_a_download_has_a_ceiling(applications: dict[str, Application], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "STREAM_BYTES", 5 * 1024 * 1024)
    with ExitStack() as stack:
        http, _server = conversation(stack, applications["vbaz"], LARGE["body for ever"])
        with pytest.raises(RestError, match="larger than 5 MB"), http.download("POST", "/") as answer:
            list(answer.pieces())
        monkeypatch.setattr(http_module, "BODY_BYTES", 2 * 1024 * 1024)
        with pytest.raises(RestError, match="larger than 2 MB"), http.download("POST", "/") as answer:
            answer.whole()
