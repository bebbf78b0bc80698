# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token that ended says nothing of the one that came after it: what ends a task is that new ones are refused."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import parallel
from ansible_collections.backupfleet.rest.plugins.module_utils._core.answer import Answer
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import AuthFailed
from ansible_collections.backupfleet.rest.plugins.module_utils._core.sign_in import FRESH_TOKENS, Renewal
from ansible_collections.backupfleet.rest.plugins.module_utils._core.termination import Terminated, terminable
from ansible_collections.backupfleet.rest.plugins.module_utils._em.client import Em
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.client import Vbaz
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.client import Vcsa
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.recovery import Recovery
from simulator.testing import Server, serving_pair, simulated, simulated_pair
from support.tasks import connection

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

JOBS = "/api/v1/jobs"
LANES = 16


@dataclass(frozen=True)
class Case:
    """How to open a service, one request that bears a token, and its path."""

    open: Callable[[Connection], Any]
    ask: Callable[[Any], object]
    path: str


def download(service: Vbaz) -> bytes:
    with service.download("POST", "/jobSessions/export", "text/csv") as answer:
        return b"".join(answer.pieces())


CASES = {
    "vbr": Case(Vbr, lambda service: service.call("GET", JOBS), f"{JOBS}$"),
    "em": Case(
        lambda address: Em(replace(address, api_version="latest")),
        lambda service: service.first_rows("Job"),
        "/api/query",
    ),
    "vcsa": Case(Vcsa, lambda service: Recovery(service).ids(), "/recovery"),
    "vbaz": Case(Vbaz, lambda service: service.listed("/jobSessions"), "/jobSessions$"),
    "vbaz download": Case(Vbaz, download, "/export$"),
}


@contextmanager
def serving(name: str) -> Iterator[Server]:
    if name == "vbr":
        with simulated_pair() as pair:
            yield pair.source
        return
    with simulated(name.partition(" ")[0]) as server:
        yield server


def statuses(server: Server, case: Case) -> list[int]:
    """The statuses of the request's answers, in order."""
    end = case.path.removesuffix("$")
    return [entry["status"] for entry in server.journal.entries if end in entry["path"]]


@pytest.mark.parametrize("name", CASES)
def test_a_token_that_ends_soon_after_the_renewal_is_renewed_again(name: str) -> None:
    case = CASES[name]
    with serving(name) as server, case.open(Connection(**connection(server))) as service:
        server.faults.add(do="expire_token", path=case.path, times=2)
        assert case.ask(service)
        assert statuses(server, case)[:3] == [401, 401, 200]


@pytest.mark.parametrize("name", CASES)
def test_new_tokens_that_are_refused_end_it(name: str) -> None:
    case = CASES[name]
    with serving(name) as server, case.open(Connection(**connection(server))) as service:
        server.faults.add(do="expire_token", path=case.path, times=0)
        with pytest.raises(AuthFailed):
            case.ask(service)
        assert statuses(server, case) == [401] * (1 + FRESH_TOKENS)


def answer(status: int) -> Answer:
    return Answer("VBR", f"GET {JOBS}", status, {}, "", str)


class Counted:
    """A token that is a number, and the renewals of it."""

    def __init__(self) -> None:
        self.present = 0
        self.renewal = Renewal(lambda: str(self.present), self._renew)

    def _renew(self) -> None:
        self.present += 1


def test_a_request_is_sent_with_each_newer_token_that_others_got() -> None:
    """That costs nothing, and their token was not got for this request."""
    tokens, sent = Counted(), list[str]()

    def send(token: str) -> Answer:
        sent.append(token)
        if tokens.present >= 3 * FRESH_TOKENS:
            return answer(200)
        tokens.renewal.renew_if(lambda: True)
        return answer(401)

    assert tokens.renewal.send(send).ok
    assert sent == [str(number) for number in range(3 * FRESH_TOKENS + 1)]


def test_the_last_one_that_it_got_may_be_outdated_too() -> None:
    tokens, sent = Counted(), list[str]()

    def send(token: str) -> Answer:
        sent.append(token)
        if len(sent) == FRESH_TOKENS + 1:
            tokens.renewal.renew_if(lambda: True)
        return answer(200 if len(sent) > FRESH_TOKENS + 1 else 401)

    assert tokens.renewal.send(send).ok


def test_many_that_are_refused_for_ever_end_together() -> None:
    tokens = Counted()
    ends: list[int] = []
    threads = [
        threading.Thread(target=lambda: ends.append(tokens.renewal.send(lambda _token: answer(401)).status))
        for _lane in range(LANES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ends == [401] * LANES
    assert tokens.present == FRESH_TOKENS


def test_a_server_that_takes_no_token_is_asked_for_few_of_them() -> None:
    """However many requests are under way: an account is locked, and sessions are left, if each of them asks."""
    with serving_pair() as pair:
        server = pair.source
        server.app.latency = 0.05
        server.faults.add(do="expire_token", path=f"{JOBS}$", times=0)
        with Vbr(Connection(**connection(server, parallel=LANES))) as service, pytest.raises(AuthFailed):
            service.lanes.each(range(4 * LANES), lambda _item: service.call("GET", JOBS))
        # Each renewal may take two: by the refresh token, and by password.
        assert server.journal.counts["POST /api/oauth2/token"] <= 1 + 2 * FRESH_TOKENS
        assert server.journal.counts[f"GET {JOBS}"] <= LANES * (1 + FRESH_TOKENS)


def test_no_renewal_begins_beside_one_that_a_signal_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "LAST_SECONDS", 0.2)
    release, begun = threading.Event(), list[int]()

    def renew() -> None:
        begun.append(1)
        os.kill(os.getpid(), signal.SIGTERM)
        release.wait(60)

    renewal = Renewal(lambda: "old", renew)
    with pytest.raises(Terminated), terminable():
        renewal.renew_if(lambda: True)
    assert not renewal.renew_if(lambda: True)
    release.set()
    assert begun == [1]


@pytest.mark.parametrize("losses", [(8, 30), (0, 17), (20, 21, 40)], ids=str)
def test_tokens_that_end_close_together_among_many_requests_end_nothing(losses: tuple[int, ...]) -> None:
    with serving_pair() as pair:
        server = pair.source
        server.app.latency = 0.05
        with Vbr(Connection(**connection(server, parallel=LANES))) as service:
            for number in losses:
                server.faults.add(do="expire_token", path=f"{JOBS}$", skip=number)
            answers = service.lanes.each(range(4 * LANES), lambda _item: service.call("GET", JOBS))
        assert len(answers) == 4 * LANES
        assert server.journal.counts["POST /api/oauth2/token"] <= 1 + len(losses)
        assert not server.service.accounts.grants.held
