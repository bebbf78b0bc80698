# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ending a program by a signal that may come twice: to the process, and to its group as well."""

from __future__ import annotations

import signal


class Heard:
    """The signal that is to end the program; 0 until one has come.

    The handler only notes a number. Whatever takes a lock in a handler, such as `Event.set`, waits for ever when the
    second signal interrupts the handler of the first.
    """

    def __init__(self) -> None:
        self.number = 0

    def listen(self, *numbers: signal.Signals) -> Heard:
        """From now on these signals end nothing by themselves."""
        for number in numbers:
            signal.signal(number, self.note)
        return self

    def note(self, number: int, _frame: object) -> None:
        self.number = number
