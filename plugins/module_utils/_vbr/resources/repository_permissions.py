# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use a repository: a part of every repository, which is only changed (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from ..._core.option import FLAG, OBJECTS, REQUIRED, choice
from ..resource.codecs import Ref
from ..resource.places import Part
from ..resource.schema import KEY, Field, Resource
from .encryption_password import ENCRYPTION_PASSWORDS
from .kms_server import KMS_SERVERS
from .repository import REPOSITORIES, STORE
from .security import TYPES

ENCRYPTION = "encryptionSettings"
PASSWORD = Ref(
    ENCRYPTION_PASSWORDS,
    "encryption password",
    by=("hint", "uniqueId"),
    parts={"id": Part("encryptionPasswordId"), "uniqueId": Part("encryptionPasswordUniqueId")},
)
ACCOUNTS = {"name": Field(REQUIRED), "type": Field(choice(*TYPES, required=True))}

REPOSITORY_PERMISSIONS = Resource(
    what="permissions of a repository",
    kind="repository_permissions",
    order=65,
    path=f"{REPOSITORIES}/{{id}}/accessPermissions",
    part_of=REPOSITORIES,
    since="1.3-rev2",
    fields={
        # They have the id of their repository here, and no other.
        "repository": Field(REQUIRED, at="id", role=KEY, codec=STORE),
        "access": Field(choice("DenyAll", "AllowAll", "AllowExplicit"), at="accessPolicy"),
        "accounts": Field(OBJECTS, fields=ACCOUNTS, unordered=True),
        "encryption": Field(FLAG, at=f"{ENCRYPTION}.isEnabled"),
        "encryption_type": Field(choice("ByUserPassword", "ByKms"), at=f"{ENCRYPTION}.encryptionType"),
        "encryption_password_hint": Field(at=ENCRYPTION, codec=PASSWORD),
        "kms_server": Field(at=f"{ENCRYPTION}.kmsServerId", codec=Ref(KMS_SERVERS, "KMS server")),
    },
)
