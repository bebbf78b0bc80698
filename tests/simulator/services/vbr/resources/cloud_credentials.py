# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud credentials records: read only."""

from __future__ import annotations

from ..kinds import CLOUD_CREDENTIALS
from ..models.infrastructure import show_cloud_credentials
from .reading import Reading

READING = Reading(
    "/api/v1/cloudCredentials",
    CLOUD_CREDENTIALS,
    show_cloud_credentials,
    columns=("name", "description", "type", "lastModified"),
    searched=("connectionName", "account", "accessKey", "description"),
    equal={"typeFilter": "type"},
)
ROUTES = READING.routes()
