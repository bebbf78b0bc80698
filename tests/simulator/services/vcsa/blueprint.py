# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vCenter a newcomer starts: with an administrator, a viewer, and two backups of the past."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from ...core.application import Application
from ...core.blueprint import Blueprint, Login
from ...core.clock import Clock
from .application import vcsa_application
from .server import VcsaServer

NAME, HOSTNAME, PORT = "vcsa", "vc01.tech.local", 443
SEED = Path(__file__).parents[2] / "seeds" / "vcsa.json"
LOGIN = Login("administrator@vsphere.local", "Xw7&tM3+nB9%hY5=cD1#rL6!vcenter")
VIEWER_LOGIN = Login("viewer@vsphere.local", "Qz4&gT8+kP2%vF6=mS3#wJ9!viewer")
VIEWERS = "ReadOnlyUsers"


def make(clock: Clock) -> Application:
    application = vcsa_application(NAME, json.loads(SEED.read_bytes()), clock)
    accounts = cast(VcsaServer, application.service).accounts
    accounts.add(LOGIN.username, LOGIN.password)
    accounts.add(VIEWER_LOGIN.username, VIEWER_LOGIN.password, VIEWERS)
    return application


BLUEPRINT = Blueprint(HOSTNAME, PORT, LOGIN, VIEWER_LOGIN, make)
