# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated vCenter has two REST styles and JSON-RPC, and accepts each only at its own paths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.testing import Server, simulated
from support.vcsa_caller import PIECE, VcsaCaller, invoke

STYLES = ("rest", "api")
JOB = "com.vmware.appliance.recovery.backup.job"
SCHEDULES = "com.vmware.appliance.recovery.backup.schedules"
ERRORS = "com.vmware.vapi.std.errors."
SPEC = {"location": "sftp://10.0.0.5/backups"}


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vcsa", clock="polls", polls=99) as made:
        yield made


@pytest.fixture(params=STYLES)
def caller(request: pytest.FixtureRequest, server: Server) -> VcsaCaller:
    return VcsaCaller(server, request.param)


@pytest.mark.parametrize(
    ("style", "place", "body", "lacks"),
    [
        ("rest", "/job", PIECE, "piece"),
        ("api", "/job", {"piece": PIECE}, "parts"),
        ("rest", "/validate", PIECE, "piece"),
        ("api", "?action=validate", {"piece": PIECE}, "parts"),
        ("rest", "/schedules/default", SPEC, "spec"),
        ("api", "/schedules", {"spec": SPEC}, "schedule"),
        ("api", "/schedules", SPEC, "schedule"),
    ],
)
def test_a_body_in_the_other_style_is_refused(
    server: Server, style: str, place: str, body: dict[str, Any], lacks: str
) -> None:
    caller = VcsaCaller(server, style)
    answer = caller("POST", place, json=body)
    assert caller.error(answer) == (400, "INVALID_ARGUMENT")
    error = answer.json() if style == "api" else answer.json()["value"]
    assert lacks in error["messages"][0]["args"]
    assert server.service.jobs.running() is None


@pytest.mark.parametrize(
    ("style", "method", "place"),
    [
        ("api", "POST", "/validate"),
        ("api", "POST", "/job/20231209-074557-22617221/cancel"),
        ("api", "PUT", "/schedules/update/default"),
        ("rest", "PATCH", "/schedules/default"),
        ("rest", "POST", "?action=validate"),
        ("rest", "POST", "/job/20231209-074557-22617221?action=cancel"),
        ("rest", "POST", "/schedules"),
        ("api", "GET", "/nothing"),
        ("rest", "GET", "/nothing"),
    ],
)
def test_a_path_of_the_other_style_is_not_there(server: Server, style: str, method: str, place: str) -> None:
    caller = VcsaCaller(server, style)
    answer = caller(method, place, json={})
    assert answer.status_code in (404, 405)
    assert caller.error(answer)[1] in ("NOT_FOUND", "OPERATION_NOT_FOUND")


@pytest.mark.parametrize("field", ["parts", "location_type", "location"])
def test_what_a_job_needs(caller: VcsaCaller, field: str) -> None:
    answer = caller.create(**{field: None})
    assert caller.error(answer) == (400, "INVALID_ARGUMENT")
    assert field in answer.text


@pytest.mark.parametrize(
    "changes",
    [{"parts": "common"}, {"parts": [1]}, {"location_type": "sftp"}, {"comment": 5}, {"fast_backup": "yes"}],
)
def test_what_a_job_cannot_be_made_of(caller: VcsaCaller, changes: dict[str, Any]) -> None:
    assert caller.error(caller.create(**changes)) == (400, "INVALID_ARGUMENT")


def test_unknown_fields_are_refused_or_ignored(caller: VcsaCaller) -> None:
    assert caller.error(caller.create(locationtype="SFTP")) == (400, "UNEXPECTED_INPUT")
    caller.server.switch(unknown_fields="ignore")
    assert caller.create(locationtype="SFTP").ok


def test_a_schedule_of_the_other_style_names_itself_twice(server: Server) -> None:
    caller = VcsaCaller(server, "rest")
    answer = caller("POST", "/schedules/default", json={"schedule": "default", "spec": SPEC})
    assert caller.error(answer) == (400, "UNEXPECTED_INPUT")


def test_a_misspelled_filter_is_refused(caller: VcsaCaller) -> None:
    answer = caller("GET", "/job/details", params={"job": "x", "filter.job": "x"})
    assert caller.error(answer) == (400, "UNEXPECTED_INPUT")


@pytest.mark.parametrize("body", ["{", "[]", '"text"'])
def test_a_body_that_is_no_object(caller: VcsaCaller, body: str) -> None:
    answer = caller("POST", "/job", data=body, headers={"Content-Type": "application/json"})
    assert caller.error(answer) in ((400, "INVALID_REQUEST"), (400, "INVALID_ARGUMENT"))


def test_maps_are_written_differently(server: Server) -> None:
    rest, api = VcsaCaller(server, "rest"), VcsaCaller(server, "api")
    pairs, whole = rest("GET", "/job/details").json()["value"], api("GET", "/job/details").json()
    assert [set(pair) for pair in pairs] == [{"key", "value"}] * len(whole)
    assert {pair["key"]: pair["value"] for pair in pairs} == whole
    assert rest("GET", "/schedules").json() == {"value": []}
    assert api("GET", "/schedules").json() == {}


def test_numbers_are_wrapped_or_bare(server: Server) -> None:
    assert VcsaCaller(server, "rest")("GET", "/parts/common").json() == {"value": 512}
    assert VcsaCaller(server, "api")("GET", "/parts/common").json() == 512


def test_the_arguments_of_a_get_may_lie_in_its_body(server: Server) -> None:
    """The vendor's client sends them there, and nowhere else (facts/vcsa.md 5.3)."""
    caller = VcsaCaller(server, "rest")
    one = "20231209-074557-22617221"
    found = caller.value(caller("GET", "/job/details", data=json.dumps({"filter": {"jobs": [one]}})))
    assert list(found) == [one]
    answer = caller("GET", "/system-name", data=json.dumps({"loc_spec": {"location": PIECE["location"]}}))
    assert caller.value(answer) == ["vc01.tech.local"]


# --- JSON-RPC -------------------------------------------------------------------------------------------------------


def typed(**changes: Any) -> dict[str, Any]:
    """PIECE as typed JSON."""
    fields: dict[str, Any] = {name: PIECE[name] for name in ("parts", "location_type", "location")}
    fields["location_user"] = {"OPTIONAL": PIECE["location_user"]}
    fields["comment"] = {"OPTIONAL": PIECE["comment"]}
    fields["fast_backup"] = {"OPTIONAL": None}
    for name in ("location_password", "backup_password"):
        fields[name] = {"OPTIONAL": {"SECRET": PIECE[name]}}
    return {"STRUCTURE": {f"{JOB}.backup_request": fields | changes}}


def rpc_error(result: Any) -> str:
    [kind] = result["error"]["ERROR"]
    assert kind.startswith(ERRORS)
    return str(kind.removeprefix(ERRORS))


def test_typed_values(server: Server) -> None:
    caller = VcsaCaller(server, "rest")
    output = invoke(server, caller.id, f"{JOB}.create", piece=typed())["output"]
    [(name, job)] = output["STRUCTURE"].items()
    assert name == f"{JOB}.backup_job_status"
    assert job["end_time"] == {"OPTIONAL": None}
    assert caller.job(job["id"])["state"] == "INPROGRESS"
    assert server.secret_equals("jobs", job["id"], "backup_password", PIECE["backup_password"])
    busy = invoke(server, caller.id, f"{JOB}.create", piece=typed())
    assert rpc_error(busy) == "feature_in_use"
    details = invoke(server, caller.id, f"{JOB}.details.list", filter={"OPTIONAL": None})["output"]
    assert [set(entry["STRUCTURE"]["map-entry"]) for entry in details] == [{"key", "value"}] * 3


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"parts": {"OPTIONAL": []}}, "invalid_argument"),
        ({"location_user": "bk"}, "invalid_argument"),
        ({"backup_password": {"OPTIONAL": "Abcdef1!"}}, "invalid_argument"),
        ({"location_type": "sftp"}, "invalid_argument"),
        ({"surplus": "x"}, "unexpected_input"),
    ],
)
def test_values_that_are_not_marked_as_what_they_are(server: Server, changes: dict[str, Any], kind: str) -> None:
    caller = VcsaCaller(server, "rest")
    assert rpc_error(invoke(server, caller.id, f"{JOB}.create", piece=typed(**changes))) == kind


def test_a_field_of_a_newer_release_is_welcome_as_long_as_it_is_unset(server: Server) -> None:
    server.switch(release="6.7.2")
    caller = VcsaCaller(server, "rest")
    refused = invoke(server, caller.id, f"{JOB}.create", piece=typed(fast_backup={"OPTIONAL": True}))
    assert rpc_error(refused) == "unexpected_input"
    assert "output" in invoke(server, caller.id, f"{JOB}.create", piece=typed())


def test_the_name_of_a_structure_counts(server: Server) -> None:
    caller = VcsaCaller(server, "rest")
    fields = typed()["STRUCTURE"][f"{JOB}.backup_request"]
    other = {"STRUCTURE": {"com.vmware.appliance.recovery.backup.backup_request": fields}}
    assert rpc_error(invoke(server, caller.id, f"{JOB}.create", piece=other)) == "invalid_argument"
    missing = {"STRUCTURE": {f"{JOB}.backup_request": {}}}
    assert rpc_error(invoke(server, caller.id, f"{JOB}.create", piece=missing)) == "invalid_argument"


def test_nothing_is_null_and_unknown_operations_are_refused(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    assert caller.schedule("default", **SPEC).ok
    assert invoke(server, caller.id, f"{SCHEDULES}.delete", schedule="default") == {"output": None}
    assert rpc_error(invoke(server, caller.id, f"{SCHEDULES}.erase")) == "operation_not_found"


def test_errors_of_rpc_have_no_status(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    result = invoke(server, caller.id, f"{JOB}.get", id="unknown")
    assert rpc_error(result) == "not_found"
    [message] = result["error"]["ERROR"][f"{ERRORS}not_found"]["messages"]
    assert message["STRUCTURE"]["com.vmware.vapi.std.localizable_message"]["args"] == ["unknown"]


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"params": 5}', '{"params": {"ctx": 5}}'])
def test_what_is_no_call(server: Server, body: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{server.url}/api", data=body)
    assert answer.status_code == 200
    assert rpc_error(answer.json()["result"]) == "operation_not_found"


def test_rpc_lives_at_one_path_only(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    envelope = {"jsonrpc": "2.0", "method": "invoke", "params": {}, "id": "0"}
    assert caller("POST", "/api/", json=envelope).status_code == 404
