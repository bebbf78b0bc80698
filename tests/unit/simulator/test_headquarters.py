# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed `headquarters` in every revision: what it shows is as documented, and can be created once more."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.demo import read_seed
from simulator.services.vbr.rest.types import TYPES
from simulator.services.vbr.revisions import FIRST_BUILDS
from simulator.testing import estate, simulated_pair

from .test_rest_kinds import Client

BUILDS = dict(FIRST_BUILDS)
REVISIONS = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
INFRASTRUCTURE = "/backupInfrastructure"
# List -> the revision since which it is there.
LISTS = {
    "/credentials": "1.2-rev1",
    "/cloudCredentials": "1.2-rev1",
    "/encryptionPasswords": "1.2-rev1",
    "/kmsServers": "1.2-rev1",
    f"{INFRASTRUCTURE}/managedServers": "1.2-rev1",
    f"{INFRASTRUCTURE}/repositories": "1.2-rev1",
    f"{INFRASTRUCTURE}/scaleOutRepositories": "1.2-rev1",
    f"{INFRASTRUCTURE}/proxies": "1.2-rev1",
    "/inventory/unstructuredDataServers": "1.2-rev1",
    "/inventory/entraId/tenants": "1.2-rev1",
    "/jobs": "1.2-rev1",
    "/adDomains": "1.3-rev0",
    f"{INFRASTRUCTURE}/mountServers": "1.3-rev0",
    "/agents/protectionGroups": "1.3-rev0",
    "/globalExclusions/vm": "1.3-rev0",
    "/security/users": "1.3-rev1",
    "/security/roles": "1.3-rev1",
}
OBJECTS, TYPES_OF_JOBS = 200, 15
LEFT_OUT = ("id", "isDisabled", "secondaryTargets")


@pytest.fixture(params=REVISIONS)
def client(contract: Contract, request: pytest.FixtureRequest) -> Iterator[Client]:
    seed = read_seed("headquarters")
    with simulated_pair(source_build=BUILDS[request.param], source_seed=seed) as pair:
        made = Client(pair.source, request.param)
        made.judge = ContractObserver(contract)
        pair.source.app.observers.append(made.judge)
        yield made
        assert made.judge.violations == []
        assert pair.source.app.defects == []


def test_every_list_is_as_documented(client: Client) -> None:
    for path, since in LISTS.items():
        for row in client.get(path)["data"] if client.revision >= since else ():
            assert client.get(f"{path}/{row['id']}") == row
    client.get("/jobs/states")
    assert {row["jobId"] is not None for row in client.get("/backups")["data"]} == {True}
    client.get("/license")
    client.make("/inventory", {})


def test_it_is_big_and_mixed(client: Client) -> None:
    rows = estate(client.server)
    assert sum(map(len, rows.values())) >= OBJECTS
    kinds = Counter(row["body"]["type"] for row in rows["jobs"])
    assert len(kinds) >= TYPES_OF_JOBS
    assert {name for name, each in TYPES.items() if each.since} - {"IrisBackup"} <= set(kinds)
    assert {"LegacyBackupCopy", "ProxmoxBackupJob"} <= set(kinds)
    assert client.get(f"{INFRASTRUCTURE}/wanAccelerators")["data"]


def test_what_a_job_shows_makes_another_one(client: Client) -> None:
    creatable = {name for name, each in TYPES.items() if each.since}
    jobs = [job for job in client.get("/jobs")["data"] if job["type"] in creatable]
    assert len(jobs) >= len(REVISIONS)
    for job in jobs:
        body = {name: value for name, value in job.items() if name not in LEFT_OUT}
        made = client.make("/jobs", {**body, "name": f"{job['name']} again"})
        assert {**made, "name": job["name"], "id": job["id"]} == {
            name: value for name, value in job.items() if name != "secondaryTargets"
        }
        changed = client.make(f"/jobs/{made['id']}", made, "PUT")
        assert changed == made


def test_it_is_the_same_each_time() -> None:
    first, second = (read_seed("headquarters") for _time in range(2))
    assert first == second
    assert _texts(first)


def _texts(value: Any) -> int:
    """How many texts there are: a seed is plain JSON."""
    if isinstance(value, dict):
        return sum(_texts(each) for each in value.values())
    if isinstance(value, list):
        return sum(_texts(each) for each in value)
    assert isinstance(value, str | int | float | bool) or value is None
    return int(isinstance(value, str))


def test_no_secret_of_it_is_shown(client: Client) -> None:
    secrets = set(re.findall(r'"([^"]*&orion\+[^"]*)"', json.dumps(read_seed("headquarters"))))
    assert len(secrets) > len(LISTS)
    shown = [client.get(path) for path, since in LISTS.items() if client.revision >= since]
    for text in (json.dumps(shown), json.dumps(client.server.snapshot())):
        assert not [secret for secret in secrets if json.dumps(secret)[1:-1] in text]
