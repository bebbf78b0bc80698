# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to a vCenter in the style it has, staying signed in, signing out whatever happens; and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock, Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    AuthFailed,
    BadAnswer,
    Forbidden,
    NotFound,
    RestError,
    ServerFault,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.sign_in import FRESH_TOKENS
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.client import Vcsa
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.recovery import Recovery
from simulator.testing import Server, simulated
from support.clock import SwiftClock
from support.tasks import connection
from support.vcsa import STYLES, left_open

RELEASES = {"6.5": "rest", "6.7.0": "rest", "7.0.3": "api", "8.0.3": "api", "9.1.1": "api"}


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vcsa") as made:
        yield made


def service(server: Server, style: str = "auto", **other: Any) -> Vcsa:
    clock = SwiftClock()
    address = Connection(**{**connection(server), **other}, api_version=style)
    return Vcsa(address, clock=Clock(clock.now, clock.sleep))


def signed_in(vcenter: Vcsa) -> None:
    """Sign in, and out again."""
    with vcenter:
        assert vcenter.style


@pytest.mark.parametrize("release", RELEASES)
def test_the_newer_style_is_used_where_there_is_one(server: Server, release: str) -> None:
    server.switch(release=release)
    with service(server) as vcenter:
        assert vcenter.style == RELEASES[release]
        assert Recovery(vcenter).ids()
    assert left_open(server) == 0


@pytest.mark.parametrize("styles", STYLES)
def test_a_style_that_is_switched_off_is_not_used(server: Server, styles: str) -> None:
    server.switch(styles=styles)
    with service(server) as vcenter:
        assert vcenter.style == styles


@pytest.mark.parametrize(("styles", "wanted"), [("rest", "api"), ("api", "rest")])
def test_a_style_that_is_named_is_the_only_one_tried(server: Server, styles: str, wanted: str) -> None:
    server.switch(styles=styles)
    with pytest.raises(NotFound, match="api_style"), service(server, wanted):
        pass
    assert left_open(server) == 0


def test_a_server_with_neither_style_is_an_error(server: Server) -> None:
    server.faults.add(do="status", status=404, body="<html>No such page</html>", times=0)
    with pytest.raises(NotFound, match="25 characters of text/html"), service(server):
        pass


@pytest.mark.parametrize("style", STYLES)
def test_wrong_credentials_are_named_in_the_error(server: Server, style: str) -> None:
    vcenter = service(server, style, password="Qx3&wrong+Lm7=")
    with pytest.raises(AuthFailed, match=r"administrator@vsphere.local' was refused.*its domain") as refusal:
        signed_in(vcenter)
    assert "Qx3&wrong" not in str(refusal.value)
    assert refusal.value.code == "UNAUTHENTICATED"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("password", ["plain", "a:b:c", "Grüße, 世界 🔑", "quote\"'\\{{ x }}", " "])
def test_any_character_is_allowed_in_a_password(server: Server, style: str, password: str) -> None:
    server.service.accounts.add("backup@vsphere.local", password)
    with service(server, style, username="backup@vsphere.local", password=password) as vcenter:
        assert Recovery(vcenter).supported() is True


@pytest.mark.parametrize("style", STYLES)
def test_the_error_of_a_viewer_names_the_needed_group(server: Server, style: str) -> None:
    other = {"username": server.viewer.username, "password": server.viewer.password}
    with pytest.raises(Forbidden, match=r"SystemConfiguration\.Administrators"), service(server, style, **other) as it:
        Recovery(it).ids()
    assert left_open(server) == 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("body", ["json", "empty"])
def test_a_session_that_ended_is_replaced_once(server: Server, style: str, body: str) -> None:
    server.switch(rejected_session_body=body)
    with service(server, style) as vcenter:
        server.service.accounts.sign_everyone_out()
        assert Recovery(vcenter).ids()
        server.service.accounts.sign_everyone_out()
        assert Recovery(vcenter).parts()
    assert left_open(server) == 0


@pytest.mark.parametrize("style", STYLES)
def test_a_session_that_always_expires_ends_in_an_error(server: Server, style: str) -> None:
    with pytest.raises(AuthFailed), service(server, style) as vcenter:
        server.faults.add(do="expire_token", path="/recovery", times=0)
        Recovery(vcenter).ids()
    signed_in = sum(entry["method"] == "POST" and "session" in entry["path"] for entry in server.journal.entries)
    assert signed_in == 1 + FRESH_TOKENS


@pytest.mark.parametrize("style", STYLES)
def test_a_password_that_was_changed_meanwhile_is_an_error(server: Server, style: str) -> None:
    with pytest.raises(AuthFailed, match="Check user name and password"), service(server, style) as vcenter:
        server.service.accounts.sign_everyone_out()
        server.service.accounts.add(server.username, "another one by now")
        Recovery(vcenter).ids()


@pytest.mark.parametrize("style", STYLES)
def test_too_many_sessions_are_named_in_the_error(server: Server, style: str) -> None:
    server.switch(session_limit=0)
    with pytest.raises(ServerFault, match="too many sessions"), service(server, style):
        pass


@pytest.mark.parametrize("style", STYLES)
def test_a_failed_sign_out_does_not_hide_the_error(server: Server, style: str) -> None:
    server.faults.add(do="status", status=500, method="DELETE", times=0)
    with pytest.raises(NotFound, match="no-such-job"), service(server, style) as vcenter:
        Recovery(vcenter).job("no-such-job")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("body", ["", "null", "{}", '{"value": {}}', '{"value": ""}', "[]", '""', "<html>"])
def test_a_sign_in_answer_without_a_session_is_an_error(server: Server, style: str, body: str) -> None:
    server.faults.add(do="status", status=200, path="session$", body=body, times=0)
    with pytest.raises(BadAnswer), service(server, style):
        pass


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("ask", "body"),
    [
        ("ids", {"value": {}}),
        ("parts", {"value": ["common"]}),
        ("jobs", {"value": "x"}),
        ("schedules", {"value": [{"id": 1}]}),
        ("ids", "<html>"),
        ("ids", '["unwrapped'),
    ],
)
def test_an_answer_of_another_shape_is_an_error(server: Server, style: str, ask: str, body: Any) -> None:
    shown = body["value"] if style == "api" and isinstance(body, dict) else body
    with service(server, style) as vcenter:
        server.faults.add(do="status", status=200, path="/recovery", body=shown)
        with pytest.raises(BadAnswer):
            getattr(Recovery(vcenter), ask)()


def test_a_rest_answer_that_is_not_wrapped_is_an_error(server: Server) -> None:
    with service(server, "rest") as vcenter:
        server.faults.add(do="status", status=200, path="/backup/job$", body=["20231209-074557-22617221"])
        with pytest.raises(BadAnswer, match="not wrapped"):
            Recovery(vcenter).ids()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "error", ServerFault),
        (500, "error", ServerFault),
        (400, "internal_server_error", ServerFault),
        (404, "not_found", NotFound),
        (403, "unauthorized", Forbidden),
        (400, "unauthorized", Forbidden),
        (503, "service_unavailable", ServerFault),
        (418, "something_new", RestError),
    ],
)
def test_the_type_of_an_error_says_more_than_its_status(
    server: Server, style: str, status: int, error: str, kind: type[RestError]
) -> None:
    messages = [{"id": "x.y", "default_message": "It went wrong.", "args": []}]
    wrapped = {"type": f"com.vmware.vapi.std.errors.{error}", "value": {"messages": messages}}
    plain = {"error_type": error.upper(), "messages": messages}
    with service(server, style) as vcenter:
        body = plain if style == "api" else wrapped
        server.faults.add(do="status", status=status, path="/backup/job$", body=body, times=0)
        with pytest.raises(kind, match="It went wrong") as failure:
            Recovery(vcenter).start({})
    assert (failure.value.code, failure.value.status) == (error.upper(), status)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("body", ["", "[]", "Bad Gateway", {"value": 1}, {"messages": "x", "type": None}])
def test_an_error_without_a_vcenter_message_is_shown(server: Server, style: str, body: Any) -> None:
    with service(server, style) as vcenter:
        server.faults.add(do="status", status=502, path="/backup/job$", body=body, times=0)
        with pytest.raises(ServerFault, match="502"):
            Recovery(vcenter).start({})


@pytest.mark.parametrize("style", STYLES)
def test_the_time_is_that_of_the_appliance(server: Server, style: str) -> None:
    with service(server, style) as vcenter:
        here = vcenter.now()
        server.faults.add(do="status", status=500, path="session$")
        assert abs((vcenter.now() - here).total_seconds()) < 60, "without an answer, the time here"
        server.clock.ahead += 1000
        assert 900 < (vcenter.now() - here).total_seconds() < 1100
