# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated VBR server, ready to be put behind a gate."""

from __future__ import annotations

from ...core.application import Application
from ...core.clock import Clock
from ...core.routing import Router
from .automation import routes as automation
from .resources import (
    cloud_credentials,
    configuration_backup,
    connection_certificate,
    credentials,
    discovery,
    encryption_passwords,
    inventory,
    job_runs,
    job_states,
    jobs,
    managed_servers,
    proxies,
    repositories,
    repository_states,
    scale_out_repositories,
    sessions,
    token,
)
from .server import Seed, VbrServer

RESOURCES = (
    token,
    discovery,
    sessions,
    automation,
    credentials,
    cloud_credentials,
    configuration_backup,
    encryption_passwords,
    connection_certificate,
    managed_servers,
    repositories,
    repository_states,
    scale_out_repositories,
    proxies,
    jobs,
    job_runs,
    job_states,
    inventory,
)
ROUTER = Router(route for resource in RESOURCES for route in resource.ROUTES)


def vbr_application(instance: str, build: str, seed: Seed, clock: Clock | None = None) -> Application:
    """One VBR server of that build with that seed; it has no account until one is added."""
    return Application(VbrServer(instance, build, seed, clock), ROUTER)
