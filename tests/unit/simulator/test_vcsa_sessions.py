# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of a simulated vCenter: who may sign in, for how long, with what, and how others are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator.testing import Server, simulated
from support.vcsa_caller import SESSION_HEADER, SIGN_IN, VcsaCaller, invoke

STYLES = ("rest", "api")
JOBS = "/appliance/recovery/backup/job"
LIST = "com.vmware.appliance.recovery.backup.job.list"
REQUIRED = "com.vmware.vapi.endpoint.method.authentication.required"


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vcsa") as made:
        yield made


def stranger() -> requests.Session:
    """A client that nobody has signed in."""
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.mark.parametrize(("style", "status"), [("rest", 200), ("api", 201)])
def test_signing_in(server: Server, style: str, status: int) -> None:
    answer = stranger().post(server.url + SIGN_IN[style], auth=(server.username, server.password))
    assert answer.status_code == status
    given = answer.json()["value"] if style == "rest" else answer.json()
    assert isinstance(given, str)
    assert answer.headers["Set-Cookie"].startswith(f"{SESSION_HEADER}={given};")


@pytest.mark.parametrize("style", STYLES)
def test_a_client_of_headers_gets_no_cookie(server: Server, style: str) -> None:
    login, headers = (server.username, server.password), {"vmware-use-header-authn": "true"}
    answer = stranger().post(server.url + SIGN_IN[style], auth=login, headers=headers)
    assert answer.ok
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("other", STYLES)
@pytest.mark.parametrize("style", STYLES)
def test_a_session_of_one_style_is_one_of_the_other(server: Server, style: str, other: str) -> None:
    caller = VcsaCaller(server, style)
    assert caller("GET", f"/{other}{JOBS}").ok
    assert "output" in invoke(server, caller.id, LIST)


def test_a_cookie_is_as_good_as_the_header(server: Server) -> None:
    caller = VcsaCaller(server, "api")
    cookie = {SESSION_HEADER: caller.id}
    assert stranger().get(f"{server.url}/api{JOBS}", cookies=cookie).ok
    assert stranger().get(f"{server.url}/rest{JOBS}", cookies={SESSION_HEADER: "another"}).status_code == 401


def test_a_session_names_its_account(server: Server) -> None:
    rest, api = VcsaCaller(server, "rest"), VcsaCaller(server, "api")
    given = rest.value(rest("POST", f"{SIGN_IN['rest']}?~action=get"))
    assert given.keys() == api.get("/api/session").keys()
    assert given["user"] == server.username
    assert given["created_time"] <= given["last_accessed_time"]


@pytest.mark.parametrize("password", ["wrong", ""])
@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_password(server: Server, style: str, password: str) -> None:
    answer = stranger().post(server.url + SIGN_IN[style], auth=(server.username, password))
    assert answer.status_code == 401


def test_a_refusal_has_the_words_of_the_style(server: Server) -> None:
    message = {"id": REQUIRED, "default_message": "Authentication required.", "args": []}
    rest = stranger().get(f"{server.url}/rest{JOBS}")
    assert rest.status_code == 401
    assert rest.json()["type"] == "com.vmware.vapi.std.errors.unauthenticated"
    assert rest.json()["value"]["messages"] == [message]
    api = stranger().get(f"{server.url}/api{JOBS}")
    assert api.status_code == 401
    assert (api.json()["error_type"], api.json()["messages"]) == ("UNAUTHENTICATED", [message])
    [(kind, _fields)] = invoke(server, "nobody", LIST)["error"]["ERROR"].items()
    assert kind == "com.vmware.vapi.std.errors.unauthenticated"


@pytest.mark.parametrize("style", STYLES)
def test_a_refusal_may_be_empty(server: Server, style: str) -> None:
    server.switch(rejected_session_body="empty")
    answer = stranger().get(f"{server.url}/{style}{JOBS}")
    assert (answer.status_code, answer.content) == (401, b"")
    assert "error" in invoke(server, "nobody", LIST)


@pytest.mark.parametrize(("style", "status"), [("rest", 200), ("api", 204)])
def test_signing_out(server: Server, style: str, status: int) -> None:
    caller = VcsaCaller(server, style)
    assert server.service.accounts.count() == 1
    answer = caller("DELETE", SIGN_IN[style])
    assert (answer.status_code, answer.content) == (status, b"")
    assert server.service.accounts.count() == 0
    assert caller("GET", "/job").status_code == 401
    assert caller("DELETE", SIGN_IN[style]).status_code == 401


@pytest.mark.parametrize("style", STYLES)
def test_a_pause_that_is_too_long_ends_a_session(server: Server, style: str) -> None:
    server.switch(idle_seconds=60)
    caller = VcsaCaller(server, style)
    for _minute in range(3):
        server.clock.change({"ahead": server.clock.ahead + 50})
        assert caller("GET", "/job").ok
    server.clock.change({"ahead": server.clock.ahead + 61})
    assert caller("GET", "/job").status_code == 401


def test_no_session_outlives_its_lifetime(server: Server) -> None:
    server.switch(lifetime_seconds=120)
    caller = VcsaCaller(server, "api")
    for _minute in range(2):
        assert caller("GET", "/job").ok
        server.clock.change({"ahead": server.clock.ahead + 61})
    assert caller("GET", "/job").status_code == 401


@pytest.mark.parametrize("style", STYLES)
def test_a_client_that_never_signs_out_is_refused_in_the_end(server: Server, style: str) -> None:
    server.switch(session_limit=2)
    first = VcsaCaller(server, style)
    VcsaCaller(server, style)
    answer = stranger().post(server.url + SIGN_IN[style], auth=(server.username, server.password))
    assert first.error(answer) == (503, "SERVICE_UNAVAILABLE")
    first("DELETE", SIGN_IN[style])
    assert VcsaCaller(server, style)("GET", "/job").ok


@pytest.mark.parametrize("style", STYLES)
def test_a_session_can_be_ended_before_its_time(server: Server, style: str) -> None:
    caller = VcsaCaller(server, style)
    server.faults.add(do="expire_token", path="/job$", skip=1)
    assert caller("GET", "/job").ok
    assert caller("GET", "/job").status_code == 401


@pytest.mark.parametrize("style", STYLES)
def test_outside_the_group_there_is_only_a_session(server: Server, style: str) -> None:
    caller = VcsaCaller(server, style, server.viewer)
    assert caller.error(caller("GET", "/job")) == (403, "UNAUTHORIZED")
    assert caller.error(caller.create()) == (403, "UNAUTHORIZED")
    [kind] = invoke(server, caller.id, LIST)["error"]["ERROR"]
    assert kind == "com.vmware.vapi.std.errors.unauthorized"
    assert caller("DELETE", SIGN_IN[style]).ok


def test_the_path_that_the_vendors_connector_uses_is_closed_unless_opened(server: Server) -> None:
    login = (server.username, server.password)
    assert stranger().post(f"{server.url}/rest/session", auth=login).status_code == 404
    server.switch(rest_session_path="on")
    answer = stranger().post(f"{server.url}/rest/session", auth=login)
    assert VcsaCaller(server, "rest")("GET", "/job", headers={SESSION_HEADER: answer.json()["value"]}).ok


@pytest.mark.parametrize(
    ("switches", "served"),
    [
        ({}, {"rest", "api"}),
        ({"styles": "rest"}, {"rest"}),
        ({"styles": "api"}, {"api"}),
        ({"release": "6.7.2"}, {"rest"}),
        ({"release": "9.1.1"}, {"rest", "api"}),
    ],
)
def test_which_styles_are_served(server: Server, switches: dict[str, str], served: set[str]) -> None:
    server.switch(**switches)
    login = (server.username, server.password)
    answers = {style: stranger().post(server.url + SIGN_IN[style], auth=login) for style in STYLES}
    assert {style for style, answer in answers.items() if answer.ok} == served
    for style in set(STYLES) - served:
        assert (answers[style].status_code, answers[style].headers["Content-Type"]) == (404, "text/html")


def test_before_6_7_there_were_no_schedules(server: Server) -> None:
    server.switch(release="6.5")
    caller = VcsaCaller(server, "rest")
    assert caller("GET", "/job").ok
    assert caller.error(caller("GET", "/schedules")) == (404, "OPERATION_NOT_FOUND")
    result = invoke(server, caller.id, "com.vmware.appliance.recovery.backup.schedules.list")
    assert list(result["error"]["ERROR"]) == ["com.vmware.vapi.std.errors.operation_not_found"]
