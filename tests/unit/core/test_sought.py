# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding many texts in another one at once."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.sought import Sought


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        (["Job 1", "Job 10"], "Job 10 failed", {"Job 10"}),
        (["Job 1", "Job 10"], "Job 1 failed, and so did Job 10", {"Job 1", "Job 10"}),
        (["Job 1", "Job 1 of Monday"], "Job 1 of Tuesday", {"Job 1"}),
        (["a", "ab", "abc", "abd"], "xabe", {"ab"}),
        (["b", "abc"], "abc", {"abc", "b"}),
        (["Nightly", ""], "nightly", set()),
        (["longer than the text"], "text", set()),
        ([], "anything", set()),
    ],
)
def test_the_longest_that_stands_at_a_place_is_found(names: list[str], text: str, found: set[str]) -> None:
    sought = Sought(names)
    assert sought.within(text) == found
    assert bool(sought) is bool([name for name in names if name])
