# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup of the server's own configuration (facts/vbr.md 3.10)."""

from __future__ import annotations

from ..resource.schema import Field, Flag, Ref, Resource
from .job import SCHEDULE
from .references import STORE

ENCRYPTION_PASSWORD = Ref(
    "/api/v1/encryptionPasswords", "encryption password", by=("hint",), parts={"id": Field(wire="passwordId")}
)

CONFIGURATION_BACKUP = Resource(
    what="configuration backup",
    path="/api/v1/configBackup",
    singleton=True,
    fields={
        "enabled": Field(type="bool", wire="isEnabled"),
        "repository": Field(wire="backupRepositoryId", ref=STORE),
        "restore_points": Field(type="int", wire="restorePointsToKeep"),
        "encryption_password_hint": Field(
            wire="encryption", ref=ENCRYPTION_PASSWORD, flag=Flag(Field(wire="encryption.isEnabled"), given=True)
        ),
        "schedule": Field(
            type="dict",
            options={
                "enabled": Field(type="bool", wire="isEnabled"),
                "daily": SCHEDULE["daily"],
                "monthly": SCHEDULE["monthly"],
            },
        ),
        "settings": Field(type="dict"),
        "run": Field(type="bool", default=False, local=True),
    },
    requests={"run": "backup"},
)
