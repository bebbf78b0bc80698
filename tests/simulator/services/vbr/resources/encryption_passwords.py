# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption passwords: read only; their filter is not a name filter but one for hints."""

from __future__ import annotations

from ..kinds import ENCRYPTION_PASSWORDS
from ..models.infrastructure import show_encryption_password
from .reading import Reading

READING = Reading(
    "/api/v1/encryptionPasswords",
    ENCRYPTION_PASSWORDS,
    show_encryption_password,
    columns=("hint", "modificationTime"),
    searched=("hint",),
    name_filter="hintFilter",
)
ROUTES = READING.routes()
