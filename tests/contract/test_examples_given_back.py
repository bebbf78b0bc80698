# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of every revision as one server, read as code and given back: nothing changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.by_type import JOB_TYPES
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.operations.info import ITSELF, NOT_YET, OTHER_TYPE
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.gates.adapter import intercept
from simulator.services.vbr.revisions import FIRST_BUILDS
from simulator.testing import Server, simulated_pair
from support.tasks import drive

from . import REVISIONS, Contract
from .examples import JOBS, MANAGED_SERVERS, OWN_HOST, PROXIES, Lists, Row, composed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUILDS = dict(FIRST_BUILDS)
# The types of objects that the modules do not manage; a job of vSphere is a Backup or a VSphereBackup anywhere.
UNMANAGED: dict[str, set[str]] = {
    "cloud_credentials": {"GoogleService"},
    "managed_servers": {"HvServer", "HvCluster", "SCVMM", "SmbV3Cluster", "SmbV3StandaloneHost"},
    "repositories": {"S3Integrated"},
    "proxies": {"GeneralPurposeProxy", "HvProxy"},
    "jobs": {each for types in JOB_TYPES.values() for each in types if each not in ("Backup", "VSphereBackup")},
}
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
    return [{"id": row["id"], "name": row["name"], "type": row["type"], toggle: bool(row.get(toggle))} for row in rows]


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
def test_nothing_changes(contract: Contract, revision: str, record_property: Callable[[str, object], None]) -> None:
    with example_server(contract, revision) as (server, examples):
        read = drive("info", server, resource="estate", api_version=revision)
        assert not read.get("failed"), read["msg"]
        for check in (True, False):
            result = drive("estate", server, check=check, api_version=revision, **read["resource"])
            assert not result.get("failed"), result["msg"]
            assert [each for each in result["resources"] if each["changed"]] == []
            assert result["changed"] is False
        assert examples.writes == []
        for kind, given in counted(read).items():
            path = KINDS[kind].path
            record_property(f"{revision} {kind}", given)
            assert sum(given) == len(examples.lists.get(path, ())), kind


def counted(read: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """How many objects of each kind are described, and how many are left out."""
    left_out = Counter(each["kind"] for each in read["left_out"])
    return {
        kind: (len(found) if isinstance(found, list) else int(bool(found)), left_out[kind])
        for kind, found in read["resource"].items()
    }


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_left_out_is_of_a_type_that_no_option_has(contract: Contract, revision: str) -> None:
    with example_server(contract, revision) as (server, _examples):
        for each in drive("info", server, resource="estate", api_version=revision)["left_out"]:
            allowed = {
                ITSELF: {"managed_servers"},
                NOT_YET: {"scaleout_repositories"},
                OTHER_TYPE: {kind for kind, types in UNMANAGED.items() if each["type"] in types},
            }
            assert each["kind"] in allowed[each["reason"]], each
