# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the simulator's own tests: a fresh pair in this process, and callers of its servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contract.fixtures import contract, vbaz_contract
from simulator.testing import Pair, simulated_pair
from support.vbr_caller import VbrCaller

__all__ = ["contract", "vbaz_contract"]

COMMON = "1.2-rev1"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with simulated_pair() as made:
        yield made


@pytest.fixture
def source(pair: Pair) -> VbrCaller:
    return VbrCaller(pair.source, COMMON)


@pytest.fixture
def target(pair: Pair) -> VbrCaller:
    return VbrCaller(pair.target, COMMON)


@pytest.fixture
def modern() -> Iterator[Callable[[str], VbrCaller]]:
    """Calls a source of the newest build in any revision from 1.1 on."""
    with simulated_pair(source_build="13.1.0.411", target_build="13.1.0.411") as made:
        yield lambda revision: VbrCaller(made.source, revision)
