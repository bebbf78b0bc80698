# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers, with the backup server itself: read only."""

from __future__ import annotations

from ..kinds import MANAGED_SERVERS
from ..models.server import show_server
from .reading import Reading

READING = Reading(
    "/api/v1/backupInfrastructure/managedServers",
    MANAGED_SERVERS,
    show_server,
    columns=("name", "type", "description", "status"),
    equal={"typeFilter": "type", "viTypeFilter": "viHostType"},
)
ROUTES = READING.routes()
