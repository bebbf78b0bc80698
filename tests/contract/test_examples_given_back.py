# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of every revision as one server, read as code and given back: nothing changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.operations.info import ITSELF, NOT_YET, OTHER_TYPE
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import Resource
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
# The types of objects that the modules do not manage.
UNMANAGED: dict[str, set[str]] = {
    "cloud_credentials": {"GoogleService"},
    "repositories": {"S3Integrated"},
    "protection_groups": {"ManuallyAdded", "Unmanaged"},
}
PATHS = {resource.path: resource.details for resource in KINDS.values()}
PAGE = 200


class ExampleServer:
    """Answers lists and objects with the composed ones, refuses to write to them, and leaves the rest to another."""

    def __init__(self, lists: Lists, rest: WSGIApplication) -> None:
        self.lists = lists
        self.objects = dict(objects(lists))
        self.rest = rest
        self.writes: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        known = path in self.objects or path in self.lists or path.rpartition("/")[0] in self.lists
        if not known:
            return self.rest(environ, start_response)
        if method != "GET":
            self.writes.append(f"{method} {path}")
        answer = self._answer(path, environ) if method == "GET" else None
        status = "200 OK" if answer is not None else "404 Not Found" if method == "GET" else "400 Bad Request"
        content = json.dumps(answer or {"errorCode": "NotFound", "message": f"{method} {path}"}).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]

    def _answer(self, path: str, environ: WSGIEnvironment) -> Any:
        if path in self.objects or path not in self.lists:
            return self.objects.get(path)
        query = parse_qs(environ["QUERY_STRING"])
        skip, limit = (int(query.get(name, [default])[0]) for name, default in (("skip", "0"), ("limit", str(PAGE))))
        rows = self.lists[path]
        part = rows[skip : skip + limit]
        return {"data": part, "pagination": {"total": len(rows), "count": len(part), "skip": skip, "limit": limit}}


def objects(lists: Lists) -> Iterator[tuple[str, Row]]:
    """Each object by its path, and each as a whole by the path of that; parts of others are dealt out in turn."""
    for resource in KINDS.values():
        rows = lists.get(resource.path, [])
        if resource.part_of:
            for parent, row in zip(lists[resource.part_of], cycle(rows), strict=False):
                yield resource.at(parent["id"]), {name: value for name, value in row.items() if name != "id"}
            continue
        for row in rows:
            yield resource.at(row.get("id", "")), row
            yield f"{resource.at(row.get('id', ''))}{resource.details}", row


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
            record_property(f"{revision} {kind}", given)
            assert sum(given) == shown(KINDS[kind], revision, examples.lists), kind


def shown(resource: Resource, revision: str, lists: Lists) -> int:
    """How many objects of a kind an estate speaks of: of each but those that every server has."""
    if resource.always_there and not resource.is_in(revision):
        return 0
    if resource.part_of:
        return len(lists[resource.part_of])
    return sum(not resource.is_own(row) for row in lists.get(resource.path, ()))


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
                NOT_YET: {"scaleout_repositories", "unstructured_data_servers"},
                OTHER_TYPE: {kind for kind, types in UNMANAGED.items() if each["type"] in types},
            }
            assert each["kind"] in allowed[each["reason"]], each
