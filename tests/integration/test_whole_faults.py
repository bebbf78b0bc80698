# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The move of a whole server breaks at every list of both servers; what it writes is broken in test_whole_matrix.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from simulator.seeds import headquarters
from simulator.testing import simulated_pair
from support.faults.disturbances import heal
from support.faults.sample import SHARE
from support.headquarters import Move, guard
from support.tasks import drive

BUILD, REVISION = "13.1.0.411", "1.3-rev2"
LISTS = {
    # Some are shown in other settings only.
    kind.name: next(iter(kind.rest.shown_in), kind.rest.path)
    for kind in KINDS.values()
    if kind.rest and kind.served_in(REVISION)
}
# Without these nothing can be known of a server: its hosts, the proxies that jobs name, its jobs.
NEEDED = {"managedServers", "proxies", "jobs"}
# They go by the automation section as a whole: their lists are for links only.
ACCOUNTS = {"credentials", "cloudcredentials", "encryptionPasswords"}
# The target is not asked for what belongs to jobs that it does not have.
OF_NEW_JOBS = {"jobPermissions"}
STATUSES = (403, 404, 500)


def lists(status: int) -> list[tuple[str, str]]:
    """The lists that fail with a status: all of them in `make faults`, else what is needed, and the others in turn."""
    number = STATUSES.index(status)
    others = [kind for kind in LISTS if kind not in NEEDED][number :: len(STATUSES)]
    return [(kind, path) for kind, path in LISTS.items() if SHARE or kind in NEEDED or kind in others]


pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Both servers and the bundle, as they are before the first import."""
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Move(pair, tmp_path_factory.mktemp("faults") / "bundle")
        guard(pair.source)
        made.export()
        yield made


def fail(move: Move, side: str, path: str, status: int) -> None:
    server = getattr(move.pair, side)
    server.faults.clear()
    pattern = "^" + re.escape(path).replace(r"\{id\}", "[^/]+") + "$"
    body = {"errorCode": "UnknownError", "message": "It does not answer.", "resourceId": None}
    server.faults.add(do="status", status=status, body=body, method="GET", path=pattern, times=0)


@pytest.mark.parametrize("status", STATUSES)
def test_a_list_that_the_source_does_not_show_is_said_and_the_rest_goes(move: Move, status: int) -> None:
    for kind, path in lists(status):
        fail(move, "source", path, status)
        result = drive("whole_export", move.pair.source, dest=str(move.bundle.with_name(f"{kind}-{status}")))
        heal(move.pair.source)
        if result.get("failed"):
            assert kind in NEEDED and path in result["msg"], (kind, result["msg"])
            continue
        unread = {found["kind"]: found["message"] for found in result["findings"] if found["code"] == "kind-not-read"}
        assert kind in unread or kind in ACCOUNTS, kind
        for other, message in unread.items():
            assert path.partition("/{id}")[0] in message, (kind, other, message)


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_is_created_of_what_the_target_does_not_list(move: Move, status: int) -> None:
    for kind, path in lists(status):
        fail(move, "target", path, status)
        result = move.bring_in(check=True)
        heal(move.pair.target)
        if result.get("failed"):
            assert path.partition("/{id}")[0] in result["msg"], (kind, result["msg"])
            continue
        ways = {row["action"] for row in result["plan"] if row["kind"] == kind and row["transport"] == "rest"}
        assert ways <= {"blocked"} or kind in OF_NEW_JOBS, kind
