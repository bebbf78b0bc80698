# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of each type of job among the jobs of a whole server: each is planned and moved.

What they refer to by id is an object of that server. What is sent to create them is as documented.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.rest.job_bodies import machines
from simulator.services.vbr.rest.references import tables_at
from simulator.services.vbr.revisions import FIRST_BUILDS
from simulator.testing import Server, simulated_pair
from support.headquarters import Move, enabled
from support.vbr_caller import VbrCaller

from . import Contract, ContractObserver
from .test_rest_examples import REVISIONS, jobs

BUILDS = dict(FIRST_BUILDS)
# The servers of headquarters that have machines of each platform.
HOSTS = {"VSphere": "vcenter01.tech.local", "VMware": "vcenter01.tech.local", "CloudDirector": "vcd01.orion.local"}
HOSTS |= {"HyperV": "hv01.orion.local"}
# Of these kinds not every object can be what a job needs.
PREFERRED = {"repositories": "WinLocal"}


def at_home(server: Server, example: dict[str, Any], number: int) -> dict[str, Any]:
    """An example with a name of its own, and with ids and names of this server for those that it has."""
    body: dict[str, Any] = with_ids(server, {**example, "name": f"{example['name']} {number}"}, ("jobs",))
    for copied in body.get("secondaryTargets", ()):
        copied["name"] = f"{copied['name']} {number}"
    if "jobName" in (after := (body.get("schedule") or {}).get("afterThisJob") or {}):
        after["jobName"] = "Shop"
    return body


def with_ids(server: Server, value: Any, around: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        host = {"hostName": HOSTS[value.get("platform", "VSphere")]} if "hostName" in value else {}
        found = {name: with_ids(server, each, (*around, name)) for name, each in {**value, **host}.items()}
        return found | (discovered(server) if found.get("platform") == "Agent" else {})
    if isinstance(value, list):
        return [with_ids(server, each, around) for each in value]
    tables = tables_at(around) if value else ()
    rows = [row for table in tables for row in server.service.store.rows(table)]
    of_type = PREFERRED.get(tables[0]) if tables else None
    return next((row["id"] for row in rows if of_type in (None, row.get("body", row).get("type"))), value)


def discovered(server: Server) -> dict[str, Any]:
    """A computer of a protection group of this server."""
    row = next(iter(server.service.store.rows("discoveredEntities")))
    return {"id": row["id"], **{name: row["body"][name] for name in ("name", "protectionGroupId")}}


def wrong_requests(judge: ContractObserver) -> set[str]:
    """What is wrong with the requests that created jobs."""
    return {each for each in judge.violations if each.startswith("POST /api/v1/jobs (") and "): request " in each}


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_job_of_the_examples_is_planned_and_moved(contract: Contract, revision: str, tmp_path: Path) -> None:
    build = BUILDS[revision]
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as pair:
        source, target = (server.service.store for server in pair.servers)
        for row in list(source.rows("wanAccelerators")):
            target.add("wanAccelerators", {"name": row["name"]})
        own, sent = ContractObserver(contract), ContractObserver(contract)
        pair.source.app.observers.append(own)
        pair.target.app.observers.append(sent)
        names = set()
        for number, example in enumerate(jobs(contract.document(revision))):
            body = at_home(pair.source, example, number)
            for machine in machines(body):
                for store in (source, target):
                    store.add("inventoryObjects", {"objectId": "", **machine})
            answer = VbrCaller(pair.source, revision)("POST", "/jobs", json=body)
            assert answer.status_code == 201, (body["type"], answer.text)
            names |= {body["name"], *(each["name"] for each in body.get("secondaryTargets", ()))}
        move = Move(pair, tmp_path / "bundle")
        move.export()
        plan = {item["key"]: item for item in move.bring_in(check=True)["plan"] if item["kind"] == "jobs"}
        assert {name: plan[name]["reason"] for name in names if plan[name]["action"] != "create"} == {}
        move.brought_in()
        move.hand_over()
        move.brought_in(phase="cutover")
        move.hand_over()
        assert names <= {name for name, awake in enabled(pair.target).items() if awake}
        assert wrong_requests(sent) - wrong_requests(own) == set()
