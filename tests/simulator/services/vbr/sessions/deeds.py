# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session can do, by name: a task names its deed, so that a session half-way through can be saved as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .running import Done, Task

if TYPE_CHECKING:
    from ..server import VbrServer

Deed = Callable[["VbrServer", Task], Done]
DEEDS: dict[str, Deed] = {}


def deed(name: str) -> Callable[[Deed], Deed]:
    """Enters a function under the name by which tasks ask for it: {"do": name, ...}."""

    def enter(function: Deed) -> Deed:
        DEEDS[name] = function
        return function

    return enter
