# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the vCenter: what is documented passes, what is not is found, in both styles and releases."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .documents import SpecificationsMissing
from .fixtures import vcsa_contract
from .vcsa import RELEASES, VcsaContract, VcsaObserver
from .vcsa_swagger import at_action, modern

__all__ = ["vcsa_contract"]

B = "/appliance/recovery/backup"
PIECE = {"parts": ["common"], "location_type": "SFTP", "location": "sftp://h/x"}
JOB = {
    "id": "20231209-074557-22617221",
    "state": "INPROGRESS",
    "messages": [],
    "progress": 0,
    "start_time": "2023-12-09T07:45:57.000Z",
}
RESULT = {"status": "OK", "messages": []}
SCHEDULE = {"parts": ["common"], "location": "sftp://h/x", "enable": True}
MESSAGE = {"id": "x", "default_message": "y", "args": []}
Exchange = tuple[str, str, dict[str, str], Any, int, Any]

RIGHT: list[Exchange] = [
    ("POST", f"/rest{B}/job", {}, {"piece": PIECE}, 200, {"value": JOB}),
    ("POST", f"/api{B}/job", {}, PIECE, 201, JOB),
    ("POST", f"/api{B}", {"action": "validate"}, PIECE, 200, RESULT),
    ("POST", f"/api{B}/job/{JOB['id']}", {"action": "cancel"}, None, 200, RESULT),
    ("POST", f"/rest{B}/job/{JOB['id']}/cancel", {}, None, 200, {"value": RESULT}),
    ("GET", f"/rest{B}/schedules", {}, None, 200, {"value": [{"key": "default", "value": SCHEDULE}]}),
    ("GET", f"/api{B}/schedules", {}, None, 200, {"default": SCHEDULE}),
    ("DELETE", f"/api{B}/schedules/default", {}, None, 204, None),
    ("POST", "/rest/com/vmware/cis/session", {"~action": "get"}, None, 401, {"type": "x", "value": {"messages": []}}),
    ("POST", "/api/session", {}, None, 201, "id"),
    ("GET", f"/api{B}/job", {}, None, 403, {"messages": [MESSAGE], "error_type": "UNAUTHORIZED"}),
    ("GET", f"/rest{B}/job", {}, None, 503, {"type": "x", "value": {"messages": [MESSAGE]}}),
]
WRONG: list[tuple[Exchange, str]] = [
    (("POST", f"/rest{B}/job", {}, PIECE, 200, {"value": JOB}), "'piece' is a required property"),
    (("POST", f"/api{B}/job", {}, {"piece": PIECE}, 201, JOB), "'piece' is not declared"),
    (("POST", f"/api{B}/job", {}, {**PIECE, "locationtype": "x"}, 201, JOB), "'locationtype' is not declared"),
    (("POST", f"/api{B}/job", {}, PIECE, 200, JOB), "status 200 is not documented"),
    (("POST", f"/rest{B}/job", {}, {"piece": PIECE}, 201, {"value": JOB}), "status 201 is not documented"),
    (("POST", f"/api{B}/job", {}, PIECE, 201, {**JOB, "end_time": None}), "end_time: is null, not string"),
    (("POST", f"/api{B}/job", {}, PIECE, 201, {**JOB, "state": "RUNNING"}), "'RUNNING' is none of"),
    (("GET", f"/api{B}/job/details", {"filter.jobs": "x"}, None, 200, {}), "query 'filter.jobs' is not declared"),
    (("GET", f"/api{B}/schedules", {}, None, 200, {"default": {**SCHEDULE, "id": 1}}), "'id' is not declared"),
    (("GET", f"/rest{B}/schedules", {}, None, 200, {"value": {}}), "is an object, not array"),
    (("POST", f"/api{B}", {"action": "check"}, PIECE, 200, RESULT), "is not documented"),
    (("POST", f"/api{B}/job/x/cancel", {}, None, 200, RESULT), "is not documented"),
    (("GET", f"/rest{B}/system-name", {}, None, 200, {"value": []}), "query 'loc_spec.location' is required"),
    (("GET", f"/api{B}/job", {}, None, 401, {"messages": [{"id": "x"}]}), "'default_message' is a required property"),
]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("exchange", RIGHT, ids=lambda exchange: f"{exchange[0]} {exchange[1]} {exchange[4]}")
def test_what_is_documented(vcsa_contract: VcsaContract, exchange: Exchange, release: str) -> None:
    assert vcsa_contract.check(*exchange, release) == []


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("exchange", "sentence"), WRONG)
def test_what_is_not(vcsa_contract: VcsaContract, exchange: Exchange, sentence: str, release: str) -> None:
    assert any(sentence in found for found in vcsa_contract.check(*exchange, release))


def test_what_came_with_8_0(vcsa_contract: VcsaContract) -> None:
    exchange: Exchange = ("GET", f"/api{B}/schedules/x", {}, None, 200, {**SCHEDULE, "fast_backup": True})
    assert vcsa_contract.check(*exchange, "8.0.2") == []
    [sentence] = vcsa_contract.check(*exchange, "7.0.3")
    assert "'fast_backup' is not declared" in sentence


def exchange(**changes: Any) -> Any:
    """An exchange as the simulator hands it to its observers."""
    fields: dict[str, Any] = {
        "method": "GET",
        "path": f"/api{B}/job",
        "query": {},
        "headers": {},
        "body": b"",
        "json": None,
        "status": 200,
        "response_json": [],
        "faults": (),
    }
    return SimpleNamespace(**(fields | changes))


def test_the_observer_collects_violations(vcsa_contract: VcsaContract) -> None:
    observer = VcsaObserver(vcsa_contract, expected=lambda exchange: exchange.status == 403)
    for heard in (exchange(path="/api", status=418), exchange(faults=("x",), status=418), exchange(status=None)):
        observer(heard)
    observer(exchange(status=403, response_json=5))
    assert (observer.judged, observer.violations) == (0, [])
    observer(exchange())
    assert (observer.judged, observer.violations) == (1, [])
    observer(exchange(response_json=[1]))
    assert (observer.judged, len(observer.violations)) == (2, 1)


# What needs no vendor file.


def test_absent_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SpecificationsMissing, match=r"missing: all"):
        VcsaContract.load(tmp_path)


def test_an_action_is_a_place_of_its_own() -> None:
    document: dict[str, Any] = {
        "definitions": {},
        "paths": {
            "/api/plants/{id}": {"get": {"responses": {"204": {}}}},
            "/api/plants/{id}?action=water": {"post": {"responses": {"204": {}}}},
        },
    }
    assert set(modern([document])["paths"]) == {"/api/plants/{id}", at_action("/api/plants/{id}", "action=water")}
