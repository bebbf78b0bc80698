# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated appliance, ready to be put behind a gate."""

from __future__ import annotations

from ...core.application import Application
from ...core.clock import Clock
from ...core.routing import Router
from .resources import export, job_sessions, policies, repositories, system, token
from .server import Seed, VbazServer

RESOURCES = (token, system, job_sessions, export, policies, repositories)
ROUTER = Router(route for resource in RESOURCES for route in resource.ROUTES)


def vbaz_application(instance: str, seed: Seed, clock: Clock | None = None) -> Application:
    """One appliance with that seed; it has no account until one is added."""
    return Application(VbazServer(instance, seed, clock), ROUTER)
