# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object of a type that a module does not manage is never written to, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import KEY
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import drive

# A kind, its module, the list of the simulator, the other type, and options by which the object is present.
JOB, HOST, STORE = "Backup Job 2", "enterprise05.tech.local", "Main Big Repository"
# Words that no description has: a server may show what came after it, and known ones are not listed before their time.
OTHERS = [
    ("jobs", "job", "jobs", "HeliosBackup", {"name": JOB, "description": "New"}),
    ("managed_servers", "managed_server", "managedServers", "HeliosHost", {"name": HOST, "type": "WindowsHost"}),
    ("repositories", "repository", "repositories", "S3Integrated", {"name": STORE, "type": "WinLocal"}),
]
CASES = [(*each, state) for each in OTHERS for state in ("present", "absent", *KINDS[each[0]].states)]


@pytest.fixture(name="server", params=BUILDS.values(), ids=str)
def served(request: pytest.FixtureRequest) -> Iterator[Server]:
    with simulated_pair(source_build=request.param) as pair:
        yield pair.source


def become(server: Server, kind: str, name: str, other: str) -> None:
    (row,) = [row for row in server.service.store.rows(kind) if row["body"].get("name") == name]
    row["body"]["type"] = other


@pytest.mark.parametrize(("kind", "module", "listed", "other", "options", "state"), CASES)
def test_nothing_is_written(
    server: Server, kind: str, module: str, listed: str, other: str, options: dict[str, Any], state: str
) -> None:
    become(server, listed, options["name"], other)
    server.readonly()
    for check in (True, False):
        result = drive(module, server, check=check, **{**options, "state": state})
        many = drive("estate", server, check=check, **{kind: [{**options, "state": state}]})
        for each in (result, many):
            assert each["failed"] and each["changed"] is False
            for part in (f"'{options['name']}'", other, "does not manage", "name of another one"):
                assert part in each["msg"]
    assert writes(server) == []


@pytest.mark.parametrize("state", ["present", "absent", "disabled"])
@pytest.mark.parametrize("server", list(BUILDS.values())[3:], indirect=True)
def test_a_job_of_another_type_that_could_be_managed_is_not_written_to(server: Server, state: str) -> None:
    """Jobs of Hyper-V are listed since 1.3-rev0."""
    become(server, "jobs", JOB, "HyperVBackup")
    server.readonly()
    result = drive("job", server, name=JOB, description="New", state=state)
    assert result["failed"] and result["changed"] is False
    assert "is of type HyperVBackup: nothing is written. Give this type" in result["msg"]
    assert writes(server) == []


def test_what_is_of_another_type_than_was_said_is_not_removed(server: Server) -> None:
    server.readonly()
    for check in (True, False):
        result = drive("repository", server, check=check, name=STORE, type="LinuxLocal", state="absent")
        assert result["failed"] and "has type WinLocal, not LinuxLocal: it is not removed" in result["msg"]
    assert writes(server) == []


def test_the_one_that_is_managed_is_meant(server: Server) -> None:
    """Where a job of another type has the same name, as nothing forbids."""
    document = server.snapshot()
    rows = document["rows"]["jobs"]
    (job,) = [row for row in rows.values() if row["body"]["name"] == JOB]
    twin = {**job, "id": "00000000-2222-4333-8444-000000000001", "body": {**job["body"], "type": "HyperVBackup"}}
    document["rows"]["jobs"] = {twin["id"]: twin, **rows}
    server.restore(document)
    result = drive("job", server, name=JOB, state="absent")
    assert not result.get("failed"), result["msg"]
    left = [row["id"] for row in server.service.store.rows("jobs") if row["body"]["name"] == JOB]
    assert left == [twin["id"]]


def test_a_job_of_vsphere_in_another_word_is_managed(server: Server) -> None:
    for word in ("Backup", "VSphereBackup"):
        become(server, "jobs", JOB, word)
        for state in ("disabled", "enabled"):
            result = drive("job", server, name=JOB, state=state)
            assert not result.get("failed"), result["msg"]
        assert [item for item in drive("info", server, resource="estate")["resource"]["jobs"] if item["name"] == JOB]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_with_types_is_in_this_file_or_known_by_its_type(kind: str) -> None:
    of_type = KINDS[kind].fields.get("type")
    # Those of protection groups have their own file, as old servers have no such groups.
    of_their_own = {"protection_groups"}
    assert of_type is None or of_type.role is KEY or kind in {*of_their_own, *(each[0] for each in OTHERS)}
