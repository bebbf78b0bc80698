# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers at once on a server that takes two objects of one name: neither leaves a twin without saying so."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource import twins
from simulator.core.application import Application
from simulator.testing import Server
from support.tasks import drive
from support.vbr_caller import VbrCaller

CREDENTIALS = "/api/v1/credentials"
LIST, MAKE = f"GET {CREDENTIALS}", f"POST {CREDENTIALS}"
SECRET = "Gt5&wK9=rP2#-of-a-twin"
ACCOUNT = {"account": "TECH\\twice", "account_password": SECRET, "description": "Nightly"}
IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATIENCE_SECONDS = 20.0


@pytest.fixture(autouse=True)
def accepting(target: Server) -> Iterator[None]:
    target.switch(twins="accept")
    yield


def named(server: Server, name: str = "TECH\\twice") -> list[str]:
    """The ids of the records of this account, in the order of the server's list."""
    return [row["id"] for row in server.snapshot()["rows"]["credentials"].values() if row["body"]["username"] == name]


@contextmanager
def before_each(server: Server, act: Callable[[str, int], None]) -> Iterator[None]:
    """Inside, `act` is called before each request, with what it is and the how-manieth of this thread that is."""
    counts: Counter[tuple[int, str]] = Counter()
    serve = Application.__call__

    def call(application: Application, environ: Any, start_response: Any) -> Any:
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        counts[threading.get_ident(), request] += 1
        if application is server.app:
            act(request, counts[threading.get_ident(), request])
        return serve(application, environ, start_response)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Application, "__call__", call)
        yield


def at_once(server: Server, task: str, **options: Any) -> list[dict[str, Any]]:
    """Two runs that have both looked before either writes, and both written before either looks again."""
    looked, written = (threading.Barrier(2, timeout=PATIENCE_SECONDS) for _meeting in range(2))

    def meet(request: str, number: int) -> None:
        if (request, number) == (MAKE, 1):
            looked.wait()
        # A task for one object reads the list of its name first, and then the whole one.
        if (request, number) == (LIST, 2 if task == "estate" else 3):
            written.wait()

    with before_each(server, meet), ThreadPoolExecutor(2) as pool:
        # One by one: requests are counted by thread.
        runs = [pool.submit(drive, task, server, parallel=1, **options) for _run in range(2)]
        return [run.result(timeout=PATIENCE_SECONDS) for run in runs]


def with_another(server: Server, request: str, number: int, **options: Any) -> dict[str, Any]:
    """A run that somebody else who never looks gets in before, at a request: a record of the same account."""
    busy = False

    def act(asked: str, count: int) -> None:
        nonlocal busy
        if (asked, count) == (request, number) and not busy:
            busy = True
            body = {"type": "Standard", "username": ACCOUNT["account"], "password": SECRET, "description": other}
            assert VbrCaller(server, "1.2-rev1")("POST", "/credentials", json=body).status_code == 201

    other = options.pop("other", ACCOUNT["description"])
    with before_each(server, act), pytest.MonkeyPatch.context() as patch:
        # Nobody takes the other one back, so there is nothing to wait for.
        patch.setattr(twins, "TWIN_SECONDS", 0.5)
        return drive("credentials", server, **{**ACCOUNT, **options})


def as_estate(task: str) -> dict[str, Any]:
    return {"credentials": [ACCOUNT]} if task == "estate" else ACCOUNT


@pytest.mark.parametrize("task", ["credentials", "estate"])
def test_of_two_runs_at_once_one_takes_its_own_back(target: Server, task: str) -> None:
    results = sorted(at_once(target, task, **as_estate(task)), key=lambda result: bool(result.get("failed")))
    (kept,) = named(target)
    assert [bool(result.get("failed")) for result in results] == [False, True]
    assert [result["changed"] for result in results] == [True, False]
    message = results[1]["msg"]
    ids = set(IDENTIFIER.findall(message))
    assert kept in ids and len(ids) == 2
    assert "has removed its own again" in message and "one controller" in message
    again = drive(task, target, **as_estate(task))
    assert not again.get("failed") and again["changed"] is False


def test_forty_accounts_by_two_runs_at_once_are_there_once(target: Server) -> None:
    accounts = [{**ACCOUNT, "account": f"TECH\\twice{number}"} for number in range(40)]
    results = at_once(target, "estate", credentials=accounts)
    assert sorted(len(named(target, each["account"])) for each in accounts) == [1] * 40
    assert sum(result["counts"]["create"] for result in results) == sum(
        result["counts"]["failed"] for result in results
    )
    assert drive("estate", target, credentials=accounts)["counts"]["none"] == 40


def test_the_later_one_goes_also_if_the_other_is_nobody_of_ours(target: Server) -> None:
    result = with_another(target, MAKE, 1)
    (kept,) = named(target)
    assert result["failed"] and result["changed"] is False
    assert kept in result["msg"]


def test_the_earlier_one_stays_and_both_are_named(target: Server) -> None:
    result = with_another(target, LIST, 3)
    ids = named(target)
    assert len(ids) == 2
    assert result["failed"] and result["changed"] is True
    assert all(each in result["msg"] for each in ids) and "is there twice" in result["msg"]


def test_one_that_an_option_sets_apart_is_no_twin(target: Server) -> None:
    result = with_another(target, MAKE, 1, other="Something else")
    assert not result.get("failed"), result["msg"]
    assert len(named(target)) == 2


def test_what_may_be_somebody_elses_is_not_removed(target: Server) -> None:
    """The answer was lost, so nobody knows which of them this run has made."""
    target.faults.add(do="drop_after", method="POST", path="/credentials$", skip=1)
    result = with_another(target, MAKE, 1)
    ids = named(target)
    assert result["failed"] and result["changed"] is True
    assert len(ids) == 2 and all(each in result["msg"] for each in ids)


def test_what_cannot_be_removed_is_said(target: Server) -> None:
    target.faults.add(do="status", status=500, method="DELETE", path="/credentials/", times=0)
    result = with_another(target, MAKE, 1)
    assert result["failed"] and result["changed"] is True
    assert "could not remove its own again" in result["msg"]
    assert len(named(target)) == 2


def test_what_needs_a_twin_is_held_back(target: Server) -> None:
    share = {
        "name": "Share",
        "type": "Smb",
        "share_path": "\\\\nas\\backup",
        "share_credentials": ACCOUNT["account"],
        "max_task_count": 2,
        "mount_server": {"host": "backupserver02.tech.local"},
    }
    results = at_once(target, "estate", credentials=[ACCOUNT], repositories=[share])
    assert len(named(target)) == 1
    (lost,) = [result for result in results if result.get("failed")]
    assert "share_credentials: it needs credentials" in lost["msg"]
    assert lost["counts"]["failed"] == 2
