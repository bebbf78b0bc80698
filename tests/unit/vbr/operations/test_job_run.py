# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running jobs: once and no more, in every revision; how a run ended, and what happens when nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Pair, Server, simulated_pair
from support.quartet import BUILDS
from support.tasks import drive

NAME = "Backup Job 2"
LONG_AFTER = 1000


@pytest.fixture(params=BUILDS.items(), ids=lambda build: build[0])
def spoken(request: pytest.FixtureRequest) -> Iterator[tuple[str, Server]]:
    """A revision, and a server with the seed's estate that has it as its newest."""
    revision, build = request.param
    with simulated_pair(source_build=build) as pair:
        yield revision, pair.source


@pytest.fixture
def source(pair: Pair) -> Server:
    """A server that speaks 1.2-rev1."""
    return pair.source


@pytest.fixture
def modern() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        yield pair.source


def starts(server: Server) -> int:
    return sum(count for path, count in server.journal.counts.items() if path.endswith("/start"))


def run(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    result = drive("job_run", server, check=check, name=NAME, **options)
    assert not result.get("failed"), result["msg"]
    return result


def states(server: Server) -> dict[str, Any]:
    (row,) = drive("info", server, resource="jobs/states")["resources"]
    return dict(row)


def test_a_run_in_every_revision(spoken: tuple[str, Server], contract: Contract) -> None:
    revision, server = spoken
    observer = ContractObserver(contract)
    server.app.observers.append(observer)
    server.readonly()
    check = run(server, check=True)
    assert (check["changed"], check["finished"], check["resource"]) == (True, True, {})
    server.readonly(False)

    done = run(server, active_full=True)

    assert (done["changed"], done["result"], done["was_running"]) == (True, "Success", False)
    assert done["diff"] == check["diff"]
    assert [record["title"] for record in done["log"]] == ["Processing likhtarovich"]
    assert "Full" in done["log"][0]["description"]
    state = states(server)
    assert (state["lastResult"], state["sessionId"]) == ("Success", done["resource"]["id"])
    assert state["status"].lower() == ("inactive" if revision < "1.3" else "stopped")
    assert observer.violations == []


def test_stopping_in_every_revision(spoken: tuple[str, Server], contract: Contract, swift_clock: object) -> None:
    _revision, server = spoken
    observer = ContractObserver(contract)
    server.app.observers.append(observer)
    server.clock.change({"mode": "polls", "polls": LONG_AFTER})
    begun = run(server, wait=False)
    assert (begun["finished"], begun["result"]) == (False, "None")
    assert states(server)["status"].lower() in ("running", "starting")

    server.readonly()
    check = run(server, check=True, action="stop")
    assert (check["changed"], check["was_running"]) == (True, True)
    server.readonly(False)
    stopped = run(server, action="stop")
    assert (stopped["changed"], stopped["diff"]) == (True, check["diff"])
    assert stopped["resource"]["result"]["isCanceled"] is True

    server.readonly()
    for check_mode in (True, False):
        again = run(server, check=check_mode, action="stop")
        assert (again["changed"], again["diff"]) == (False, [])
    assert observer.violations == []


@pytest.mark.parametrize("graceful", [True, False])
def test_stopping_at_once_and_gracefully(source: Server, swift_clock: object, graceful: bool) -> None:
    source.clock.change({"mode": "polls", "polls": LONG_AFTER})
    run(source, wait=False)
    stopping = run(source, action="stop", graceful=graceful, wait=False)
    assert stopping["changed"] is True
    assert run(source, action="stop")["finished"] is True
    (row,) = source.service.sessions.rows()
    assert row["canceled"] is True


def test_a_running_job_is_not_started_again_but_waited_for(source: Server, swift_clock: object) -> None:
    source.clock.change({"mode": "polls", "polls": 30})
    first = run(source, wait=False)
    source.readonly()

    looked = run(source, wait=False)
    assert (looked["changed"], looked["was_running"], looked["finished"]) == (False, True, False)
    check = run(source, check=True)
    assert (check["changed"], check["finished"]) == (False, False)
    waited = run(source)

    assert (waited["changed"], waited["result"]) == (False, "Success")
    assert waited["resource"]["id"] == first["resource"]["id"]
    assert starts(source) == 1


def test_a_warning_is_no_failure(source: Server) -> None:
    source.switch(job_result="Warning")
    result = run(source)
    assert (result["changed"], result["result"]) == (True, "Warning")
    assert any("warning" in text for text in result["warnings"])


def test_a_failure_tells_why(source: Server) -> None:
    source.switch(job_result="Failed")
    result = drive("job_run", source, name=NAME)
    assert result["failed"] is True
    assert "The snapshot failed" in result["msg"]
    assert result["result"] == "Failed"
    assert result["log"][0]["status"] == "Failed"
    assert result["resource"]["state"] == "Stopped"


def test_only_a_bad_run_is_retried(modern: Server) -> None:
    assert run(modern, action="retry")["changed"] is False
    modern.switch(job_result="Warning")
    run(modern)
    modern.readonly()
    assert run(modern, check=True, action="retry")["changed"] is True
    modern.readonly(False)
    modern.switch(job_result="Success")
    done = run(modern, action="retry")
    assert (done["changed"], done["result"]) == (True, "Success")
    assert "Retry" in done["log"][0]["description"]
    modern.readonly()
    assert run(modern, action="retry")["changed"] is False


def test_a_retry_needs_a_new_revision(source: Server) -> None:
    result = drive("job_run", source, name=NAME, action="retry")
    assert result["failed"] is True
    assert "1.3-rev0" in result["msg"]


def test_cancelling_the_chain_needs_a_new_revision(source: Server) -> None:
    result = drive("job_run", source, name=NAME, action="stop", cancel_chained_jobs=True)
    assert "1.3-rev0" in result["msg"]


def test_the_chain_is_cancelled_with_the_job(modern: Server, contract: Contract, swift_clock: object) -> None:
    observer = ContractObserver(contract)
    modern.app.observers.append(observer)
    modern.clock.change({"mode": "polls", "polls": LONG_AFTER})
    run(modern, wait=False)
    assert run(modern, action="stop", cancel_chained_jobs=True)["changed"] is True
    assert observer.violations == []


def test_chained_jobs_start_after_it(source: Server) -> None:
    options = {"virtual_machines": {"includes": [{"host_name": "vcenter02.tech.local", "name": "srv01"}]}}
    options |= {"repository": "Main Big Repository", "schedule": {"after_job": NAME}}
    assert drive("job", source, name="Follower", **options)["changed"] is True
    run(source)
    assert [row["name"] for row in source.service.sessions.rows()] == [NAME]
    run(source, start_chained_jobs=True)
    assert [row["name"] for row in source.service.sessions.rows()] == [NAME, NAME, "Follower"]


def test_a_job_without_objects_makes_no_session(modern: Server) -> None:
    drive("job", modern, name=NAME, virtual_machines={"includes": []})
    result = run(modern)
    assert (result["changed"], result["resource"], result["result"]) == (True, {}, "None")


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_lost_answer_never_starts_it_twice(source: Server, swift_clock: object, fault: str) -> None:
    source.clock.change({"mode": "polls", "polls": 20})
    source.faults.add(do=fault, method="POST", path="/start$")
    result = drive("job_run", source, name=NAME)
    assert starts(source) == 1
    if fault == "drop_after":
        assert (result["changed"], result["result"]) == (True, "Success")
    else:
        assert "broke before the answer arrived" in result["msg"]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("fault", ["drop_after", "truncate"])
def test_a_run_that_failed_fails_the_task_though_the_answer_to_its_start_was_lost(
    source: Server, fault: str, wait: bool
) -> None:
    source.switch(job_result="Failed")
    source.faults.add(do=fault, method="POST", path="/start$")
    result = drive("job_run", source, name=NAME, wait=wait)
    assert (result.get("failed"), result["changed"], result["result"]) == (True, True, "Failed")
    assert "The snapshot failed" in result["msg"] and result["session_id"] == result["resource"]["id"]
    assert starts(source) == 1


@pytest.mark.parametrize("earlier", [False, True], ids=["never-ran", "ran-before"])
@pytest.mark.parametrize(("status", "body"), [(204, ""), (200, {}), (200, []), (200, {"error": "no"}), (200, "")])
def test_an_answer_without_a_session_is_an_unknown_outcome(
    source: Server, status: int, body: Any, earlier: bool
) -> None:
    if earlier:
        run(source)
    source.faults.add(do="status", status=status, body=body, method="POST", path="/start$")
    result = drive("job_run", source, name=NAME)
    assert result.get("failed") is True
    assert "may have been carried out: look at the last run of the job" in result["msg"]
    assert "looks before it writes" not in result["msg"]


@pytest.mark.parametrize("ended", ["Success", "Failed"])
def test_the_session_of_another_job_is_not_taken_for_the_run(source: Server, ended: str) -> None:
    other = run(source)["resource"] | {
        "id": "44444444-0000-4000-8000-000000000001",
        "jobId": "33333333-0000-4000-8000-000000000001",
        "result": {"result": ended, "message": "of another job"},
    }
    source.faults.add(do="status", status=201, body=other, method="POST", path="/start$")
    result = drive("job_run", source, name=NAME)
    assert result.get("failed") is True
    assert "may have been carried out" in result["msg"] and "of another job" not in result["msg"]


def test_the_session_of_the_run_before_is_not_taken_for_the_run(source: Server) -> None:
    before = run(source)["resource"]
    source.faults.add(do="status", status=201, body=before, method="POST", path="/start$")
    result = drive("job_run", source, name=NAME)
    assert result.get("failed") is True and "may have been carried out" in result["msg"]


def test_a_job_that_is_not_there(source: Server) -> None:
    result = drive("job_run", source, name="Nightly")
    assert "There is no job 'Nightly'" in result["msg"]


def test_a_disabled_job_is_refused_in_the_servers_words(source: Server) -> None:
    drive("job", source, name=NAME, state="disabled")
    result = drive("job_run", source, name=NAME)
    assert "is disabled" in result["msg"]


def test_a_disabled_job_that_the_server_starts_is_followed_and_stays_disabled(source: Server) -> None:
    drive("job", source, name=NAME, state="disabled")
    source.switch(disabled_jobs="run")
    result = run(source)
    assert (result["changed"], result["finished"], result["result"], starts(source)) == (True, True, "Success", 1)
    assert states(source)["status"] == "disabled"


def test_waiting_has_an_end(source: Server, swift_clock: object) -> None:
    source.faults.add(do="stick_session", method="POST", path="/start$")
    result = drive("job_run", source, name=NAME, wait_timeout=30)
    assert "is still" in result["msg"]
    assert "after 30 seconds" in result["msg"]
