# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulated Enterprise Manager is made: its routes, its seed, its address and its accounts."""

from __future__ import annotations

import json
from pathlib import Path

from ...core.application import Application
from ...core.blueprint import PLAIN_PASSWORD, Blueprint, Login
from ...core.clock import Clock
from ...core.routing import Router, modules_of
from . import resources
from .accounts import USER
from .server import EmServer

INSTANCE = "em"
SEED = Path(__file__).parents[2] / "seeds" / "em.json"
LOGIN = Login("TECH\\em-administrator", "Xn8&aV3+cB6%mK1=zL9#pE4!manager")
PLAIN_LOGIN = Login("TECH\\plain", PLAIN_PASSWORD)
VIEWER = Login("TECH\\em-user", "Gd5#hJ2&kT7+wQ4%yR8=uN3!portal")
ROUTER = Router(route for module in modules_of(resources) for route in module.ROUTES)


def make(clock: Clock) -> Application:
    """An Enterprise Manager with the shipped seed, an administrator and a Portal User."""
    server = EmServer(INSTANCE, json.loads(SEED.read_bytes()), clock)
    server.accounts.add(LOGIN.username, LOGIN.password)
    server.accounts.add(PLAIN_LOGIN.username, PLAIN_LOGIN.password)
    server.accounts.add(VIEWER.username, VIEWER.password, role=USER)
    return Application(server, ROUTER)


BLUEPRINT = Blueprint(hostname="em.tech.local", port=9398, login=LOGIN, viewer=VIEWER, make=make)
