# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` disturbs has each sort of write and each phase in it, and `make faults` disturbs every request."""

from __future__ import annotations

from collections import Counter

import pytest

from support.faults import sample
from support.faults.sample import sorts

WAYS = ("lost", "500", "killed")
IDS = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(3)]
LISTED = ["POST /api/oauth2/token", "GET /api/v1/jobs", *(f"GET /api/v1/jobs/{each}" for each in IDS)]
WRITTEN = [f"PUT /api/v1/jobs/{each}" for each in IDS]
REQUESTS = [*LISTED, *WRITTEN, *LISTED[1:], f"DELETE /api/v1/jobs/{IDS[0]}", "POST /api/oauth2/logout"]


@pytest.fixture(autouse=True)
def no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever `make faults` sets."""
    monkeypatch.setattr(sample, "SHARE", "")


def disturbed() -> dict[str, list[int]]:
    return {way: [at for at, _request in sample.sample(REQUESTS, way, WAYS)] for way in WAYS}


def test_every_sort_of_write_is_disturbed_in_every_other_way_and_not_always_the_same_one() -> None:
    writes = [
        [REQUESTS[at] for at in found if REQUESTS[at].startswith(("PUT", "DELETE"))] for found in disturbed().values()
    ]
    assert writes == [[WRITTEN[0]], [f"DELETE /api/v1/jobs/{IDS[0]}"], [WRITTEN[2]]]


def test_every_sort_of_write_is_disturbed_where_there_is_one_way() -> None:
    killed = [at for at, _request in sample.sample(REQUESTS, "killed", ["killed"])]
    writes, _reads = sorts(REQUESTS)
    assert [sum(at in killed for at in alike) for alike in writes] == [1, 1]


def test_of_the_sorts_that_read_after_a_write_the_first_and_every_third_are_disturbed_in_one_way() -> None:
    met = Counter(at for found in disturbed().values() for at in found)
    _writes, reads = sorts(REQUESTS)
    # The token, the list and the jobs at first; the list and the jobs after a write; the logout after another.
    assert [[sum(met[at] for at in alike) for alike in after] for after in reads] == [[1, 0, 0], [1, 0], [1]]


def test_every_sort_that_reads_is_disturbed_in_one_way_where_nothing_is_written() -> None:
    met = Counter(at for way in WAYS for at, _request in sample.sample(LISTED, way, WAYS))
    _writes, (reads,) = sorts(LISTED)
    assert [sum(met[at] for at in alike) for alike in reads] == [1, 1, 1]


def test_all_are_disturbed_in_each_way_if_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "SHARE", "1")
    assert disturbed() == {way: list(range(len(REQUESTS))) for way in WAYS}


def test_a_share_is_never_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "SHARE", "0.000001")
    assert disturbed() == {way: [0] for way in WAYS}
