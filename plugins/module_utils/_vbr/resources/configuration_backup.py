# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup of the server's own configuration (facts/vbr.md 3.10)."""

from __future__ import annotations

from ..._core.option import FLAG, NUMBER, OBJECT, Option
from ..resource.codecs import Ref
from ..resource.places import Part
from ..resource.schema import LOCAL, Field, Flag, Resource
from .encryption_password import ENCRYPTION_PASSWORDS
from .job import SCHEDULE
from .repository import STORE
from .settings import SETTINGS_FIELD

PASSWORD = Ref(ENCRYPTION_PASSWORDS, "encryption password", by=("hint",), parts={"id": Part("passwordId")})

CONFIGURATION_BACKUP = Resource(
    what="configuration backup",
    kind="configuration_backup",
    order=90,
    path="/api/v1/configBackup",
    singleton=True,
    fields={
        "enabled": Field(FLAG, at="isEnabled"),
        "repository": Field(at="backupRepositoryId", codec=STORE),
        "restore_points": Field(NUMBER, at="restorePointsToKeep"),
        "encryption_password_hint": Field(
            at="encryption", codec=PASSWORD, flag=Flag(Part("encryption.isEnabled"), given=True)
        ),
        "schedule": Field(
            OBJECT,
            fields={
                "enabled": Field(FLAG, at="isEnabled"),
                "daily": SCHEDULE["daily"],
                "monthly": SCHEDULE["monthly"],
            },
        ),
        "settings": SETTINGS_FIELD,
        "run": Field(Option(type="bool", default=False), role=LOCAL),
    },
    requests={"run": "backup"},
)
