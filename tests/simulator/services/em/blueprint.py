# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulated Enterprise Manager is made: its seed, its place, and who may sign in."""

from __future__ import annotations

import json
from pathlib import Path

from ...core.application import Application
from ...core.blueprint import Blueprint, Login
from ...core.clock import Clock
from .accounts import USER
from .application import em_application
from .server import EmServer

INSTANCE = "em"
SEED = Path(__file__).parents[2] / "seeds" / "em.json"
LOGIN = Login("TECH\\em-administrator", "Xn8&aV3+cB6%mK1=zL9#pE4!manager")
VIEWER = Login("TECH\\em-user", "Gd5#hJ2&kT7+wQ4%yR8=uN3!portal")


def _make(clock: Clock) -> Application:
    application = em_application(INSTANCE, json.loads(SEED.read_bytes()), clock)
    server = application.service
    assert isinstance(server, EmServer)
    server.accounts.add(LOGIN.username, LOGIN.password)
    server.accounts.add(VIEWER.username, VIEWER.password, role=USER)
    return application


BLUEPRINT = Blueprint(hostname="em.tech.local", port=9398, login=LOGIN, viewer=VIEWER, make=_make)
