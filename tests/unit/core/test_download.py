# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads over real sockets: read piece by piece, whole or not at all, redacted where they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import urllib3

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import BadAnswer, Unreachable
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import PIECE_BYTES, Download, Http
from simulator.testing import Server, serving
from support.tasks import connection
from support.vbaz import asked

EXPORT = "/api/v8.1/jobSessions/export"
MANY = 2000


@pytest.fixture(name="server", scope="module")
def appliance_behind_a_socket() -> Iterator[Server]:
    with serving("vbaz") as server:
        server.seed({"history": {"count": MANY}})
        yield server


@pytest.fixture(autouse=True)
def fresh(server: Server) -> None:
    server.faults.clear()
    server.journal.clear()
    server.switch(export_length="chunked")


@contextmanager
def export(server: Server, accept: str = "text/csv", **other: Any) -> Iterator[Download]:
    with ExitStack() as stack:
        http = Http("VBAZ", Connection(**connection(server, **other)))
        stack.callback(http.close)
        form = {"grant_type": "Password", "username": server.username, "password": server.password}
        token = http.send("POST", "/api/oauth2/token", form=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        yield stack.enter_context(http.download("POST", EXPORT, headers=headers))


@pytest.mark.parametrize("length", ["chunked", "declared"])
def test_a_body_comes_in_pieces(server: Server, length: str) -> None:
    server.switch(export_length=length)
    with export(server) as answer:
        assert answer.ok and answer.headers["content-type"] == "application/octet-stream"
        pieces = list(answer.pieces())
    assert len(pieces) > 1 and max(map(len, pieces)) <= PIECE_BYTES
    assert b"".join(pieces).count(b"\r\n") == MANY + 2


def test_the_accepted_format_is_the_one_that_comes(server: Server) -> None:
    with export(server, accept="application/xml") as answer:
        assert next(answer.pieces()).startswith(b"<?xml")
    assert asked(server, "/export")[0]["headers"]["Accept"] == "application/xml"


def test_the_body_need_not_be_read(server: Server) -> None:
    with export(server) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("length", ["chunked", "declared"])
def test_a_body_that_breaks_off_is_an_error(server: Server, length: str) -> None:
    server.switch(export_length=length)
    server.faults.add(do="truncate", path=EXPORT)
    arrived = []
    with export(server) as answer, pytest.raises(BadAnswer, match=r"broke before the answer arrived.*Nothing was"):
        arrived.extend(answer.pieces())
    assert arrived, "it broke off in the middle"


def test_a_body_that_breaks_off_is_an_error_though_urllib3_does_not_mind(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 2.0 it does not compare a body with its declared length."""
    monkeypatch.setattr(urllib3.HTTPResponse, "_init_length", lambda *_words: None)
    server.switch(export_length="declared")
    with export(server) as answer:
        whole = b"".join(answer.pieces())
    server.faults.add(do="truncate", path=EXPORT)
    with export(server) as answer, pytest.raises(BadAnswer, match=rf"\d+ of {len(whole)} bytes arrived"):
        list(answer.pieces())


def test_an_answer_that_never_comes_is_an_error(server: Server) -> None:
    server.faults.add(do="drop_after", path=EXPORT)
    with pytest.raises(BadAnswer, match="Nothing was changed"), export(server):
        pytest.fail("there is no answer")
    assert len(asked(server, "/export")) == 1


def test_a_server_that_is_away_is_an_error() -> None:
    http = Http("VBAZ", Connection("localhost", 1, timeout=2))
    with pytest.raises(Unreachable), http.download("GET", "/"):
        pytest.fail("nobody is there")


def test_an_answer_that_is_wanted_whole_is_redacted_where_it_is_shown(server: Server) -> None:
    server.faults.add(do="status", status=500, body=f"<html>{server.password}</html>", path=EXPORT)
    with export(server) as answer:
        assert not answer.ok
        assert answer.whole().excerpt == "<html>********</html>"


def test_what_the_reader_raises_is_passed_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no broken connection."""
    monkeypatch.setattr(http_module, "PIECE_BYTES", 100)
    with pytest.raises(OSError, match="the disk is full"), export(server) as answer:
        for _piece in answer.pieces():
            raise OSError("the disk is full")
