# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records: list, read, create, replace, delete, and change their secrets."""

from __future__ import annotations

from ..kinds import CREDENTIALS
from ..models.credentials import new_credentials_need, read_credentials, show_credentials
from .reading import Reading
from .secrets import SecretChange
from .writing import Writing

READING = Reading(
    "/api/v1/credentials",
    CREDENTIALS,
    show_credentials,
    columns=("username", "description", "type", "creationTime"),
    searched=("username", "description"),
    equal={"typeFilter": "type"},
)
LINUX = ("Linux",)
KEY = {"privateKey": "linuxAdditionalSettings.privateKey", "passphrase": "linuxAdditionalSettings.passphrase"}
CHANGES = (
    SecretChange(READING, "changepassword", {"password": "password"}, types=("Standard", *LINUX)),
    SecretChange(READING, "changeprivatekey", KEY, types=LINUX),
    SecretChange(READING, "changerootpassword", {"password": "linuxAdditionalSettings.rootPassword"}, types=LINUX),
)
ROUTES = (
    *Writing(READING, read_credentials, new_credentials_need).routes(),
    *(change.route() for change in CHANGES),
)
