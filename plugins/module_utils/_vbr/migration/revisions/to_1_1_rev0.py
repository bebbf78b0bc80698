# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step from 1.0-rev2 to 1.1-rev0: flags beside limits, hardened repositories, schedules for synthetic fulls."""

from __future__ import annotations

from .places import SYNTHETIC
from .rules import Step
from .shapes import ImmutableLinux, ImpliedSwitch, WeeklyDays

STEP = Step(
    "1.0-rev2",
    "1.1-rev0",
    {
        "repositories": (
            ImmutableLinux(),
            ImpliedSwitch("repository", "enableTaskLimit", "maxTaskCount"),
            ImpliedSwitch("repository", "enableReadWriteLimit", "readWriteRate"),
        ),
        "jobs": (WeeklyDays(SYNTHETIC),),
    },
)
