# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption passwords (facts/vbr.md 3.3)."""

from __future__ import annotations

from ..resource.schema import Field, Resource, SecretCall

ENCRYPTION_PASSWORD = Resource(
    what="encryption password",
    path="/api/v1/encryptionPasswords",
    fields={
        "hint": Field(required=True, key=True),
        "encryption_password": Field(secret=True, wire="password", needed=True),
        "unique_id": Field(birth=True, formerly={"1.1-rev0": "tag"}),
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
