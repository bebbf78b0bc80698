# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many failures in few words: a line for each reason, and the first of the names."""

from __future__ import annotations

from ansible_collections.backupfleet.rest.plugins.module_utils._core.failures import (
    NAMES_SHOWN,
    REASONS_SHOWN,
    Failed,
    by_reason,
    for_want,
    in_words,
)


def test_one_is_named_with_its_reason() -> None:
    groups = by_reason([Failed("jobs", "Nightly", "-> 400: no", "their common cause")])
    assert groups == [{"reason": "-> 400: no", "count": 1, "objects": {"jobs": ["Nightly"]}}]
    assert in_words(groups) == ["jobs 'Nightly': -> 400: no"]


def test_three_hundred_with_one_reason_are_one_line() -> None:
    groups = by_reason(Failed("jobs", f"Job {number}", "-> 500: no") for number in range(300))
    (line,) = in_words(groups)
    assert (groups[0]["count"], len(groups[0]["objects"]["jobs"])) == (300, NAMES_SHOWN)
    assert line.startswith("jobs 'Job 0', 'Job 1', ") and line.endswith(" and 280 more: -> 500: no")


def test_an_object_counts_once_for_each_reason() -> None:
    failed = [Failed("jobs", f"Job {number}", "it differs") for number in range(30) for _field in range(3)]
    (group,) = by_reason(failed)
    assert group["count"] == 30 and len(set(group["objects"]["jobs"])) == NAMES_SHOWN == len(group["objects"]["jobs"])


def test_what_has_no_name_counts_each_time() -> None:
    assert by_reason([Failed("jobs", "", "not served")] * 2)[0]["count"] == 2


def test_what_is_held_back_for_others_is_counted_and_not_explained_each_time() -> None:
    failed = [
        Failed("jobs", f"Job {number}", f"not sent: needs credentials '{number}', which failed", for_want("failed"))
        for number in "12"
    ]
    assert in_words(by_reason([Failed("credentials", "1", "no"), *failed])) == [
        "jobs 'Job 1', 'Job 2': something that they need failed",
        "credentials '1': no",
    ]
    assert in_words(by_reason(failed[:1])) == ["jobs 'Job 1': not sent: needs credentials '1', which failed"]


def test_the_most_frequent_reasons_come_first_and_the_rest_is_counted() -> None:
    failed = [
        Failed("jobs", f"{reason}-{number}", f"reason {reason}") for reason in range(12) for number in range(reason)
    ]
    lines = in_words(by_reason([*failed, Failed("proxies", "", "reason of a kind")]))
    assert lines[0].endswith(": reason 11") and len(lines) == REASONS_SHOWN + 1
    assert lines[-1] == "and 2 more objects, for 2 other reasons"


def test_a_whole_kind_has_no_names() -> None:
    assert in_words(by_reason([Failed("jobs", "", "not served")])) == ["jobs: not served"]


def test_what_is_about_no_object_is_its_reason() -> None:
    assert in_words(by_reason([Failed("", "", "the licence ends")])) == ["the licence ends"]


def test_a_name_does_nothing_to_a_terminal() -> None:
    assert in_words(by_reason([Failed("jobs", "\x1b[2J\nforged", "no")])) == ["jobs '\\x1b[2J\\nforged': no"]
