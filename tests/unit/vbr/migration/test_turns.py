# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is brought in at a cutover of some jobs: what only they need, and nothing that the source still uses."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.journal_entries import JournalJob
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.phases import ONE_OWNER, at_their_turn
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import (
    BLOCKED,
    CREATE,
    CUTOVER,
    PlanItem,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import (
    AT_REST,
    COMING_TO_REST,
    WAITING,
    Journal,
)

KINDS = {"bucket": "repositories", "pool": "scaleOutRepositories", "group": "protectionGroups", "user": "users"}
OWN = "waits for a reason of its own"


def key(name: str) -> tuple[str, str]:
    """The kind of an object is the beginning of its name; anything else is a job."""
    return KINDS.get(name.split()[0], "jobs"), name


def waits(name: str, *needs: str) -> PlanItem:
    item = PlanItem(*_place(name), CREATE, needs=tuple(map(key, needs)), phase=CUTOVER)
    first = item.needs[0] if item.needs else None
    return PlanItem(*_place(name), CREATE, needs=item.needs, phase=CUTOVER, waits=ONE_OWNER, waits_for=first)


def _place(name: str) -> tuple[str, str, str]:
    return key(name)[0], "rest", name


def blocked(name: str, *needs: str) -> PlanItem:
    return PlanItem(*_place(name), BLOCKED, "unknown", needs=tuple(map(key, needs)))


def journal(**phases: str) -> Journal:
    """A job per phase: those that were put to rest are marked so."""
    jobs = {
        name: JournalJob(name, phase, True, rested=phase in (AT_REST, COMING_TO_REST)) for name, phase in phases.items()
    }
    return Journal(None, "target", jobs)


def ready(items: list[PlanItem], *rested: str) -> set[str]:
    """The names of what is brought in, with these jobs at rest on the source."""
    named = {item.key: AT_REST if item.key in rested else WAITING for item in items if item.kind == "jobs"}
    turned = at_their_turn(items, journal(**named))
    assert [item.object_key for item in turned] == [item.object_key for item in items]
    assert all(item.ready or item.waits for item in turned)
    return {item.key for item in turned if item.ready and item.action == CREATE}


SHARED = [waits("bucket 1"), waits("bucket 2"), waits("A", "bucket 1"), waits("B", "bucket 1"), waits("C", "bucket 2")]


@pytest.mark.parametrize(
    ("rested", "brought"),
    [
        ("", set()),
        ("A", set()),
        ("AB", {"bucket 1", "A", "B"}),
        ("AC", {"bucket 2", "C"}),
        ("ABC", {"bucket 1", "bucket 2", "A", "B", "C"}),
    ],
)
def test_a_bucket_comes_when_all_that_use_it_are_at_rest(rested: str, brought: set[str]) -> None:
    assert ready(SHARED, *rested) == brought


def test_what_is_not_ready_holds_up_what_needs_it_and_nothing_beside_it() -> None:
    """B cannot come, because A uses bucket 1; bucket 2 is of B and of C, and neither uses it on the source any more."""
    items = [
        waits("bucket 1"),
        waits("bucket 2"),
        waits("A", "bucket 1"),
        waits("B", "bucket 1", "bucket 2"),
        waits("C", "bucket 2"),
    ]
    assert ready(items, "B", "C") == {"bucket 2", "C"}


def test_nothing_is_brought_in_for_a_job_that_cannot_come_itself() -> None:
    items = [waits("bucket 1"), waits("bucket 2"), waits("A", "bucket 1"), waits("B", "bucket 1", "bucket 2")]
    assert ready(items, "B") == set()


def test_what_a_job_needs_is_followed_to_its_end() -> None:
    items = [waits("bucket 1"), waits("pool 1", "bucket 1"), waits("A", "pool 1"), waits("B", "bucket 1")]
    assert ready(items, "B") == set()
    assert ready(items, "A", "B") == {"bucket 1", "pool 1", "A", "B"}


def test_a_user_or_a_role_ties_no_two_jobs_together() -> None:
    """An account may have the right to two buckets: it comes when both are there."""
    items = [waits("bucket 1"), waits("bucket 2"), waits("user 1", "bucket 1", "bucket 2")]
    items += [waits("A", "bucket 1"), waits("B", "bucket 2")]
    assert ready(items, "A") == {"bucket 1", "A"}
    assert ready(items, "A", "B") == {"bucket 1", "bucket 2", "user 1", "A", "B"}


def test_what_no_job_at_rest_needs_comes_with_the_last_wave() -> None:
    items = [waits("bucket 1"), waits("group 1"), waits("A", "bucket 1"), waits("B", "bucket 1"), waits("C")]
    assert ready(items, "A", "B") == {"bucket 1", "A", "B"}
    assert ready(items, "A", "B", "C") == {"bucket 1", "group 1", "A", "B", "C"}


def test_what_only_jobs_use_that_stay_on_the_source_stays_with_them() -> None:
    items = [waits("group 1"), waits("group 2"), waits("bucket 1"), waits("pool 1", "bucket 1")]
    items += [blocked("Kiosks", "group 1", "pool 1"), blocked("Both", "group 2"), waits("A", "group 2")]
    assert ready(items, "A") == {"group 2", "A"}
    (reason,) = {item.waits for item in at_their_turn(items, journal(A=AT_REST)) if item.key == "group 1"}
    assert "stay on the source" in reason


def test_a_job_whose_rest_is_not_proved_is_awake() -> None:
    turned = at_their_turn(SHARED, journal(A=COMING_TO_REST, B=AT_REST, C=AT_REST))
    assert {item.key for item in turned if item.ready} == {"bucket 2", "C"}


def test_what_cannot_come_says_what_it_waits_for() -> None:
    turned = {item.key: item for item in at_their_turn(SHARED, journal(A=WAITING, B=AT_REST, C=AT_REST))}
    assert "not at rest" in turned["bucket 1"].waits and "not at rest" in turned["A"].waits
    assert "repositories 'bucket 1'" in turned["B"].waits
    assert turned["B"].waits_for == ("repositories", "bucket 1")
