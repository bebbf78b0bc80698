# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cutover asks of the servers: how much for many jobs, and only what each revision documents."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.core.call import Exchange
from simulator.testing import simulated_pair
from support.faults.migration import small_estate
from support.handover import jobs_to_hand_over, staged, standing
from support.quartet import PAIRS_OF_BUILDS

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

# Two hundred are measured by `make bench`; the formula shows at fewer.
MANY = 40
# What the issue allows: so many for each job, and so many besides.
PER_JOB, BESIDES = 4, 30


def many_jobs() -> dict[str, Any]:
    seed = small_estate()
    first = seed["estate"]["jobs"]["jobs"][0]
    seed["estate"]["jobs"]["jobs"] = [{**copy.deepcopy(first), "name": f"Job {number:03}"} for number in range(MANY)]
    return seed


def test_a_cutover_of_many_jobs_is_four_requests_for_each(tmp_path: Path) -> None:
    with simulated_pair(source_seed=many_jobs()) as pair:
        ready = staged(pair, tmp_path, {})
        heard: list[Exchange] = []
        for server in pair.servers:
            server.app.observers.append(heard.append)
        for state in ("cut_over", "rolled_back"):
            heard.clear()
            result = ready.done(state=state)
            print(f"{state}: {len(heard)} requests for {MANY} jobs")
            assert result["counts"] == {state.replace("_", " "): MANY}
            assert len(heard) <= PER_JOB * MANY + BESIDES
        assert len(result["jobs"]["rolled back"]) < MANY, "the result is small"


@pytest.mark.parametrize("revision", PAIRS_OF_BUILDS)
def test_there_and_back_is_what_each_revision_documents(revision: str, tmp_path: Path, contract: Contract) -> None:
    source, target = PAIRS_OF_BUILDS[revision]
    with simulated_pair(source_build=source, target_build=target, source_seed=jobs_to_hand_over()) as pair:
        ready = staged(pair, tmp_path)
        before = ready.all()[:2]
        # The only question that 1.0-rev2 does not know; its refusal is the answer.
        observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
        for server in pair.servers:
            server.app.observers.append(observer)
        ready.done()
        assert standing(pair.target)["Backup Job 2"] == (True, True)
        ready.done(state="rolled_back")
        assert ready.all()[:2] == before
        assert observer.judged > 0
        assert observer.violations == []
