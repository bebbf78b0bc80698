# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records (facts/vbr.md 3.1)."""

from __future__ import annotations

from ..._core.operation import Params
from ..._core.option import FLAG, NUMBER, REQUIRED, SECRET, choice
from ..resource.calls import SecretCall
from ..resource.codecs import PrivateKey, Ref
from ..resource.places import Path, When
from ..resource.schema import KEY, TIEBREAK, Field, Need, Resource
from ..revisions import OLD_NAMES_UNTIL

PATH = "/api/v1/credentials"
# Revisions before 1.2 call a unique id tag.
ACCOUNT = Ref(PATH, "credentials record", by=("username", "uniqueId", "tag"))
LINUX = ("Linux",)
OF_LINUX = When(types=LINUX)


def by_key_or_password(params: Params) -> str:
    """How a new Linux account signs in, if the user does not say: as what was given for it allows."""
    return "SshKey" if params.get("private_key") else "Password"


CREDENTIALS = Resource(
    what="credentials record",
    kind="credentials",
    order=10,
    path=PATH,
    name_filter="account",
    deleted_in_use=True,
    fields={
        "type": Field(
            choice("Standard", "Linux", "ManagedService", default="Standard"),
            when=When(choices={"ManagedService": "1.3-rev0"}),
            role=KEY,
        ),
        # Not `username` and `password`: these are the options of the connection.
        "account": Field(REQUIRED, at="username", role=KEY),
        "unique_id": Field(at=Path(earlier={OLD_NAMES_UNTIL: "tag"}), role=KEY),
        "description": Field(role=TIEBREAK, initial=""),
        "account_password": Field(
            SECRET, at="password", when=When(types=("Standard", "Linux")), needed=Need(unless="private_key")
        ),
        "ssh_port": Field(NUMBER, at="SSHPort", when=OF_LINUX),
        "authentication_type": Field(
            choice("SshKey", "Password"), when=When(since="1.3-rev0", types=LINUX), initial=by_key_or_password
        ),
        "elevate_to_root": Field(FLAG, at=Path(earlier={OLD_NAMES_UNTIL: "autoElevated"}), when=OF_LINUX),
        "add_to_sudoers": Field(FLAG, when=OF_LINUX),
        "use_su": Field(FLAG, when=OF_LINUX),
        "private_key": Field(SECRET, when=OF_LINUX, codec=PrivateKey()),
        "passphrase": Field(SECRET, when=OF_LINUX),
        "root_password": Field(SECRET, when=OF_LINUX),
    },
    secret_calls=(
        SecretCall("changepassword", {"password": "account_password"}),
        SecretCall("changeprivatekey", {"privateKey": "private_key", "passphrase": "passphrase"}, only=LINUX),
        SecretCall("changerootpassword", {"password": "root_password"}, only=LINUX),
    ),
)
