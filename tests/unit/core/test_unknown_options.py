# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that there are not: an error says where they stand, by the number and the name of the item."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import unknown_in
from support.tasks import TASKS


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"jobs": [{"name": "Nightly"}]}, []),
        ({"jbos": []}, ["jbos"]),
        ({"jobs": [{"name": "A"}, {"name": "B", "nmae": 1}]}, ["nmae of item 2 ('B') of jobs"]),
        ({"jobs": [{"name": "A", "schedule": {"dayly": 1}}]}, ["dayly of schedule of item 1 ('A') of jobs"]),
        ({"jobs": [{"nmae": "A"}]}, ["nmae of item 1 of jobs"]),
        ({"general_options": {"emial": {}}}, ["emial of general_options"]),
        ({"jobs": "none", "users": [3, None]}, []),
    ],
)
def test_an_option_that_there_is_not_is_found(given: dict[str, Any], places: list[str]) -> None:
    assert list(unknown_in(TASKS["estate"].arguments, given)) == places
