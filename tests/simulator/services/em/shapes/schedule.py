# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedule of a job. `Standart` is how the service spells it."""

from __future__ import annotations

from .description import Attribute, Kind, Shape, attributes, one, row

ENABLED = (Attribute("Enabled", Kind.FLAG),)
DAY = Shape("Day", attributes("Name"), text="Value")
WEEK = Shape("Schedule", (), (row("Days", "Day", DAY),))
RETRY = Shape(
    "RetryOptions",
    (),
    (one("RetryTimes", Kind.NUMBER), one("RetryTimeout", Kind.NUMBER), one("RetrySpecified", Kind.FLAG)),
)
DAILY = Shape("OptionsDaily", ENABLED, (one("Kind"), row("Days", "Days"), one("Time"), one("TimeOffsetUtc")))
PERIODICALLY = Shape(
    "OptionsPeriodically", ENABLED, (one("Kind"), one("FullPeriod", Kind.NUMBER), one("Schedule", WEEK))
)
CONTINUOUS = Shape("OptionsContinuous", ENABLED, (one("Schedule", WEEK),))
STANDARD = Shape(
    "Standart",
    (),
    (
        one("RetryOptions", RETRY),
        one("WaitForBackupCompletion", Kind.FLAG),
        one("OptionsDaily", DAILY),
        one("OptionsPeriodically", PERIODICALLY),
        one("OptionsContinuous", CONTINUOUS),
    ),
)
IMMEDIATE = Shape("ImmediateCopyMode", (), (one("OptionsContinuous", CONTINUOUS),))
SCHEDULE = Shape(
    "JobScheduleOptions", (), (one("Standart", STANDARD, null=True), one("ImmediateCopyMode", IMMEDIATE, null=True))
)
