# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one instance of a simulation is made, and how its clients find it and sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .application import Application
from .clock import Clock


@dataclass(frozen=True)
class Login:
    """Test accounts: long and unlike any path, with every character that a form must escape."""

    username: str
    password: str


@dataclass(frozen=True)
class Blueprint:
    """An instance in waiting. `hostname` and `port` are where it is found in process; sockets have their own.

    `viewer` is an account that may do less than `login`.
    """

    hostname: str
    port: int
    login: Login
    viewer: Login
    make: Callable[[Clock], Application]
