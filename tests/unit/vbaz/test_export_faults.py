# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever goes wrong with an export, the old file stays as it was, no draft is left, and no token stays valid."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import client as vbaz
from simulator.testing import Server, serving, simulated
from support.tasks import drive
from support.vbaz import asked, grants, seeded, session, signed_in

OLD = b"the evidence of last month\n"
PAGE = "<html><title>Sign in to the proxy</title></html>"
FORMATS = ("csv", "xml", "json")


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


@pytest.fixture(name="place")
def place_of_old_evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence"
    path.write_bytes(OLD)
    return path


def fails(server: Server, place: Path, **options: Any) -> str:
    """The message of a task that fails, changes nothing, and leaves neither files nor tokens behind."""
    stood = place.stat()
    result = drive("vbaz_session_export", server, dest=str(place), **options)
    assert result.get("failed") and not result["changed"], result
    assert place.read_bytes() == OLD and place.stat().st_ino == stood.st_ino
    assert list(place.parent.iterdir()) == [place]
    assert signed_in(server) == 0
    return str(result["msg"])


# -- answers of an appliance -------------------------------------------------------------------------------------------

ANSWERS: dict[str, dict[str, Any]] = {
    "a page": {"do": "status", "status": 200, "body": PAGE, "headers": {"Content-Type": "text/html"}},
    "nothing": {"do": "status", "status": 200, "body": ""},
    "a page of an error": {"do": "status", "status": 502, "body": PAGE},
    "a redirect": {"do": "status", "status": 302, "body": PAGE, "headers": {"Location": "https://login.local/"}},
    "an empty error": {"do": "status", "status": 500, "body": ""},
    "a refusal": {"do": "status", "status": 403},
    "no answer": {"do": "drop_after"},
    "no connection": {"do": "drop_before"},
    "half an answer": {"do": "truncate"},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_bad_answer_to_the_export_changes_nothing(
    server: Server, place: Path, form: str, answer: dict[str, Any]
) -> None:
    seeded(server, count=50)
    path = "/jobSessions$" if form == "json" else "/export$"
    server.faults.add(path=path, times=0, **answer)
    assert fails(server, place, format=form).startswith("VBAZ: ")


@pytest.mark.parametrize(
    ("form", "content_type", "words"),
    [
        ("csv", "application/xml", "was asked for csv and answers with xml"),
        ("xml", "text/csv; charset=utf-8", "was asked for xml and answers with csv"),
        ("xml", "application/xhtml+xml", "answers with a page"),
        ("csv", "application/problem+json", "answers the export with JSON"),
    ],
)
def test_a_file_of_another_format_is_refused(
    server: Server, place: Path, form: str, content_type: str, words: str
) -> None:
    headers = {"Content-Type": content_type}
    server.faults.add(do="status", status=200, body="id,type\r\n", path="/export$", headers=headers)
    assert words in fails(server, place, format=form)


@pytest.mark.parametrize("content_type", ["application/zip", "application/pdf", "image/png", "multipart/byteranges"])
@pytest.mark.parametrize("form", ["csv", "xml"])
def test_another_kind_of_file_is_no_evidence(server: Server, place: Path, form: str, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    server.faults.add(do="status", status=200, body="<id/>", path="/export$", headers=headers)
    message = fails(server, place, format=form)
    assert "another kind of file" in message and content_type in message


@pytest.mark.parametrize("form", ["csv", "xml"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("\n", "the export is empty"),
        ("\ufeff \r\n", "the export is empty"),
        ("PK\x03\x04 and so on", "packed or a document of another kind"),
        ("%PDF-1.7", "packed or a document of another kind"),
    ],
)
def test_a_body_that_is_none_is_no_evidence(server: Server, place: Path, form: str, body: str, words: str) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    server.faults.add(do="status", status=200, body=body, path="/export$", headers=headers)
    assert words in fails(server, place, format=form)


@pytest.mark.parametrize("body", ["<sessions><session/></sess", "id,type\r\n1,PolicyBackup\r\n"])
def test_xml_that_is_none_or_breaks_off_is_no_evidence(server: Server, place: Path, body: str) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    server.faults.add(do="status", status=200, body=body, path="/export$", headers=headers)
    assert "not whole, or no xml" in fails(server, place, format="xml")


@pytest.mark.parametrize("form", FORMATS)
def test_a_part_of_an_answer_is_no_evidence(server: Server, place: Path, form: str) -> None:
    path = "/jobSessions$" if form == "json" else "/export$"
    headers = {"Content-Type": "text/csv", "Content-Range": "bytes 0-9/100"}
    page = {"offset": 0, "limit": 500, "totalCount": 0, "results": []}
    server.faults.add(do="status", status=206, body=page, path=path, headers=headers)
    assert "206" in fails(server, place, format=form)


def test_the_export_is_asked_for_as_it_is(server: Server, place: Path) -> None:
    """What is packed may be cut without anybody seeing it."""
    asked_for: list[str] = []
    server.app.observers.append(
        lambda exchange: (
            asked_for.append(exchange.headers.get("Accept-Encoding", "")) if exchange.path.endswith("/export") else None
        )
    )
    drive("vbaz_session_export", server, dest=str(place))
    assert asked_for == ["identity"]


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/csv; header=present", "text/plain", ""])
def test_a_file_of_an_unnamed_format_is_written_as_it_is(server: Server, place: Path, content_type: str) -> None:
    body = "\ufeffsome;layout\nthat nobody documents"
    headers = {"Content-Type": content_type}
    server.faults.add(do="status", status=200, body=body, path="/export$", headers=headers)
    result = drive("vbaz_session_export", server, dest=str(place))
    assert (result["changed"], result["content_type"]) == (True, content_type)
    assert place.read_text(encoding="utf-8") == body


@pytest.mark.parametrize(
    "page",
    [
        {"offset": 0, "limit": -1, "totalCount": 6, "results": [{"id": "6", "status": "Success"}]},
        {"results": []},
        [],
    ],
    ids=["fewer than it says", "no page", "a list"],
)
def test_an_incomplete_export_of_the_oldest_version_is_refused(server: Server, place: Path, page: Any) -> None:
    server.switch(product="1.0")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    server.faults.add(do="status", status=200, body=page, path="/export$", headers=headers)
    fails(server, place, format="json")


def test_the_old_file_stays_whichever_request_fails(place: Path) -> None:
    """Each request of each export in turn."""
    for form in FORMATS:
        with simulated("vbaz") as server:
            seeded(server, count=20)
            drive("vbaz_session_export", server, check=True, dest=str(place), format=form, name="Databases")
            total = len(server.journal.entries) - 1
        for number in range(total):
            for answer in ("a page", "nothing", "half an answer", "no answer"):
                with simulated("vbaz") as server:
                    seeded(server, count=20)
                    server.faults.add(skip=number, **ANSWERS[answer])
                    result = drive("vbaz_session_export", server, dest=str(place), format=form, name="Databases")
                    assert result.get("failed") or place.read_bytes() != OLD, (form, number, answer)
                    assert list(place.parent.iterdir()) == [place]
                    place.write_bytes(OLD)


# -- over a real connection --------------------------------------------------------------------------------------------


@pytest.fixture(name="remote", scope="module")
def appliance_behind_a_socket() -> Iterator[Server]:
    with serving("vbaz") as server:
        seeded(server, count=5000)
        yield server


@pytest.mark.parametrize("length", ["chunked", "declared"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_broken_download_leaves_the_old_file(
    remote: Server, place: Path, form: str, length: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0)
    remote.faults.clear()
    remote.switch(export_length=length)
    path = "/jobSessions$" if form == "json" else "/export$"
    # For a list it is the third page, and every time: a lost page is requested again.
    remote.faults.add(do="truncate", path=path, skip=2 if form == "json" else 0, times=0)
    message = fails(remote, place, format=form)
    assert "broke before the answer arrived" in message or "is not JSON" in message
    assert asked(remote, "/jobSessions" if form == "json" else "/export")


def test_a_lost_page_is_requested_again(remote: Server, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0)
    remote.faults.clear()
    remote.faults.add(do="drop_after", path="/jobSessions$", skip=1)
    remote.faults.add(do="status", status=429, headers={"Retry-After": "0"}, path="/jobSessions$", skip=3)
    result = drive("vbaz_session_export", remote, dest=str(place), format="json")
    ids = [row["id"] for row in json.loads(place.read_bytes())["results"]]
    assert result["count"] == len(ids) == len(set(ids)) == 5000


def test_a_token_that_expires_several_times_is_renewed_each_time(server: Server, place: Path) -> None:
    seeded(server, count=4 * vbaz.PAGE_ROWS)
    for skip in (1, 3, 5):
        server.faults.add(do="expire_token", path="/jobSessions$", skip=skip)
    result = drive("vbaz_session_export", server, dest=str(place), format="json")
    assert result["count"] == 4 * vbaz.PAGE_ROWS
    assert grants(server) == ["Password", *["Refresh_token"] * 3]


# -- the local disk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_the_old_file(
    server: Server, place: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    message = fails(server, place, format=form)
    assert message == f"{place} cannot be written: No space left on device. Whatever was there is untouched."


def test_a_file_that_cannot_be_replaced_stays(server: Server, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_old: str, _new: Path) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "replace", refuse)
    assert "Operation not permitted" in fails(server, place)


# -- secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/token$", "/export$", "/about$", "/policies/"])
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("as_page", [True, False])
def test_an_answer_that_quotes_secrets_is_redacted(
    server: Server, place: Path, path: str, status: int, as_page: bool
) -> None:
    body: Any = {"detail": f"no: {server.password}", "errors": {"password": [server.password]}}
    if as_page:
        body = f"<html>{json.dumps(body)}</html>"
    headers = {"Content-Type": "text/html" if as_page else "application/json"}
    server.faults.add(do="status", status=status, body=body, path=path, times=0, headers=headers)
    lines: list[str] = []
    result = drive("vbaz_session_export", server, progress=lines, dest=str(place), name="Databases")
    # The text of an answer to somebody who is not signed in is not used.
    assert result.get("failed") or path == "/about$"
    assert server.password not in json.dumps(result) + "".join(lines)
    assert server.password[:12] not in json.dumps(result)


def test_tokens_are_in_no_result(server: Server, place: Path) -> None:
    seen: list[str] = []

    def listen(exchange: Any) -> None:
        if exchange.path.endswith("/token") and exchange.method == "POST":
            seen.extend(exchange.response_json[word] for word in ("access_token", "refresh_token"))

    server.app.observers.append(listen)
    seeded(server, session(1))
    lines: list[str] = []
    for form in FORMATS:
        result = drive("vbaz_session_export", server, progress=lines, dest=str(place), format=form)
        shown = json.dumps(result) + "".join(lines) + place.read_text(encoding="utf-8")
        assert seen and not any(token in shown for token in seen)
        assert server.password not in shown
