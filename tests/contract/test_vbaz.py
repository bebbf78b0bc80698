# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the appliance's exchanges: what is documented passes, what is not is found."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .documents import SpecificationsMissing
from .vbaz import VbazContract, VbazObserver

SESSION: dict[str, Any] = {
    "id": "1",
    "type": "PolicyBackup",
    "status": "Success",
    "executionDuration": "00:01:10.1877340",
}
PAGE: dict[str, Any] = {"offset": 0, "limit": 100, "totalCount": 1, "results": [SESSION], "_links": {}}
REFUSED = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "no"}
LIST = "/api/v8.1/jobSessions"
EXPORT = f"{LIST}/export"


def exchange(body: Any = None, **changes: Any) -> Any:
    """An exchange as the simulator hands it to its observers; a page if no body is given."""
    body = PAGE if body is None else body
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {
        "method": "GET",
        "path": LIST,
        "query": {},
        "headers": {},
        "body": b"",
        "json": None,
        "status": 200,
        "response_headers": {"Content-Type": "application/json; charset=utf-8"},
        "response_body": content,
        "response_json": None if isinstance(body, bytes) else body,
        "faults": (),
    }
    return SimpleNamespace(**(fields | changes))


def page_with(**changes: Any) -> dict[str, Any]:
    return {**PAGE, "results": [{**SESSION, **changes}]}


PROBLEM = {"Content-Type": "application/problem+json"}
FILE = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize(
    "good",
    [
        exchange(),
        exchange(path="/api/v6/jobSessions"),
        exchange(query={"Limit": ["-1"], "Status": ["Success", "Error"], "FromUtc": ["2020-02-07T00:00:00+00:00"]}),
        exchange(page_with(executionStopTime=None, backupJobInfo=None)),
        exchange(b"a,b", method="POST", path=EXPORT, response_headers=FILE, json={"status": ["Error"]}),
        exchange(REFUSED, status=401, response_headers=PROBLEM),
        exchange(b"", status=401),
        exchange(b"", status=404, path="/api/v8.1/system/about"),
        exchange(b"", method="DELETE", path="/api/oauth2/token", status=204),
    ],
)
def test_what_is_documented_passes(vbaz_contract: VbazContract, good: Any) -> None:
    assert vbaz_contract.check(good) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (exchange(page_with(usn=44)), "'usn' is not declared"),
        (exchange(page_with(status="Failed")), "'Failed' is none of"),
        (exchange(page_with(status=None)), "status"),
        (exchange(page_with(executionDuration="70 seconds")), "time-span"),
        (exchange(page_with(repositoryJobInfo={"repositoryId": 1})), "is a number, not string"),
        (exchange(page_with(_links={"self": "https://host"})), "is a string, not object"),
        (exchange({**PAGE, "data": []}), "'data' is not declared"),
        (exchange(query={"limit": ["1"]}), "query 'limit' is not declared"),
        (exchange(query={"Limit": ["-2"]}), "breaks minimum"),
        (exchange(query={"Status": ["Success,Error"]}), "is none of"),
        (exchange(b"<html>", response_json=None), "without JSON"),
        (exchange(b"a,b", method="POST", path=EXPORT), "came as application/json"),
        (
            exchange(b"a", method="POST", path=EXPORT, response_headers=FILE, json={"types": []}),
            "'types' is not declared",
        ),
        (exchange(REFUSED, status=401), "came as application/json"),
        (exchange({**REFUSED, "traceId": "1"}, status=401, response_headers=PROBLEM), "'traceId' is not declared"),
        (exchange({**REFUSED, "extensions": {"a": 1}}, status=401, response_headers=PROBLEM), "'a' is not declared"),
        (exchange(status=202), "status 202 is not documented"),
        (exchange(b""), "came without its body"),
        (exchange(path="/api/v8.1/nothing"), "is not documented"),
    ],
)
def test_what_is_not_is_found(vbaz_contract: VbazContract, bad: Any, words: str) -> None:
    [sentence, *_more] = vbaz_contract.check(bad)
    assert words in sentence


def test_the_observer_passes_over_what_has_no_document(vbaz_contract: VbazContract) -> None:
    observer = VbazObserver(vbaz_contract, expected=lambda exchange: exchange.status == 403)
    for passed in (
        exchange(path="/api/v1/jobSessions", status=418),
        exchange(faults=("status",), status=418),
        exchange(status=None),
        exchange(status=403),
    ):
        observer(passed)
    assert (observer.judged, observer.violations) == (0, [])
    observer(exchange(status=418))
    assert (observer.judged, len(observer.violations)) == (1, 1)


def test_an_absent_file_is_named_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(SpecificationsMissing, match=r"vba-v8\.1\.json is not in .*VENDOR_SPECS"):
        VbazContract.load(tmp_path)
