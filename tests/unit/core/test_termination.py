# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that is asked to end in the middle of its work signs out, cleans up, and then ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import termination
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import Rejected
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import LAST_SECONDS, to_its_end
from ansible_collections.backupfleet.rest.plugins.module_utils._core.termination import (
    SIGNALS,
    Terminated,
    held_back,
    terminable,
)
from simulator.testing import Server, serving, serving_pair
from support.em import BACKUP
from support.tasks import connection
from support.terminated import PATIENCE_SECONDS, answered_late, ended, heard, last_request, start
from support.vcsa import ORDER

# It waits for seconds: `make quick` leaves it out.
pytestmark = pytest.mark.story

# Longer than any test.
FOR_EVER = 1_000_000
# Module, options, the path that is asked again and again, and how one signs out.
VBR = ("vbr_job_run", {"name": "Backup Job 2"}, "/sessions/", "POST /api/oauth2/logout")
EM = ("em_job_clone", {"source": BACKUP, "name": "Billing Backup"}, "/api/tasks/", "DELETE /api/logonSessions/")
VCSA = ("vcsa_backup_job", ORDER, "/backup/job", "DELETE /api/session")
VBAZ = ("vbaz_session_export", {"format": "json"}, "/jobSessions", "DELETE /api/oauth2/token")
CASES = {"vbr": VBR, "em": EM, "vcsa": VCSA, "vbaz": VBAZ}


@contextmanager
def at_long_work(service: str) -> Iterator[Server]:
    """A server where the work never ends, or which never ends its answer."""
    if service == "vbr":
        with serving_pair(clock="polls", polls=FOR_EVER) as pair:
            yield pair.source
        return
    with serving(service, clock="polls", polls=FOR_EVER) as server:
        if service == "vbaz":
            server.faults.add(do="delay", path="/jobSessions", seconds=6.0, times=0)
        yield server


def held_at(service: str, server: Server) -> int:
    """How many sessions or tokens nobody ended."""
    accounts = server.service.accounts
    if service == "em":
        return len(list(accounts.logons()))
    return int(accounts.count()) if service == "vcsa" else len(accounts.grants.held)


@pytest.mark.parametrize(
    ("service", "number"),
    [*((service, signal.SIGTERM) for service in CASES), ("vbr", signal.SIGINT), ("em", signal.SIGHUP)],
)
def test_a_module_signs_out_and_says_why_it_ended(service: str, number: signal.Signals, tmp_path: Path) -> None:
    module, options, path, sign_out = CASES[service]
    options = {**options, "dest": str(tmp_path / "dest")} if "export" in module else options
    with at_long_work(service) as server, heard(server, path, 1 if service == "vbaz" else 3) as in_the_middle:
        process = start(module, connection(server, **options))
        assert in_the_middle.wait(PATIENCE_SECONDS)
        process.send_signal(number)
        end = ended(process)
        assert end.code == 1
        assert end.result["failed"] is True
        assert f"broken off by {number.name}, and has signed out" in end.result["msg"]
        # Only the export had not come to its change yet.
        assert end.result["changed"] is (service != "vbaz")
        assert last_request(server).startswith(sign_out)
        assert held_at(service, server) == 0
    assert list(tmp_path.iterdir()) == []


# How one signs in.
SIGN_IN = {"vbr": "/oauth2/token", "em": "/sessionMngr", "vcsa": "POST /api/session", "vbaz": "/oauth2/token"}


@pytest.mark.parametrize("service", CASES)
def test_a_signal_during_the_sign_in_leaves_nothing_at_the_server(service: str, tmp_path: Path) -> None:
    """Its answer is on its way."""
    module, options, path, sign_out = CASES[service]
    options = {**options, "dest": str(tmp_path / "dest")} if "export" in module else options
    with at_long_work(service) as server, answered_late(server, SIGN_IN[service], 1.0) as signed_in:
        process = start(module, connection(server, **options))
        assert signed_in.wait(PATIENCE_SECONDS)
        process.terminate()
        end = ended(process)
        assert "broken off by SIGTERM, and has signed out" in end.result["msg"]
        assert end.result["changed"] is False
        assert last_request(server).startswith(sign_out)
        assert held_at(service, server) == 0
        assert not any(path in entry["path"] for entry in server.journal.entries)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_a_renewal_leaves_nothing_at_the_server(number: signal.Signals) -> None:
    module, options, path, sign_out = VBR
    with at_long_work("vbr") as server, answered_late(server, SIGN_IN["vbr"], 1.0, times=2) as renewed:
        server.faults.add(do="expire_token", path=path)
        process = start(module, connection(server, **options))
        assert renewed.wait(PATIENCE_SECONDS)
        process.send_signal(number)
        assert number.name in ended(process).result["msg"]
        assert last_request(server) == sign_out
        assert held_at("vbr", server) == 0


def test_a_sign_in_that_hangs_does_not_hold_whoever_wants_to_end() -> None:
    module, options, _path, _sign_out = VBR
    with at_long_work("vbr") as server, answered_late(server, SIGN_IN["vbr"], 9.0) as signed_in:
        process = start(module, connection(server, **options))
        assert signed_in.wait(PATIENCE_SECONDS)
        begun = time.monotonic()
        process.terminate()
        assert "SIGTERM" in ended(process).result["msg"]
        assert LAST_SECONDS <= time.monotonic() - begun < 8


def test_a_second_signal_does_not_break_off_the_way_out() -> None:
    """Ansible sends SIGINT to its workers, and at once SIGTERM after it."""
    module, options, path, sign_out = VBR
    with at_long_work("vbr") as server, heard(server, path) as in_the_middle, heard(server, "logout", 1) as out:
        server.faults.add(do="delay", path="logout", seconds=1.0)
        process = start(module, connection(server, **options))
        assert in_the_middle.wait(PATIENCE_SECONDS)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM):
            process.send_signal(number)
            time.sleep(0.2)
        end = ended(process)
        assert out.is_set()
        assert "SIGINT" in end.result["msg"]
        assert last_request(server) == sign_out


def test_a_server_that_hangs_does_not_hold_whoever_wants_to_end() -> None:
    module, options, path, _sign_out = VBR
    with at_long_work("vbr") as server, heard(server, path) as in_the_middle:
        server.faults.add(do="delay", path="logout", seconds=9.0)
        process = start(module, connection(server, **options))
        assert in_the_middle.wait(PATIENCE_SECONDS)
        begun = time.monotonic()
        process.terminate()
        assert "SIGTERM" in ended(process).result["msg"]
        assert time.monotonic() - begun < 8


def handlers() -> list[Any]:
    return [signal.getsignal(number) for number in SIGNALS]


def send(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def test_handlers_are_put_back() -> None:
    before = handlers()
    with terminable():
        assert handlers() != before
    assert handlers() == before
    with pytest.raises(Terminated, match="SIGTERM"), terminable():
        send()
    assert handlers() == before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminable():
            send(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_changes_no_handler() -> None:
    before, inside = handlers(), list[Any]()

    def work() -> None:
        with terminable(), held_back():
            inside.extend(handlers())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == before


def test_what_is_held_back_is_done_first() -> None:
    done = []
    with pytest.raises(Terminated), terminable():
        with held_back():
            with held_back():
                send()
            done.append("inner")
        done.append("never")
    assert done == ["inner"]


def test_what_goes_to_its_end_is_done_before_the_signal_is_raised() -> None:
    done = []

    def work() -> None:
        send()
        time.sleep(0.1)
        done.append("work")

    with pytest.raises(Terminated), terminable():
        to_its_end(work)
        done.append("never")
    assert done == ["work"]


@pytest.mark.parametrize("error", [Rejected("no"), KeyError("ours")], ids=["failure", "defect"])
def test_what_ends_badly_says_so(error: Exception) -> None:
    def work() -> None:
        raise error

    with pytest.raises(type(error)) as caught, terminable():
        to_its_end(work)
    assert caught.value is error


def test_the_way_out_is_gone_by_whoever_is_on_it() -> None:
    """Nobody else may send anything by then, and nothing holds up what is held back already."""
    workers: list[threading.Thread] = []
    with pytest.raises(Terminated), terminable(), held_back():
        send()
        to_its_end(lambda: workers.append(threading.current_thread()))
    assert workers == [threading.main_thread()]


def test_without_threads_to_spare_a_signal_waits_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done = []

    def work() -> None:
        send()
        done.append("work")

    with monkeypatch.context() as patched, pytest.raises(Terminated), terminable():
        patched.setattr(threading.Thread, "start", refuse)
        to_its_end(work)
    assert done == ["work"]


def test_a_signal_at_the_very_end_is_not_lost() -> None:
    with pytest.raises(Terminated), terminable():
        termination._heard.number = signal.SIGTERM
    assert not termination.is_terminated()


class Finalized:
    """An object that is asked to end the process while it is finalized, where Python drops exceptions."""

    def __del__(self) -> None:
        send()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_python_dropped_is_raised_with_the_next_request() -> None:
    with serving("em") as server, pytest.raises(Terminated), terminable():
        Finalized()
        assert termination.is_terminated()
        Http("EM", Connection(server.hostname, server.port, ca_path=server.ca_path)).send("GET", "/api/")
    assert not server.journal.entries


def test_it_is_passed_on_to_whoever_heard_it_before() -> None:
    numbers: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: numbers.append(number))
    try:
        with pytest.raises(Terminated) as terminated, terminable():
            send()
        assert numbers == []
        terminated.value.pass_on()
        assert numbers == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
