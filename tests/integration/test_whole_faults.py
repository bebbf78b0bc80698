# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The move of a whole server breaks: at every list of both servers, and at the creation of every kind of object."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from simulator.core.call import Exchange
from simulator.seeds import headquarters
from simulator.testing import Pair, estate, simulated_pair
from support.faults.disturbances import Death, disturb, heal
from support.headquarters import Move, able_to_run, guard
from support.tasks import drive

BUILD = "13.1.0.411"
LISTS = {kind.name: kind.rest.path for kind in KINDS.values() if kind.rest}
# Without these nothing can be known of a server: its hosts, the proxies that jobs name, its jobs.
NEEDED = {"managedServers", "proxies", "jobs"}
# They go by the automation section as a whole: their lists are for links only.
ACCOUNTS = {"credentials", "cloudcredentials", "encryptionPasswords"}
STATUSES = (403, 404, 500)
WAYS = (
    "answer lost before effect",
    "answer lost after effect",
    "500",
    "truncated answer",
    "killed before the request arrived",
    "killed after the request arrived",
)
AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A job of each sort of switch, and all others by the first and the last that is sent.
JOBS_SENT = 3

pytestmark = pytest.mark.usefixtures("no_waiting")


@dataclass
class Ready:
    """Both servers and the bundle, as they are before the first import."""

    pair: Pair
    place: Path
    snapshots: tuple[dict[str, Any], ...] = ()
    calm: dict[str, Any] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    stories: int = 0
    heard: int = 0
    wrongs: list[str] = field(default_factory=list)

    def begin(self) -> Move:
        self.stories += 1
        for server, snapshot in zip(self.pair.servers, self.snapshots, strict=True):
            server.restore(copy.deepcopy(snapshot))
        return Move(self.pair, Path(shutil.copytree(self.place / "bundle", self.place / str(self.stories))))

    def hear(self, exchange: Exchange) -> None:
        self.heard += 1
        both = able_to_run(self.pair.source) & able_to_run(self.pair.target)
        if both and exchange.method != "GET":
            self.wrongs.append(f"after {exchange.method} {exchange.path}: {sorted(both)} can run on both")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        place = tmp_path_factory.mktemp("faults")
        guard(pair.source)
        Move(pair, place / "bundle").export()
        drive("rest", pair.target, path="/api/v1/backupInfrastructure/proxies")
        made = Ready(pair, place, tuple(server.snapshot() for server in pair.servers))
        move = made.begin()

        def note(exchange: Exchange) -> None:
            if exchange.method in ("POST", "PUT"):
                made.sent.append(f"{exchange.method} {AN_ID.sub('ID', exchange.path)}")

        pair.target.app.observers.append(note)
        move.brought_in()
        pair.target.app.observers.remove(note)
        made.calm = estate(pair.target)
        yield made


def fail(ready: Ready, side: str, path: str, status: int) -> None:
    server = getattr(ready.pair, side)
    server.faults.clear()
    pattern = "^" + re.escape(path).replace(r"\{id\}", "[^/]+") + "$"
    body = {"errorCode": "UnknownError", "message": "It does not answer.", "resourceId": None}
    server.faults.add(do="status", status=status, body=body, method="GET", path=pattern, times=0)


@pytest.mark.parametrize("status", STATUSES)
def test_a_list_that_the_source_does_not_show_is_said_and_the_rest_goes(ready: Ready, status: int) -> None:
    move = ready.begin()
    for kind, path in LISTS.items():
        fail(ready, "source", path, status)
        result = drive("whole_export", ready.pair.source, dest=str(move.bundle.with_name(f"{kind}-{status}")))
        heal(ready.pair.source)
        if result.get("failed"):
            assert kind in NEEDED and path in result["msg"], (kind, result["msg"])
            continue
        unread = {found["kind"]: found["message"] for found in result["findings"] if found["code"] == "kind-not-read"}
        assert kind in unread or kind in ACCOUNTS, kind
        for other, message in unread.items():
            assert path.partition("/{id}")[0] in message, (kind, other, message)


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_is_created_of_what_the_target_does_not_list(ready: Ready, status: int) -> None:
    move = ready.begin()
    for kind, path in LISTS.items():
        fail(ready, "target", path, status)
        result = move.bring_in(check=True)
        heal(ready.pair.target)
        if result.get("failed"):
            assert path.partition("/{id}")[0] in result["msg"], (kind, result["msg"])
            continue
        ways = {row["action"] for row in result["plan"] if row["kind"] == kind and row["transport"] == "rest"}
        assert ways <= {"blocked"}, kind


def requests_to_disturb(sent: list[str]) -> list[tuple[str, int]]:
    """Each request that writes an object of ordinary REST, once; of jobs some, as there are many types."""
    wanted = [each for each in dict.fromkeys(sent) if not re.search("automation|oauth2|inventory/[^ue]", each)]
    found = [(each, 0) for each in wanted]
    jobs = sent.count("POST /api/v1/jobs")
    return found + [("POST /api/v1/jobs", at) for at in range(1, jobs, max(jobs // JOBS_SENT, 1))]


@pytest.mark.parametrize("way", WAYS)
def test_an_import_that_breaks_at_any_creation_is_finished_by_the_next(ready: Ready, way: str) -> None:
    ready.wrongs.clear()
    for server in ready.pair.servers:
        server.app.observers.insert(0, ready.hear)
    count = 0
    try:
        for request, at in requests_to_disturb(ready.sent):
            title, move = f"{way} at {request} {at}", ready.begin()
            wrongs, count = len(ready.wrongs), count + 1
            path = "^" + request.partition(" ")[2].replace("ID", "[^/]+") + "$"
            before = ready.sent.count(f"GET {path}")
            disturb(ready.pair.target, way, at + before, path)
            for rule in ready.pair.target.faults.rules:
                rule.method = request.partition(" ")[0]
            with suppress(Death):
                first = move.bring_in()
                if first.get("failed") and not first.get("msg"):
                    ready.wrongs.append("it failed and says nothing")
            fired = all(rule.fired for rule in ready.pair.target.faults.rules if rule.times)
            heal(ready.pair.target)
            second, third = move.bring_in(), move.bring_in()
            if not fired:
                ready.wrongs.append("the disturbance did not meet its request")
            if second.get("failed"):
                ready.wrongs.append(f"the run in peace failed: {second['msg'][:300]}")
            if third.get("failed") or third["changed"]:
                ready.wrongs.append(f"the run after that was not idle: {third.get('msg')}")
            if (there := estate(ready.pair.target)) != ready.calm:
                other = [kind for kind in there if there[kind] != ready.calm[kind]]
                ready.wrongs.append(f"it did not end in the same estate: {other}")
            ready.wrongs[wrongs:] = [f"{title}: {wrong}" for wrong in ready.wrongs[wrongs:]]
    finally:
        for server in ready.pair.servers:
            server.app.observers.clear()
    print(f"{count} stories, {ready.heard} requests looked at")
    assert count and not ready.wrongs, "\n".join(ready.wrongs)
