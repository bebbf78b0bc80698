# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories: read only."""

from __future__ import annotations

from ..kinds import REPOSITORIES
from ..models.repository import show_repository
from .reading import Reading

READING = Reading(
    "/api/v1/backupInfrastructure/repositories",
    REPOSITORIES,
    show_repository,
    columns=("name", "description", "type", "host", "path"),
    equal={"typeFilter": "type", "hostIdFilter": "hostId", "pathFilter": "repository.path"},
)
ROUTES = READING.routes()
