# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preflight as a task: with one server, two or none, what it accepts, and what it may not ask."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import Finding
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.preflight.judge import Judgement
from simulator.services.vbr.resources.license import licence
from simulator.testing import Pair, Server, simulated_pair
from support.tasks import connection, drive, run

CODE = "license-not-valid"
GRANTS = {"POST /api/oauth2/token", "POST /api/oauth2/logout"}


@pytest.fixture(name="expired")
def pair_with_an_expired_licence(pair: Pair) -> Pair:
    licence(pair.target.service)["status"] = "Expired"
    return pair


def preflight(pair: Pair, check: bool = False, **options: Any) -> dict[str, Any]:
    servers = {"source": connection(pair.source), "target": connection(pair.target)}
    return run("preflight", {**servers, **options}, check)


def codes(result: dict[str, Any]) -> set[str]:
    return {one["code"] for one in result["findings"]}


def exported(pair: Pair, place: Path) -> str:
    assert not drive("export", pair.source, dest=str(place)).get("failed")
    return str(place)


@pytest.mark.parametrize("check", [False, True])
def test_it_writes_nothing(pair: Pair, check: bool) -> None:
    for server in pair.servers:
        server.readonly()
    result = preflight(pair, check)
    assert not result.get("failed") and not result["changed"]
    for server in pair.servers:
        posts = {request for request in server.journal.counts if not request.startswith("GET ")}
        assert all(request in GRANTS or request.endswith("/export") for request in posts), posts


def test_an_error_ends_the_task(expired: Pair) -> None:
    result = preflight(expired)
    assert result["failed"] and not result["changed"]
    assert "is Expired" in result["msg"] and "accept" in result["msg"]
    assert result["counts"]["error"] == 1
    assert result["failures"][0]["count"] == 1


def test_an_error_that_is_accepted_does_not(expired: Pair) -> None:
    result = preflight(expired, accept=[CODE])
    assert not result.get("failed")
    assert (result["accepted"], result["counts"]["error"]) == ([CODE], 1)


def test_what_is_accepted_and_not_found_is_not_reported(pair: Pair) -> None:
    assert preflight(pair, accept=[CODE])["accepted"] == []


def test_a_misspelt_code_is_refused_with_the_nearest(pair: Pair) -> None:
    result = preflight(pair, accept=["licence-not-valid"])
    assert result["failed"] and f"'{CODE}'" in result["msg"]
    assert not pair.source.journal.counts


def test_secrets_of_no_shape_are_refused_before_anybody_is_asked(pair: Pair) -> None:
    assert "secrets has no kind" in preflight(pair, secrets={"accounts": {}})["msg"]
    assert not pair.source.journal.counts


def test_many_objects_with_one_reason_are_one_line(pair: Pair) -> None:
    jobs = pair.source.service.store
    [model] = jobs.rows("jobs")
    for number in range(30):
        body = {**model["body"], "name": f"Job {number}"}
        body["schedule"] = {**body["schedule"], "afterThisJob": {"isEnabled": True, "jobName": "Gone"}}
        jobs.add("jobs", {**model, "body": body})
    result = preflight(pair)
    assert result["failures"][0]["count"] == 30
    assert len(result["failures"][0]["objects"]["jobs"]) == 20


# -- where the findings are --------------------------------------------------------------------------------------------


def with_jobs(pair: Pair, number: int) -> None:
    """So many more jobs on the source, which keep restore points."""
    store = pair.source.service.store
    [model] = store.rows("jobs")
    for each in range(number):
        store.add("jobs", {**model, "body": {**model["body"], "name": f"Job {each:04}"}})


@pytest.mark.parametrize("check", [False, True])
def test_the_result_has_one_finding_per_code_and_the_file_all(pair: Pair, tmp_path: Path, check: bool) -> None:
    with_jobs(pair, 30)
    path = tmp_path / "new" / "preflight.json"

    result = preflight(pair, check, report=str(path))

    whole = json.loads(path.read_text())
    assert result["report"] == str(path) and path.stat().st_mode & 0o777 == 0o600
    about = [one["code"] for one in result["findings"] if one["kind"]]
    assert len(set(about)) == len(about)
    assert {one["code"] for one in whole["findings"]} == {one["code"] for one in result["findings"]}
    assert sum(one["count"] for one in result["findings"]) == len(whole["findings"]) == sum(result["counts"].values())
    [many] = [one for one in result["findings"] if one["code"] == "restore-points-retention"]
    assert (many["count"], many["kind"], many["key"], len(many["objects"]["jobs"])) == (31, "jobs", "", 20)
    assert many["field"] == "storage.retentionPolicy.type" and many["message"] == "it keeps restore points."
    assert {one["message"] for one in whole["findings"] if one["key"] == "Job 0029"} >= {"it keeps 7 restore points."}


@pytest.mark.parametrize(
    ("reasons", "said"),
    [(1, "r0."), (2, "5 of 9: r0. And 1 more reason."), (3, "3 of 9: r0. And 2 more reasons.")],
)
def test_how_many_more_reasons_there_are(reasons: int, said: str) -> None:
    found = [Finding("warning", "c", f"r{number % reasons}.", "", "jobs", f"{number}") for number in range(9)]
    [one] = Judgement(tuple(found), ()).report()["findings"]
    assert one["message"] == said


def test_what_several_have_in_common_is_a_sentence() -> None:
    found = [Finding("warning", "c", f"r of {name}.", "", "jobs", name, cause="r") for name in "ab"]
    [one] = Judgement(tuple(found), ()).report()["findings"]
    assert (one["message"], one["objects"], one["count"]) == ("r.", {"jobs": ["a", "b"]}, 2)


def test_one_of_a_code_is_as_it_is(pair: Pair) -> None:
    result = preflight(pair)
    [one] = [one for one in result["findings"] if one["code"] == "restore-points-retention"]
    assert (one["key"], one["count"], one["objects"]) == ("Backup Job 2", 1, {"jobs": ["Backup Job 2"]})
    assert one["message"] == "it keeps 7 restore points." and result["report"] == ""


def test_the_result_does_not_grow_with_the_jobs(pair: Pair) -> None:
    few = len(json.dumps(preflight(pair)["findings"]))
    with_jobs(pair, 200)
    assert len(json.dumps(preflight(pair)["findings"])) < 2 * few


def test_a_preflight_that_is_refused_has_its_file_too(expired: Pair, tmp_path: Path) -> None:
    result = preflight(expired, report=str(tmp_path / "preflight.json"))
    assert result["failed"] and result["report"] == str(tmp_path / "preflight.json")
    assert CODE in (tmp_path / "preflight.json").read_text()


def test_no_secret_is_in_the_file(pair: Pair, tmp_path: Path) -> None:
    secret = "Mv3&a+store=Hq9%"
    next(iter(pair.source.service.store.rows("jobs")))["body"]["name"] = f"Job {secret}"
    given = {"secrets": {"credentials": {"one": {"password": secret}}}, "report": str(tmp_path / "preflight.json")}
    assert not preflight(pair, **given).get("failed")
    src = exported(pair, tmp_path / "bundle")
    assert secret not in (tmp_path / "preflight.json").read_text()
    result = run("preflight", {"src": src, **given})
    assert not result.get("failed"), result["msg"]
    text = (tmp_path / "preflight.json").read_text()
    assert "on-source-server" in text and secret not in text


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_report_that_is_no_file_is_refused_before_anybody_is_asked(pair: Pair, tmp_path: Path, make: Any) -> None:
    make(tmp_path / "place")
    result = preflight(pair, report=str(tmp_path / "place"))
    assert result["failed"] and "report is no file" in result["msg"]
    assert not pair.source.journal.counts


# -- what there is -----------------------------------------------------------------------------------------------------


def test_the_source_alone(pair: Pair) -> None:
    result = run("preflight", {"source": connection(pair.source)})
    assert "config-backup-old" in codes(result)
    assert result["target"] == {}
    [left] = [one for one in result["findings"] if one["message"].startswith("with estate, source alone")]
    assert "license-not-valid" in left["message"] and left["code"] == "not-checked"
    assert not pair.target.journal.counts


def test_the_target_alone(pair: Pair) -> None:
    result = run("preflight", {"target": connection(pair.target)})
    assert not result.get("failed") and codes(result) == {"not-checked"}
    assert not pair.source.journal.counts


def test_a_bundle_alone(pair: Pair, tmp_path: Path) -> None:
    src = exported(pair, tmp_path / "bundle")
    before = dict(pair.source.journal.counts)
    result = run("preflight", {"src": src})
    assert {"on-source-server", "not-checked"} <= codes(result)
    assert dict(pair.source.journal.counts) == before


def test_a_bundle_is_what_is_judged(pair: Pair, tmp_path: Path) -> None:
    src = exported(pair, tmp_path / "bundle")
    pair.source.journal.clear()
    result = preflight(pair, src=src)
    assert not result.get("failed")
    assert not [request for request in pair.source.journal.counts if request.endswith("/export")]
    assert "restore-points-retention" in codes(result)
    assert "restore-points-retention" not in codes(preflight(pair, src=src, kinds=["credentials"]))


def test_a_bundle_of_the_target_itself_is_refused(pair: Pair, tmp_path: Path) -> None:
    src = exported(pair, tmp_path / "bundle")
    result = run("preflight", {"target": connection(pair.source), "src": src})
    assert result["failed"] and "same-server" in codes(result)


def test_a_mapping_that_means_nothing_is_reported(pair: Pair) -> None:
    result = preflight(pair, mappings={"repositories": {"Main Big Repositroy": "Default Backup Repository"}})
    [finding] = [one for one in result["findings"] if one["code"] == "unused-mapping"]
    assert "Main Big Repository" in finding["message"]


def test_nothing_to_look_at_is_refused() -> None:
    with pytest.raises(AssertionError, match="one of the following is required"):
        run("preflight", {})


# -- what may not be asked, or fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_question_that_is_refused_leaves_one_check_out(pair: Pair, status: int) -> None:
    pair.source.faults.add(do="status", status=status, path="/configBackup$", times=0)
    result = preflight(pair)
    assert not result.get("failed")
    assert "config-backup-old" not in codes(result)
    said = [one["message"] for one in result["findings"] if one["code"] == "not-checked"]
    assert any("the configuration backup" in message and f"-> {status}" in message for message in said), said


def test_an_answer_of_another_shape_leaves_one_check_out(pair: Pair) -> None:
    pair.target.faults.add(do="status", status=200, body={"status": 7}, path="/license$", times=0)
    result = preflight(pair)
    assert not result.get("failed")
    said = [one["message"] for one in result["findings"] if one["code"] == "not-checked"]
    assert any("the licence" in message and "status is a number" in message for message in said), said


def test_a_server_that_cannot_be_reached_ends_the_task_and_the_other_is_left(pair: Pair) -> None:
    target = connection(pair.target, password="another&long+one=0123456789%")
    result = preflight(pair, target=target)
    assert result["failed"] and result["error"]["status"] == 401
    counts = pair.source.journal.counts
    assert counts["POST /api/oauth2/token"] == counts["POST /api/oauth2/logout"] == 1


def test_each_certificate_that_is_not_verified_is_reported(pair: Pair) -> None:
    result = preflight(pair, target=connection(pair.target, validate_certs=False))
    assert result["warnings"] == [
        f"The certificate of {pair.target.hostname} is not verified (validate_certs is false)."
    ]


def test_no_secret_comes_back(pair: Pair) -> None:
    result = preflight(pair, secrets={"encryptionPasswords": {"x": {"password": "Kj7&very+secret=word%0123"}}})
    shown = str(result)
    for secret in (pair.source.password, pair.target.password, "Kj7&very+secret=word%0123"):
        assert secret not in shown


def test_a_viewer_is_no_administrator(pair: Pair) -> None:
    viewer = pair.source.viewer
    asked = connection(pair.source, username=viewer.username, password=viewer.password)
    result = preflight(pair, source=asked)
    assert result["failed"] and "not-administrator" in codes(result)
    assert "may not ask for" in result["msg"]


# -- what it costs -----------------------------------------------------------------------------------------------------


def requests(server: Server) -> int:
    return sum(server.journal.counts.values())


def test_it_asks_each_thing_once() -> None:
    with simulated_pair(source_build="13.1.0.411", target_build="13.1.0.411") as pair:
        preflight(pair)
        for server in pair.servers:
            twice = {request: times for request, times in server.journal.counts.items() if times > 1}
            # What a server serves is asked for both.
            asked = ("/serverTime", "/swagger.json")
            assert not [name for name in twice if not name.endswith(asked)], twice
        assert requests(pair.source) <= 40 and requests(pair.target) <= 30
