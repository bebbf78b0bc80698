# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a cutover that broke in its middle: what was changed is not denied, and the next step is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.handover import Staged, jobs_to_hand_over, staged
from support.reports import report, run
from tooling import tree

HELD = "Backup Job 3"
# It is refused before anything is written.
NOWHERE = {"repositories": {"Main Big Repository": "nowhere"}}
OFF = f"These jobs are off on both servers: '{HELD}'."
ROLES = ("vbr_export", "vbr_preflight", "vbr_import", "vbr_verify", "vbr_cutover", "vbr_rollback")
# What changes no server and nothing else, and cannot fail by what is given to it.
HARMLESS = ("set_fact", "debug", "set_stats", "include_role", "include_tasks")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"), hold=[HELD])


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    once.again()
    yield once
    once.pair.target.faults.clear()


def reported(ready: Staged, task: str, check: bool = False, **steps: Any) -> dict[str, Any]:
    """The report of a cutover that failed at this task, with where the jobs stand by the journal."""
    standing = [{"name": name, "phase": phase, "stands": phase, "wrong": []} for name, phase in ready.phases().items()]
    failure = {"task": task, "result": {"msg": "no"}}
    return report({**run(ready.pair, check, failure, **steps), "name": "cutover", "standing": standing})


def began(result: dict[str, Any]) -> dict[str, Any]:
    """The second result of the role, after a first one that changed something."""
    return {**result, "changed": True}


def test_jobs_that_an_import_left_out_are_off_on_both_servers(ready: Staged) -> None:
    ready.done()
    left_out = ready.bring_in(kinds=["credentials"])
    for handed in (began(ready.done()), ready.done()):
        made = reported(ready, "Stop if jobs are off on both servers", cutover=handed, import_=left_out)
        assert made["outcome"] == "failed" and made["next"].startswith(OFF) and "roll back" in made["next"]
        assert made["command"].endswith("backupfleet.rest.cutover --limit demo")


def test_an_import_that_was_refused_does_not_undo_what_was_done_before_it(ready: Staged) -> None:
    first = ready.done()
    refused = ready.bring_in(mappings=NOWHERE)
    assert refused["failed"] and refused["changed"] is False
    made = reported(ready, "Complete the import", cutover=first, import_=refused)
    assert (made["outcome"], made["next"][: len(OFF)]) == ("failed", OFF)


def test_an_import_that_broke_off_is_gone_on_with(ready: Staged) -> None:
    ready.done()
    ready.pair.target.faults.add(do="status", status=500, path="/jobs/import$")
    broken = ready.bring_in()
    # The hand-over before it changed nothing in this run.
    made = reported(ready, "Complete the import", cutover=ready.done(), import_=broken)
    assert broken["failed"] and made["outcome"] == "failed"
    assert made["next"].startswith("Run the cutover again to go on, or roll back")


def test_what_an_import_brought_in_is_not_denied_by_a_hand_over_that_is_refused_after_it(ready: Staged) -> None:
    ready.done()
    brought = ready.bring_in()
    refused = {"failed": True, "changed": False, "msg": "no", "failures": [{"reason": "no", "count": 1, "objects": {}}]}
    made = reported(ready, "Hand the jobs over", cutover=refused, import_=brought)
    assert brought["changed"] and made["outcome"] == "failed"
    assert made["next"].startswith("Run the cutover again to go on")


def test_a_dry_run_changed_nothing_wherever_it_failed(ready: Staged) -> None:
    ready.done()
    refused = ready.bring_in(mappings=NOWHERE)
    made = reported(ready, "Complete the import", check=True, cutover=began(ready.done()), import_=refused)
    assert made["next"].startswith("Nothing was changed")


def test_a_rollback_that_broke_is_gone_on_with(ready: Staged) -> None:
    """The role of the report gives every step, also those that were not done."""
    ready.done()
    back = {"failed": True, "changed": True, "counts": {}, "failures": []}
    made = reported(ready, "Take the jobs back", rollback=back, cutover={}, import_={})
    assert made["next"].startswith("Run the cutover again to go on, or roll back")
    assert made["command"].endswith("backupfleet.rest.rollback --limit demo")


def test_a_refused_hand_over_changed_nothing(ready: Staged) -> None:
    refused = ready.hand_over(jobs=["Nightly"])
    made = reported(ready, "Hand the jobs over", cutover=refused)
    assert refused["failed"] and made["next"].startswith("Nothing was changed")


@pytest.mark.parametrize("role", ROLES)
def test_the_report_looks_at_every_task_that_may_fail(role: str) -> None:
    """Ansible does not say which task failed, unless there is a rescue."""
    defaults = yaml.safe_load((tree.ROOT / "roles" / "vbr_report" / "defaults" / "main.yml").read_text("utf-8"))
    looked_at = " ".join(defaults["vbr_report_tasks"].values())
    found = [task for path in sorted((tree.ROOT / "roles" / role / "tasks").glob("*.yml")) for task in tasks(path)]
    assert found
    for task in found:
        assert task.get("register") and f"{task['register']} " in looked_at, task["name"]


def tasks(path: Any) -> Iterator[dict[str, Any]]:
    """The tasks of a file that may fail, also those of its blocks."""
    left = list(yaml.safe_load(path.read_text("utf-8")))
    while left:
        task = left.pop()
        left += [inner for part in ("block", "rescue", "always") for inner in task.get(part, ())]
        module = next((word for word in task if "." in word), "")
        if module and not module.endswith(HARMLESS):
            yield task
