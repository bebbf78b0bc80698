# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies: read only."""

from __future__ import annotations

from ..kinds import PROXIES
from ..models.proxy import show_proxy
from .reading import Reading

READING = Reading(
    "/api/v1/backupInfrastructure/proxies",
    PROXIES,
    show_proxy,
    columns=("name", "type", "description"),
    equal={"typeFilter": "type", "hostIdFilter": "server.hostId"},
)
ROUTES = READING.routes()
