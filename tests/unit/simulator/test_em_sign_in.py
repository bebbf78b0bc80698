# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enterprise Manager: root, logon sessions, roles, and tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator.testing import Server, simulated
from support.em_caller import JSON, SESSION, SPACE, XML, EmCaller

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em") as made:
        yield made


def test_the_root_needs_no_sign_in_and_names_the_versions(server: Server) -> None:
    for path in ("/api", "/api/"):
        answer = requests.get(server.url + path, headers={"Accept": JSON}, timeout=5)
        assert [each["Name"] for each in answer.json()["SupportedVersions"]["SupportedVersions"]] == [
            "v1_5",
            "v1_6",
            "v1_7",
        ]
    create = [link["Href"] for link in answer.json()["Links"] if link["Rel"] == "Create"]
    assert create == [f"{server.url}/api/sessionMngr/?v=latest"]


@pytest.mark.parametrize("version", ["latest", "v1_5", "v1_7"])
def test_a_sign_in_gives_token_cookie_and_id(server: Server, version: str) -> None:
    caller = EmCaller(server, version=version)
    session = caller.logon.json()
    assert caller.logon.status_code == 201
    assert caller.logon.cookies.get(SESSION, path="/api") == caller.token
    assert session["UserName"] == server.username
    assert caller.token not in caller.logon.text
    assert session["SessionId"] in session["Href"]
    assert caller.get("/logonSessions")["LogonSessions"][0]["SessionId"] == session["SessionId"]


def test_a_sign_in_without_slash_and_version(server: Server) -> None:
    answer = requests.post(f"{server.url}/api/sessionMngr", auth=(server.username, server.password), timeout=5)
    assert answer.status_code == 201
    assert answer.headers["Content-Type"].startswith(XML)


def test_refused_sign_ins(server: Server) -> None:
    url = f"{server.url}/api/sessionMngr/?v=latest"
    wrong = requests.post(url, auth=(server.username, "wrong"), timeout=5)
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Basic Realm=RestSvc")
    assert requests.post(url, timeout=5).status_code == 401
    assert requests.post(url, headers={"Authorization": "Bearer x"}, timeout=5).status_code == 401
    old = requests.post(url[:-6] + "v1_2", auth=(server.username, server.password), timeout=5)
    assert old.status_code == 400


def test_without_a_token_nobody_learns_what_is_there(server: Server) -> None:
    for path in ("jobs", "nowhere"):
        answer = requests.get(f"{server.url}/api/{path}", timeout=5)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Basic Realm=RestSvc")


def test_sign_out_by_the_id_of_the_session(server: Server) -> None:
    caller, other = EmCaller(server), EmCaller(server)
    session = caller.logon.json()["SessionId"]
    assert caller("GET", f"/logonSessions/{session}").status_code == 200
    assert caller("DELETE", f"/logonSessions/{session}").status_code == 204
    assert caller("GET", "/repositories").status_code == 401
    assert other("GET", "/repositories").status_code == 200
    assert other("GET", f"/logonSessions/{session}").status_code == 500
    assert other("DELETE", f"/logonSessions/{UNKNOWN}").status_code == 500


def test_the_cookie_wins_over_the_header(server: Server) -> None:
    caller = EmCaller(server)
    stale = {"Cookie": f"{SESSION}=stale"}
    assert caller("GET", "/jobs", headers=stale).status_code == 401
    only_cookie = {SESSION: None, "Cookie": f"{SESSION}={caller.token}"}
    assert caller("GET", "/jobs", headers=only_cookie).status_code == 200


def test_a_session_ends_when_it_was_idle_and_lives_while_it_is_used(server: Server) -> None:
    caller = EmCaller(server)
    for _step in range(3):
        server.clock.ahead += 899
        assert caller("GET", "/tasks").status_code == 200
    server.clock.ahead += 901
    assert caller("GET", "/tasks").status_code == 401


def test_a_token_may_end_before_its_time(server: Server) -> None:
    caller = EmCaller(server)
    server.faults.add(do="expire_token", path="/jobs$")
    assert caller("GET", "/jobs").status_code == 401
    assert caller("GET", "/jobs").status_code == 401


def test_jobs_are_for_administrators(server: Server) -> None:
    viewer, job = EmCaller(server, login=server.viewer), EmCaller(server).jobs()[0]["Href"].partition("?")[0]
    refused = [
        viewer("GET", "/jobs"),
        viewer("GET", job),
        viewer("GET", "/query?type=Job"),
        viewer("POST", f"{job}?action=start"),
        viewer("DELETE", job),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert refused[0].json()["Message"] == "Access denied"
    for path in ("/repositories", "/tasks", "/query?type=Repository", "/backupServers", "/logonSessions"):
        assert viewer("GET", path).status_code == 200


def test_errors_in_both_formats_and_as_a_proxy_has_them(server: Server) -> None:
    caller = EmCaller(server)
    missing = f"/jobs/{UNKNOWN}"
    body = caller("GET", missing).json()
    assert set(body) == {"FirstChanceExceptionMessage", "Message", "StackTrace", "Status", "StatusCode"}
    assert body["StatusCode"] == 404
    xml = caller("GET", missing, headers={"Accept": XML})
    assert (xml.status_code, xml.headers["Content-Type"]) == (404, "application/xml; charset=utf-8")
    assert 'StatusCode="404"' in xml.text
    server.switch(error_body="html")
    page = caller("GET", missing)
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (404, "text/html")
    assert "404 NOT FOUND" in page.text
    server.switch(error_body="empty")
    assert caller("GET", missing).content == b""


def test_links_are_under_the_host_that_was_asked(server: Server) -> None:
    root = EmCaller(server).tree("/backupServers", format="Entity")
    links = [link.get("Href", "") for link in root.iter(f"{SPACE}Link")]
    assert links
    assert all(href.startswith(f"{server.url}/api/") for href in links)
