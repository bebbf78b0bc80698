# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The round trip through every stage of every object in the table of quartets, in the newest revision each has."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.doc_fragments._estate import MODULES
from simulator.testing import simulated_pair
from support.quartet import BUILDS, Row
from support.tasks import drive
from unit.vbr.resource.test_quartet_resources import ROWS

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

NAMES = {module.__name__.rpartition(".vbr_")[2] for module in MODULES.values()}


@pytest.mark.parametrize("row", [row for row in ROWS if row.module in NAMES], ids=str)
def test_what_is_read_changes_nothing(row: Row) -> None:
    """After the first step the whole estate is given back, later the kinds of which something else is read since.

    What is left when an object that was created is deleted in the end is what was there before the first step.
    """
    with simulated_pair(source_build=BUILDS[row.revisions[-1]]) as pair:
        row.prepare(pair.source)
        before: dict[str, Any] = {}
        steps = list(row.steps)
        for step, options in row.steps.items():
            made = drive(row.module, pair.source, **row.common, **options)
            assert not made.get("failed"), made["msg"]
            if steps[0].startswith("create") and step == steps[-1] and step.startswith("delete"):
                return
            items = drive("info", pair.source, resource="estate")["resource"]
            changed = {kind: each for kind, each in items.items() if each != before.get(kind)}
            result = drive("estate", pair.source, check=True, **changed)
            assert not result.get("failed"), result["msg"]
            assert (step, result["changed"], result["diff"]) == (step, False, [])
            before = items
