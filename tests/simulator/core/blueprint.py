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
    """A test account. Passwords are long, unlike any path, and have every character that a form must escape."""

    username: str
    password: str


# The one password without such a character, of an administrator of each service: for clients that do not escape.
PLAIN_PASSWORD = "Hq7Zt4Xm9Lc2Vw6Rb3Ks8Np5Dj1plain"


@dataclass(frozen=True)
class Blueprint:
    """How to make one instance. `hostname` and `port` are its address in process; sockets have their own.

    `viewer` is an account that may do less than `login`.
    """

    hostname: str
    port: int
    login: Login
    viewer: Login
    make: Callable[[Clock], Application]
