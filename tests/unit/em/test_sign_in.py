# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to Enterprise Manager and out again: the token, the versions, idle sessions, what must not be shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock, Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    AuthFailed,
    BadAnswer,
    Failure,
    Forbidden,
    InvalidInput,
    NotFound,
    Rejected,
    ServerFault,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._em import client as em
from ansible_collections.backupfleet.rest.plugins.module_utils._em.client import Em
from ansible_collections.backupfleet.rest.plugins.module_utils._em.document import JSON, XML
from simulator.core.call import Exchange
from simulator.testing import Server
from support.clock import SwiftClock
from support.em import enterprise_manager, signed_in
from support.tasks import connection

PAGE = "<html><title>Sign in to the proxy</title></html>"
SERVERS = "/api/backupServers"


@pytest.fixture(name="manager")
def simulated_manager() -> Iterator[Server]:
    with enterprise_manager() as server:
        yield server


def open_service(server: Server, media: str = XML, **other: object) -> Em:
    clock = SwiftClock()
    options = {"api_version": "latest", **other}
    return Em(Connection(**connection(server, **options)), Clock(clock.now, clock.sleep), media)


@pytest.mark.parametrize("media", [XML, JSON])
@pytest.mark.parametrize("keys", ["pascal", "camel"])
def test_a_session_is_begun_and_ended(manager: Server, media: str, keys: str) -> None:
    manager.switch(json_keys=keys)
    with open_service(manager, media) as service:
        assert service.listed(SERVERS)
        assert signed_in(manager) == 1
    assert signed_in(manager) == 0


def test_a_session_is_ended_also_after_a_failure(manager: Server) -> None:
    with pytest.raises(Failure), open_service(manager) as service:
        service.call("GET", "/api/jobs/nothing")
    assert signed_in(manager) == 0


@pytest.mark.parametrize("version", Em.VERSIONS)
def test_the_version_is_chosen_at_sign_in_alone(manager: Server, version: str) -> None:
    with open_service(manager, api_version=version) as service:
        service.listed(SERVERS)
    asked = [(entry["path"], entry["query"].get("v")) for entry in manager.journal.entries]
    assert asked[0] == ("/api/sessionMngr/", [version])
    assert {version for _path, version in asked[1:]} == {None}


@pytest.mark.parametrize("media", [XML, JSON])
def test_one_format_is_asked_for_and_sent(manager: Server, media: str) -> None:
    seen: list[Exchange] = []
    manager.app.observers.append(seen.append)
    with open_service(manager, media) as service, pytest.raises(Failure):
        service.call("POST", "/api/jobs/nothing", {"action": "clone"}, b"{}")
    assert {exchange.headers["Accept"] for exchange in seen} == {media}
    assert {exchange.headers["Content-Type"] for exchange in seen if exchange.body} == {media}
    assert not any("Cookie" in exchange.headers for exchange in seen)


def test_the_header_of_the_token_is_read_in_any_case(manager: Server) -> None:
    seen: list[Exchange] = []
    created = {"do": "status", "status": 201, "headers": {"x-restsvcsessionid": "T0ken&of+the=proxy%"}}
    manager.faults.add(method="POST", path="/sessionMngr", body={"sessionId": "a-b-c"}, **created)
    manager.app.observers.append(seen.append)
    with open_service(manager, JSON) as service, pytest.raises(AuthFailed):
        service.call("GET", SERVERS, renew=False)
    assert [exchange.headers.get("X-Restsvcsessionid") for exchange in seen][1:] == ["T0ken&of+the=proxy%"] * 2
    assert seen[-1].path == "/api/logonSessions/a-b-c"


def test_wrong_credentials_are_one_clear_error(manager: Server) -> None:
    with pytest.raises(AuthFailed, match=r"was refused.*DOMAIN") as caught, open_service(manager, password="wrong"):
        pass
    assert "wrong" not in str(caught.value)
    assert len(manager.journal.entries) == 1


def test_a_user_name_with_a_colon_is_refused_before_anything_is_sent(manager: Server) -> None:
    with pytest.raises(InvalidInput, match="colon"), open_service(manager, username="a:b"):
        pass
    assert not manager.journal.entries


def test_a_missing_role_is_named(manager: Server) -> None:
    viewer = {"username": manager.viewer.username, "password": manager.viewer.password}
    with open_service(manager, **viewer) as service, pytest.raises(Forbidden, match="Portal Administrator"):
        list(service.query("Job"))


def test_an_idle_session_is_begun_anew(manager: Server) -> None:
    with open_service(manager) as service:
        service.listed(SERVERS)
        manager.clock.change({"ahead": 16 * 60})
        assert service.listed(SERVERS)
    assert manager.journal.counts["POST /api/sessionMngr/"] == 2
    assert signed_in(manager) == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"do": "status", "status": 201, "body": PAGE},
        {"do": "status", "status": 201, "body": ""},
        {"do": "status", "status": 201, "body": {"SessionId": "x"}},
        {"do": "truncate"},
    ],
    ids=["page", "empty", "no token", "half"],
)
def test_an_answer_that_is_no_session_is_an_error(manager: Server, answer: dict[str, object]) -> None:
    manager.faults.add(method="POST", path="/sessionMngr", **answer)
    with pytest.raises(BadAnswer), open_service(manager):
        pass


@pytest.mark.parametrize("media", [XML, JSON])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/jobs/nothing", NotFound),
        # The server says 500 for these.
        ("/api/tasks/task-297", NotFound),
        ("/api/query?type=Nothing", Rejected),
    ],
)
def test_errors_have_a_meaning_in_either_format(manager: Server, media: str, path: str, kind: type[Failure]) -> None:
    with open_service(manager, media) as service, pytest.raises(kind) as caught:
        service.call("GET", path)
    assert f"EM: GET {path} ->" in str(caught.value)


@pytest.mark.parametrize("body", [PAGE, "", {"detail": "another service's"}], ids=["page", "empty", "strange"])
def test_an_error_of_another_service_is_quoted(manager: Server, body: object) -> None:
    with open_service(manager) as service:
        manager.faults.add(do="status", status=500, body=body)
        with pytest.raises(ServerFault, match="the answer begins with"):
            service.call("GET", SERVERS)


@pytest.mark.parametrize("page_rows", [1, 2, 4, 9, 100])
@pytest.mark.parametrize("media", [XML, JSON])
def test_lists_are_read_to_the_end(
    manager: Server, monkeypatch: pytest.MonkeyPatch, page_rows: int, media: str
) -> None:
    monkeypatch.setattr(em, "PAGE_ROWS", page_rows)
    with open_service(manager, media) as service:
        names = [row["Name"] for row in service.query("Job")]
    assert len(names) == len(list(manager.service.estate.rows("jobs")))
    assert names == sorted(names)


@pytest.mark.parametrize("media", [XML, JSON])
@pytest.mark.parametrize("empty", ["empty", "null"])
def test_an_empty_list_has_no_rows(manager: Server, media: str, empty: str) -> None:
    manager.switch(empty_lists=empty)
    with open_service(manager, media) as service:
        assert list(service.query("Job", 'Name=="nothing"')) == []
        assert service.listed("/api/tasks") == []


def test_no_secret_is_ever_quoted(manager: Server) -> None:
    """The server says back in an error whatever it was sent."""
    tokens: list[str] = []

    def learn(exchange: Exchange) -> None:
        token = exchange.response_headers.get("X-RestSvcSessionId")
        if token:
            tokens.append(token)

    manager.app.observers.append(learn)
    basic = b64encode(f"{manager.username}:{manager.password}".encode()).decode()
    with open_service(manager) as service:
        echo = f"{tokens[0]} {basic} {manager.password}"
        for body in ({"Message": echo}, f"<html>{echo}</html>"):
            manager.faults.add(do="status", status=500, body=body)
            with pytest.raises(ServerFault) as caught:
                service.call("GET", SERVERS)
            shown = repr(caught.value.as_result()) + repr(service.connection)
            assert "********" in shown
            assert not [secret for secret in (tokens[0], basic, manager.password) if secret in shown]
