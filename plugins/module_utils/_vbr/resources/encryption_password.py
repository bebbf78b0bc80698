# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption passwords (facts/vbr.md 3.3)."""

from __future__ import annotations

from ..._core.option import REQUIRED, SECRET
from ..resource.calls import SecretCall
from ..resource.places import Path
from ..resource.schema import KEY, NEEDED, Field, Resource
from ..revisions import OLD_NAMES_UNTIL

ENCRYPTION_PASSWORDS = "/api/v1/encryptionPasswords"

ENCRYPTION_PASSWORD = Resource(
    what="encryption password",
    kind="encryption_passwords",
    order=30,
    path=ENCRYPTION_PASSWORDS,
    kept_in_use=True,
    fields={
        "hint": Field(REQUIRED, role=KEY),
        "encryption_password": Field(SECRET, at="password", needed=NEEDED),
        "unique_id": Field(at=Path(earlier={OLD_NAMES_UNTIL: "tag"}), role=KEY),
    },
    secret_calls=(
        SecretCall(
            "changepassword",
            {"password": "encryption_password", "hint": "hint"},
            since="1.2-rev1",
            compare="verify",
            compares_since="1.3-rev0",
        ),
    ),
)
