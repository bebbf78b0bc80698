# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of every revision as one server, read as code and given back: nothing changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.gates.adapter import intercept
from simulator.services.vbr.revisions import FIRST_BUILDS
from simulator.testing import Server, simulated_pair
from support.tasks import drive

from . import REVISIONS, Contract
from .examples import JOBS, MANAGED_SERVERS, OWN_HOST, PROXIES, Lists, Row, composed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUILDS = {**dict(FIRST_BUILDS), "1.0-rev2": "11.0.1.1261"}
PATHS = [resource.path for resource in KINDS.values()]
SINGLETONS = {resource.path for resource in KINDS.values() if resource.singleton}
PAGE = 200


class ExampleServer:
    """Answers lists and objects with the composed ones, refuses to write to them, and leaves the rest to another."""

    def __init__(self, lists: Lists, rest: WSGIApplication) -> None:
        self.lists = lists
        self.rest = rest
        self.writes: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        listed, _slash, row_id = path.rpartition("/")
        known = path in self.lists or listed in self.lists
        if not known:
            return self.rest(environ, start_response)
        if method != "GET":
            self.writes.append(f"{method} {path}")
        answer = self._answer(path, listed, row_id, environ) if method == "GET" else None
        status = "200 OK" if answer is not None else "404 Not Found" if method == "GET" else "400 Bad Request"
        content = json.dumps(answer or {"errorCode": "NotFound", "message": f"{method} {path}"}).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]

    def _answer(self, path: str, listed: str, row_id: str, environ: WSGIEnvironment) -> Any:
        if path in SINGLETONS:
            return self.lists[path][0]
        if path not in self.lists:
            return next((row for row in self.lists[listed] if row["id"] == row_id), None)
        query = parse_qs(environ["QUERY_STRING"])
        skip, limit = (int(query.get(name, [default])[0]) for name, default in (("skip", "0"), ("limit", str(PAGE))))
        rows = self.lists[path]
        part = rows[skip : skip + limit]
        return {"data": part, "pagination": {"total": len(rows), "count": len(part), "skip": skip, "limit": limit}}


def states(rows: list[Row], toggle: str) -> list[Row]:
    """The list of states beside a list."""
    return [
        {"id": row["id"], "name": row["name"], "type": row["type"], toggle: bool(row.get(toggle))} for row in rows
    ]


@contextmanager
def example_server(contract: Contract, revision: str) -> Iterator[tuple[Server, ExampleServer]]:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        lists = composed(contract, revision, PATHS)
        for row in lists[MANAGED_SERVERS]:
            if row["id"] == OWN_HOST:
                row["name"] = pair.source.service.identity["name"]
        lists[f"{PROXIES}/states"] = states(lists[PROXIES], "isDisabled")
        lists[f"{JOBS}/states"] = states(lists[JOBS], "isDisabled")
        examples = ExampleServer(lists, pair.source.app)
        with intercept({pair.source.url: examples}):
            yield pair.source, examples


@pytest.mark.parametrize("revision", REVISIONS)
def test_nothing_changes(contract: Contract, revision: str) -> None:
    with example_server(contract, revision) as (server, examples):
        read = drive("info", server, resource="estate", api_version=revision)
        assert not read.get("failed"), read["msg"]
        for check in (True, False):
            result = drive("estate", server, check=check, api_version=revision, **read["resource"])
            failed = {f"{each['kind']} {each['key']}": each["msg"] for each in result["resources"] if each["failed"]}
            assert not failed
            changed = [(each["kind"], each["key"], each["diff"]) for each in result["resources"] if each["changed"]]
            assert not changed
            assert not result["changed"]
        assert examples.writes == []
        given = {kind: 1 if isinstance(found, dict) else len(found) for kind, found in read["resource"].items()}
        out = [(each["kind"], each["type"], each["name"], each["reason"]) for each in read["left_out"]]
        print(revision, given, *out, sep="\n  ")
        for kind, resource in KINDS.items():
            if resource.path in examples.lists:
                left = sum(each["kind"] == kind for each in read["left_out"])
                assert given[kind] + left == len(examples.lists[resource.path]), kind
