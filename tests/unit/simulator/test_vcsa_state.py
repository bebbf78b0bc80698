# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated vCenter shows no secret, writes nothing when it is read-only, and can be saved and reset."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from simulator.testing import Server, simulated
from support.vcsa_caller import PIECE, SIGN_IN, VcsaCaller, invoke

STYLES = ("rest", "api")
LOCATION = "sftp://10.0.0.5/backups"
SECRET_QUERY = "CANARY-query-xQ7%mB2&tR9"
JOB = "com.vmware.appliance.recovery.backup.job"
REFUSED = 599


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vcsa") as made:
        yield made


def test_canaries(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    callers = [VcsaCaller(server, style) for style in STYLES]
    seen = []
    for caller in callers:
        secrets = {"backup_password": "CANARY-1!a", "location_password": "CANARY-2"}
        caller.started(**secrets)
        caller.schedule(f"schedule-{caller.style}", location=LOCATION, **secrets)
        caller.create(backup_password="CANARY")
        seen += [json.dumps(caller.get(path)) for path in ("/job/details", "/schedules", "/job")]
    query = {"loc_spec.location": LOCATION, "loc_spec.location_password": SECRET_QUERY}
    assert callers[0]("GET", "/system-name", params=query).ok
    secret = {"OPTIONAL": {"SECRET": "CANARY-3!a"}}
    fields = {"parts": [], "location_type": "SFTP", "location": LOCATION, "backup_password": secret}
    piece = {"STRUCTURE": {f"{JOB}.backup_request": fields}}
    seen.append(json.dumps(invoke(server, callers[0].id, f"{JOB}.create", piece=piece)))
    seen += [json.dumps(server.journal.dump()), json.dumps(server.snapshot()), *capfd.readouterr()]
    everything = "".join(seen)
    assert "backup_password" in everything
    assert "CANARY" not in everything
    for secret_word in (server.password, *(caller.id for caller in callers)):
        assert secret_word not in everything


def test_secrets_are_compared_but_never_shown(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    job_id = caller.started()
    caller.schedule("default", location=LOCATION, location_password="long-location-password")
    assert server.secret_equals("jobs", job_id, "location_password", str(PIECE["location_password"]))
    assert not server.secret_equals("jobs", job_id, "backup_password", "Another1!")
    assert server.secret_equals("schedules", "default", "location_password", "long-location-password")
    assert server.secret_equals("schedules", "default", "backup_password", "")
    with pytest.raises(LookupError, match="no schedules other"):
        server.secret_equals("schedules", "other", "backup_password", "")


@pytest.mark.parametrize("style", STYLES)
def test_readonly_refuses_writes_and_nothing_else(server: Server, style: str) -> None:
    VcsaCaller(server, style).schedule("default", location=LOCATION)
    server.readonly()
    caller = VcsaCaller(server, style)
    before = server.snapshot()
    for answer in (
        caller.create(),
        caller.cancel("20231209-074557-22617221"),
        caller.schedule("second", location=LOCATION),
        caller.reschedule("default", enable=False),
        caller.run("default"),
        caller("DELETE", "/schedules/default"),
    ):
        assert answer.status_code == REFUSED
    for answer in (
        caller.validate(),
        caller.systems(LOCATION),
        caller.archives(LOCATION, "vc01.tech.local"),
        caller("GET", "/job/details"),
    ):
        assert answer.ok
    assert server.snapshot() == before
    assert caller("DELETE", SIGN_IN[style]).ok


def test_readonly_reads_rpc_calls(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    server.readonly()
    assert "output" in invoke(server, caller.id, f"{JOB}.list")
    refused = caller("POST", "/api", json=_call(caller, f"{JOB}", "cancel"))
    assert refused.status_code == REFUSED


def _call(caller: VcsaCaller, service: str, operation: str) -> object:
    security = {"schemeId": "com.vmware.vapi.std.security.session_id", "sessionId": caller.id}
    parameters = {"serviceId": service, "operationId": operation, "input": {}, "ctx": {"securityCtx": security}}
    return {"jsonrpc": "2.0", "method": "invoke", "params": parameters, "id": "0"}


def test_saving_and_resetting(server: Server) -> None:
    caller = VcsaCaller(server, "rest")
    fresh = server.snapshot()
    caller.started()
    caller.schedule("default", location=LOCATION)
    saved = server.snapshot()
    server.reset()
    assert server.snapshot() == fresh
    assert caller("GET", "/job").status_code == 401
    server.restore(json.loads(json.dumps(saved)))
    assert set(VcsaCaller(server, "rest").get("/schedules")) == {"default"}
    assert len(VcsaCaller(server, "rest").get("/job")) == 3


def test_an_unknown_switch_or_value(server: Server) -> None:
    for values in ({"no_such": 1}, {"release": "5.5"}, {"idle_seconds": "long"}):
        with pytest.raises(ValueError, match=r"switch"):
            server.switch(**values)


@pytest.mark.parametrize(("style", "kind"), [("rest", "SERVICE_UNAVAILABLE"), ("api", "SERVICE_UNAVAILABLE")])
def test_injected_errors_have_the_words_of_the_style(server: Server, style: str, kind: str) -> None:
    caller = VcsaCaller(server, style)
    server.faults.add(do="status", status=503, path="/job$")
    assert caller.error(caller("GET", "/job")) == (503, kind)
    server.faults.add(do="status", status=401, path="/job$")
    assert caller.error(caller("GET", "/job")) == (401, "UNAUTHENTICATED")
    server.faults.add(do="status", status=500, path="/job$")
    assert caller.error(caller("GET", "/job")) == (500, "ERROR")
