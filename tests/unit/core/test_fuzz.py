# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of `make fuzz`: one value of one answer falsified at a time; the same sample each time."""

from __future__ import annotations

import random

import pytest

from support.fuzz.__main__ import SEED
from support.fuzz.play import staged
from support.fuzz.scenarios import Scenario, scenarios

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

SCENARIOS = random.Random(SEED).sample(list(scenarios()), 36)
LIES = 8


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_falsified_value_ends_in_success_or_in_one_clear_error(scenario: Scenario) -> None:
    with staged(scenario) as play:
        lies = play.lies()
        chosen = random.Random(f"{SEED} {scenario.name}").sample(lies, min(LIES, len(lies)))
        assert [str(fault) for fault in map(play.judge, chosen) if fault] == []
