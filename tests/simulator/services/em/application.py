# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Enterprise Manager, ready to be put behind a gate."""

from __future__ import annotations

from ...core.application import Application
from ...core.clock import Clock
from ...core.routing import Router
from .resources import collections, discovery, job_deeds, logons, query, tasks
from .server import EmServer, Seed

RESOURCES = (discovery, logons, collections, job_deeds, query, tasks)
ROUTER = Router(route for resource in RESOURCES for route in resource.ROUTES)


def em_application(instance: str, seed: Seed, clock: Clock | None = None) -> Application:
    """One Enterprise Manager with that seed; it has no account until one is added."""
    return Application(EmServer(instance, seed, clock), ROUTER)
