# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that were handed over and are gone from the target: off on both servers, running on the source, or nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server
from support.clock import SwiftClock
from support.handover import Staged, row, standing

JOB, ON_SOURCE = "By hand", "Backup Job 4"


@pytest.fixture
def ready(once_staged: Staged, swift_clock: SwiftClock) -> Staged:
    """All jobs are handed over, and one of them was deleted on the target then."""
    once_staged.again()
    once_staged.done()
    remove(once_staged.pair.target, JOB)
    return once_staged


def remove(server: Server, name: str) -> None:
    server.service.estate.remove(JOBS, row(server, name))


def looked_at(ready: Staged) -> dict[str, Any]:
    """A cutover that finds nothing to do, of which the dry run says the same."""
    before = ready.all()
    shown, done = ready.hand_over(check=True), ready.done()
    assert ready.all() == before and (shown["changed"], done["changed"]) == (False, False)
    assert (shown["lost"], shown["diverged"]) == (done["lost"], done["diverged"])
    assert shown["warnings"] == done["warnings"]
    return done


def test_one_that_is_off_on_both_servers_is_lost_and_can_be_taken_back(ready: Staged) -> None:
    result = looked_at(ready)
    assert result["lost"] == [JOB]
    (said,) = [one for one in result["warnings"] if "off on both servers" in one]
    assert said.startswith("1 job(s) were handed over") and said.endswith(f"what nobody needs: '{JOB}'.")
    assert ready.done(jobs=["Backup Job 2"])["lost"] == []
    assert ready.done(state="rolled_back", jobs=[JOB])["lost"] == []
    assert standing(ready.pair.source)[ON_SOURCE][0] is True
    assert "import again" in ready.hand_over()["msg"]


def test_one_that_somebody_woke_on_the_source_runs_there_alone_and_is_left(ready: Staged) -> None:
    row(ready.pair.source, ON_SOURCE)["state"].pop("disabled")
    result = looked_at(ready)
    assert (result["lost"], result["diverged"]) == ([], {JOB: "it is no longer on the target"})
    assert standing(ready.pair.source)[ON_SOURCE][0] is True


def test_one_that_is_there_anew_does_not_run_on_both(ready: Staged) -> None:
    """Another job of the target has its name now, and somebody woke the source's, too."""
    row(ready.pair.target, "Backup Job 2")["body"]["name"] = JOB
    assert ready.done()["lost"] == []
    row(ready.pair.source, ON_SOURCE)["state"].pop("disabled")
    assert ready.done(jobs=[JOB])["changed"] is True
    assert standing(ready.pair.source)[ON_SOURCE][0] is False


@pytest.mark.parametrize("side", ["source", "target"])
def test_what_somebody_may_have_meant_is_not_lost(ready: Staged, side: str) -> None:
    """It was removed from both servers; another one is disabled on the target."""
    if side == "source":
        remove(ready.pair.source, ON_SOURCE)
        assert looked_at(ready)["diverged"] == {JOB: "it is no longer on the target"}
    else:
        row(ready.pair.target, "Backup Job 3")["state"]["disabled"] = True
        assert "Backup Job 3" in looked_at(ready)["diverged"]
    assert looked_at(ready)["lost"] == ([] if side == "source" else [JOB])
