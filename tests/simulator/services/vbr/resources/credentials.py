# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records: read only."""

from __future__ import annotations

from ..kinds import CREDENTIALS
from ..models.infrastructure import show_credentials
from .reading import Reading

READING = Reading(
    "/api/v1/credentials",
    CREDENTIALS,
    show_credentials,
    columns=("username", "description", "type", "creationTime"),
    searched=("username", "description"),
    equal={"typeFilter": "type"},
)
ROUTES = READING.routes()
