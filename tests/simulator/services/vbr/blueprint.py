# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulated VBR server is made: from a build and a seed, with the routes of all files in resources/."""

from __future__ import annotations

from ...core.application import Application
from ...core.clock import Clock
from ...core.routing import Router, modules_of
from ...core.service import Seed
from . import resources
from .server import VbrServer
from .storages import Storages

GUIDS = ("row_id", "session_id", "entity_id")
ROUTER = Router((route for module in modules_of(resources) for route in module.ROUTES), GUIDS)


def vbr_application(
    instance: str, build: str, seed: Seed, clock: Clock | None = None, storages: Storages | None = None
) -> Application:
    """One VBR server of that build with that seed; it has no account until one is added."""
    return Application(VbrServer(instance, build, seed, clock, storages), ROUTER)
