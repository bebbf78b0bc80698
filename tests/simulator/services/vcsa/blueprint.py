# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulated vCenter is made: its operations, its seed with two past backups, its address and its accounts."""

from __future__ import annotations

import json
from pathlib import Path

from ...core.application import Application
from ...core.blueprint import PLAIN_PASSWORD, Blueprint, Login
from ...core.clock import Clock
from ...core.routing import modules_of
from . import resources
from .faces.finder import Faces
from .server import VcsaServer

NAME, HOSTNAME, PORT = "vcsa", "vc01.tech.local", 443
SEED = Path(__file__).parents[2] / "seeds" / "vcsa.json"
LOGIN = Login("administrator@vsphere.local", "Xw7&tM3+nB9%hY5=cD1#rL6!vcenter")
PLAIN_LOGIN = Login("plain@vsphere.local", PLAIN_PASSWORD)
VIEWER_LOGIN = Login("viewer@vsphere.local", "Qz4&gT8+kP2%vF6=mS3#wJ9!viewer")
VIEWERS = "ReadOnlyUsers"
FACES = Faces(operation for module in modules_of(resources) for operation in module.OPERATIONS)


def make(clock: Clock) -> Application:
    """A vCenter with the shipped seed, an administrator, and an account that may only sign in."""
    server = VcsaServer(NAME, json.loads(SEED.read_bytes()), clock)
    server.accounts.add(LOGIN.username, LOGIN.password)
    server.accounts.add(PLAIN_LOGIN.username, PLAIN_LOGIN.password)
    server.accounts.add(VIEWER_LOGIN.username, VIEWER_LOGIN.password, VIEWERS)
    return Application(server, FACES)


BLUEPRINT = Blueprint(HOSTNAME, PORT, LOGIN, VIEWER_LOGIN, make)
