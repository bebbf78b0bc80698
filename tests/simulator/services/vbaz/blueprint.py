# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulated Azure appliance is made: its routes, its seed, its address and its five accounts."""

from __future__ import annotations

import json
from pathlib import Path

from ...core.application import Application
from ...core.blueprint import PLAIN_PASSWORD, Blueprint, Login
from ...core.clock import Clock
from ...core.routing import Router, modules_of
from ...core.service import Seed
from . import resources
from .accounts import READER, RESTORE_OPERATOR
from .server import VbazServer

NAME = "vbaz"
SEED = Path(__file__).parents[2] / "seeds" / f"{NAME}.json"
HOSTNAME = "vbaz01.tech.local"
HTTPS_PORT = 443

ADMINISTRATOR_LOGIN = Login("administrator", "Zu5%hT8&kP2+wB7=xM4#rF9!appliance")
PLAIN_LOGIN = Login("plain", PLAIN_PASSWORD)
READER_LOGIN = Login("auditor", "Lc3&vY6+dS1%gQ8=nJ5#tW2!auditor")
OPERATOR_LOGIN = Login("restore-operator", "Xe7=bK4%zR9+fH1&mD6#yC3!operator")
MFA_LOGIN = Login("second-factor", "Qa1+jN6&uV3%pG8=lT5#cE2!second")
MFA_CODE = "493027"
ROUTER = Router(route for module in modules_of(resources) for route in module.ROUTES)


def appliance(clock: Clock | None = None, seed: Seed | None = None) -> Application:
    """An appliance with the shipped seed or another one, and with the five accounts."""
    server = VbazServer(NAME, seed or json.loads(SEED.read_bytes()), clock)
    accounts = server.accounts
    accounts.add(ADMINISTRATOR_LOGIN.username, ADMINISTRATOR_LOGIN.password)
    accounts.add(PLAIN_LOGIN.username, PLAIN_LOGIN.password)
    accounts.add(READER_LOGIN.username, READER_LOGIN.password, role=READER)
    accounts.add(OPERATOR_LOGIN.username, OPERATOR_LOGIN.password, role=RESTORE_OPERATOR)
    accounts.add(MFA_LOGIN.username, MFA_LOGIN.password, mfa_code=MFA_CODE)
    return Application(server, ROUTER)


BLUEPRINT = Blueprint(HOSTNAME, HTTPS_PORT, ADMINISTRATOR_LOGIN, READER_LOGIN, appliance)
