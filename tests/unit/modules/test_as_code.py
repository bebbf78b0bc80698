# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The round trip: what is read from a server as code changes nothing when it is given back, and is free of ids."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._resources.kinds import KINDS
from driving import drive
from driving.quartet import BUILDS
from simulator.seeds.generator import estate_of
from simulator.testing import Server, simulated_pair

JOBS = 20


def read(server: Server, **options: Any) -> dict[str, Any]:
    result = drive("info", server, resource="estate", **options)
    assert not result.get("failed"), result["msg"]
    return result


def test_what_is_read_changes_nothing(server: Server) -> None:
    found = read(server)
    # As it would come out of a file of variables.
    items = json.loads(json.dumps(found["resource"]))
    assert set(items) == set(KINDS)
    server.readonly()
    for check in (True, False):
        result = drive("estate", server, check=check, **items)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["diff"]) == (False, [])


@pytest.fixture(name="server", params=[(build, jobs) for build in BUILDS.values() for jobs in (0, JOBS)], ids=str)
def served(request: pytest.FixtureRequest) -> Any:
    """A server of each revision, with the estate of the seed and with a generated one."""
    build, jobs = request.param
    with simulated_pair(source_build=build, source_seed=estate_of(jobs) if jobs else None) as pair:
        yield pair.source
