# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the types that only ordinary REST has, as code: their common options, the rest in settings, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.job import JOB, SCHEDULED, TYPES, WRITING
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.seeds import headquarters
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS, RECENT
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

# How many types of job the seed has, of those that each revision describes.
JOB_TYPES = {"1.2-rev1": 6, "1.3-rev0": 11, "1.3-rev1": 18, "1.3-rev2": 19}
STORE = "Main Big Repository"
COPY: dict[str, Any] = {
    "name": "Copy",
    "type": "BackupCopy",
    "repository": STORE,
    "settings": {
        "mode": "Periodic",
        "sourceObjects": {
            "includes": {"jobs": [{"id": "Backup Job 2", "name": "Backup Job 2", "type": "VSphereBackup"}]}
        },
        "target": {"retentionPolicy": {"type": "RestorePoints", "quantity": 7}},
        "schedule": {"type": "Periodic", "runAutomatically": False},
    },
}
ROWS = [
    ("managed_server", {"name": "hv01", "type": "HvServer", "credentials": "linux01"}),
    ("proxy", {"host": "enterprise05.tech.local", "type": "GeneralPurposeProxy", "max_task_count": 2}),
    ("job", COPY),
]


@pytest.fixture(name="server")
def served() -> Iterator[Server]:
    with simulated_pair(source_build="13.0.1.180") as pair:
        yield pair.source


@pytest.mark.parametrize(("module", "options"), ROWS, ids=lambda value: value if isinstance(value, str) else "")
def test_change_again_check_and_gone(server: Server, module: str, options: dict[str, Any]) -> None:
    seen = []
    for check in (True, False, False, True):
        result = drive(module, server, check=check, **options)
        assert not result.get("failed"), result["msg"]
        seen.append(result["changed"])
    assert seen == [True, True, False, False]
    gone = {name: value for name, value in options.items() if name in ("name", "host", "type")}
    assert [drive(module, server, **gone, state="absent")["changed"] for _time in range(2)] == [True, False]


def test_an_option_of_vsphere_is_refused_for_another_type(server: Server) -> None:
    result = drive("job", server, **COPY, proxies=[])
    assert result["failed"] and "proxies is for job of type VSphereBackup only, not BackupCopy" in result["msg"]
    assert writes(server) == []


def test_a_type_that_the_revision_lacks_is_said(server: Server) -> None:
    result = drive("job", server, **COPY, api_version="1.2-rev1")
    assert result["failed"] and "type BackupCopy needs API revision 1.3-rev0" in result["msg"]


def test_every_type_has_a_repository_or_none_and_a_schedule_or_none() -> None:
    assert set(WRITING) | set(SCHEDULED) == set(TYPES)
    for kind in WRITING:
        assert JOB.of(kind).fields["repository"].steps("repository", "1.3-rev2")[-1] == "backupRepositoryId"


# The newest revision of each of these has another set of kinds.
@pytest.mark.parametrize("revision", RECENT)
def test_what_is_read_of_headquarters_changes_nothing(revision: str) -> None:
    with simulated_pair(source_build=BUILDS[revision], source_seed=headquarters.document()) as pair:
        read = drive("info", pair.source, resource="estate")["resource"]
        assert len({job["type"] for job in read["jobs"]}) >= JOB_TYPES[revision]
        described = {kind: resource for kind, resource in KINDS.items() if resource.is_in(revision)}
        assert {kind for kind, items in read.items() if items} == {*described}
        pair.source.readonly()
        for check in (True, False):
            # As it would come out of a file of variables.
            result = drive("estate", pair.source, check=check, **json.loads(json.dumps(read)))
            assert not result.get("failed"), result["msg"]
            assert (result["changed"], result["diff"]) == (False, [])
            counted = sum(1 if KINDS[kind].singleton else len(items) for kind, items in read.items() if items)
            assert result["counts"]["none"] == counted
        secrets = set(re.findall(r'"([^"]*&orion\+[^"]*)"', json.dumps(headquarters.document())))
        assert secrets and not [each for each in secrets if each in json.dumps(read)]
