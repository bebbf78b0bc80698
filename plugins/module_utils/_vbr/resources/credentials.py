# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records (facts/vbr.md 3.1)."""

from __future__ import annotations

from ..._core.operation import Params
from ..resource.schema import Field, Resource, SecretCall

LINUX = ("Linux",)


def by_key_or_password(params: Params) -> str:
    """How a new Linux account signs in, if the user does not say: as what was given for it allows."""
    return "SshKey" if params.get("private_key") else "Password"


CREDENTIALS = Resource(
    what="credentials record",
    path="/api/v1/credentials",
    name_filter=("nameFilter", "account"),
    fields={
        "type": Field(
            key=True,
            default="Standard",
            choices=("Standard", "Linux", "ManagedService"),
            newer={"ManagedService": "1.3-rev0"},
        ),
        # Not `username` and `password`: these are the options of the connection.
        "account": Field(required=True, key=True, wire="username"),
        "unique_id": Field(key=True, formerly={"1.1-rev0": "tag"}),
        "description": Field(initial="", tells_apart=True),
        "account_password": Field(
            secret=True, wire="password", only=("Standard", "Linux"), needed=True, unless="private_key"
        ),
        "ssh_port": Field(type="int", wire="SSHPort", only=LINUX),
        "authentication_type": Field(
            choices=("SshKey", "Password"), since="1.3-rev0", only=LINUX, initial=by_key_or_password
        ),
        "elevate_to_root": Field(type="bool", only=LINUX, formerly={"1.1-rev0": "autoElevated"}),
        "add_to_sudoers": Field(type="bool", only=LINUX),
        "use_su": Field(type="bool", only=LINUX),
        "private_key": Field(secret=True, only=LINUX),
        "passphrase": Field(secret=True, only=LINUX),
        "root_password": Field(secret=True, only=LINUX),
    },
    secret_calls=(
        SecretCall("changepassword", {"password": "account_password"}),
        SecretCall("changeprivatekey", {"privateKey": "private_key", "passphrase": "passphrase"}, only=LINUX),
        SecretCall("changerootpassword", {"password": "root_password"}, only=LINUX),
    ),
)
