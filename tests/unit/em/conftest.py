# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests of Enterprise Manager a clock on which its clients wait without waiting."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._em import client
from support.clock import SwiftClock


@pytest.fixture
def em_clock(monkeypatch: pytest.MonkeyPatch) -> SwiftClock:
    """Every client of an Enterprise Manager waits on this clock."""
    clock = SwiftClock()
    monkeypatch.setattr(client, "Clock", lambda: clock)
    return clock
