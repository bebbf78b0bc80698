# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated vCenter, ready to be put behind a gate."""

from __future__ import annotations

from ...core.application import Application
from ...core.clock import Clock
from .faces.finder import Faces
from .resources import archives, jobs, parts, restore, schedules, session
from .server import Seed, VcsaServer

RESOURCES = (session, parts, jobs, schedules, archives, restore)
FACES = Faces(operation for resource in RESOURCES for operation in resource.OPERATIONS)


def vcsa_application(instance: str, seed: Seed, clock: Clock | None = None) -> Application:
    """One vCenter with that seed; it has no account until one is added."""
    return Application(VcsaServer(instance, seed, clock), FACES)
