# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of a simulated vCenter in both REST styles, checked by the vendor's Swagger files of two releases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract.fixtures import vcsa_contract
from contract.vcsa import RELEASES, VcsaContract, VcsaObserver
from simulator.testing import Server, simulated
from support.vcsa_caller import SIGN_IN, VcsaCaller

__all__ = ["vcsa_contract"]

STYLES = ("rest", "api")
LOCATION = "sftp://10.0.0.5/backups"
SYSTEM = "vc01.tech.local"
SPEC: dict[str, Any] = {
    "parts": ["common"],
    "location": LOCATION,
    "location_user": "bk",
    "location_password": "Vf5#cK8+tR2%location",
    "backup_password": "Abcdef1!",
    "enable": True,
    "recurrence_info": {"minute": 0, "hour": 2, "days": ["SUNDAY"]},
    "retention_info": {"max_count": 7},
}


@pytest.fixture(params=RELEASES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with simulated("vcsa", clock="polls", polls=6) as made:
        made.switch(release=request.param)
        yield made


@pytest.fixture
def observer(vcsa_contract: VcsaContract, server: Server) -> VcsaObserver:
    made = VcsaObserver(vcsa_contract, release=server.service.switches.release)
    server.app.observers.append(made)
    return made


@pytest.mark.parametrize("style", STYLES)
def test_a_backup_from_sign_in_to_sign_out(server: Server, observer: VcsaObserver, style: str) -> None:
    caller = VcsaCaller(server, style)
    if style == "rest":
        caller("POST", f"{SIGN_IN['rest']}?~action=get")
    else:
        caller.get(SIGN_IN["api"])
    for part in caller.get("/parts"):
        caller.get(f"/parts/{part['id']}")
    caller.get(f"/{style}/appliance/recovery")
    caller.validate()
    job_id = caller.started(fast_backup=True)
    for answer in (caller.create(), caller.validate()):
        assert caller.error(answer)[1] == "FEATURE_IN_USE"
    while caller.job(job_id)["state"] == "INPROGRESS":
        caller.details(job_id)
    caller.get("/job")
    caller.details()
    caller.cancel(job_id)
    caller.started()
    assert caller.cancel(caller.get("/job")[0]).ok
    caller("DELETE", SIGN_IN[style])
    assert observer.violations == []
    assert observer.judged > 15


@pytest.mark.parametrize("style", STYLES)
def test_schedules_and_archives(server: Server, observer: VcsaObserver, style: str) -> None:
    caller = VcsaCaller(server, style)
    assert caller.schedule("nightly", **SPEC).ok
    assert caller.reschedule("nightly", enable=False).ok
    caller.get("/schedules")
    caller.get("/schedules/nightly")
    assert caller.run("nightly", comment="now").ok
    server.service.settle()
    assert caller.run("nightly").ok
    assert caller.systems(LOCATION).ok
    [newest, *_older] = caller.value(caller.archives(LOCATION, SYSTEM, max_results=5, comment_substring="now"))
    assert caller.archive(LOCATION, SYSTEM, newest["archive"]).ok
    assert caller("DELETE", "/schedules/nightly").ok
    assert observer.violations == []
    assert observer.judged == 11


@pytest.mark.parametrize("style", STYLES)
def test_errors(server: Server, observer: VcsaObserver, style: str) -> None:
    caller, viewer = VcsaCaller(server, style), VcsaCaller(server, style, server.viewer)
    caller.schedule("nightly", **SPEC)
    answers = [
        caller.schedule("nightly", **SPEC),
        caller.create(backup_password="short"),
        caller.reschedule("nightly", backup_password="short"),
        caller("GET", "/parts/unknown"),
        caller("GET", "/job/unknown"),
        caller.cancel("unknown"),
        caller.run("unknown"),
        caller("DELETE", "/schedules/unknown"),
        caller.systems("sftp://nowhere/x"),
        viewer("GET", "/job"),
        caller("GET", "/job", headers={"vmware-api-session-id": "nobody"}),
        caller("POST", SIGN_IN[style], auth=("nobody", "wrong")),
    ]
    assert not any(answer.ok for answer in answers)
    assert observer.violations == []


@pytest.mark.parametrize("shown", ["RUNNING", "PENDING", "BLOCKED"])
@pytest.mark.parametrize("style", STYLES)
def test_details_of_a_running_job(server: Server, observer: VcsaObserver, style: str, shown: str) -> None:
    server.switch(details_of_running=shown, run_type="MANUAL")
    caller = VcsaCaller(server, style)
    job_id = caller.started()
    assert caller.details(job_id)[job_id]["status"] == shown
    assert observer.violations == []


@pytest.mark.parametrize("style", STYLES)
def test_restores(server: Server, observer: VcsaObserver, style: str) -> None:
    caller = VcsaCaller(server, style)
    place = f"/{style}/appliance/recovery"
    directory = caller.details("20231209-074557-22617221")["20231209-074557-22617221"]["location"]
    request = {"location_type": "SFTP", "location": directory}
    body = {"piece": request} if style == "rest" else request
    check, cancel = {"rest": ("/validate", "/cancel"), "api": ("?action=validate", "?action=cancel")}[style]
    assert caller.value(caller("POST", f"{place}/restore{check}", json=body))["applicable"] is False
    caller("POST", f"{place}/restore{check}", json={**body, "location": "x"} if style == "api" else body)
    caller("POST", f"{place}/restore/job", json=body)
    caller("GET", f"{place}/restore/job")
    caller("POST", f"{place}/restore/job{cancel}")
    caller("POST", f"{place}/reconciliation/job", json={"spec": {}} if style == "rest" else {})
    caller("GET", f"{place}/reconciliation/job")
    assert observer.violations == []
    assert observer.judged == 9
