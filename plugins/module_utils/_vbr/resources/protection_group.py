# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protection groups: computers that have agents (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.compare import fold
from ..._core.option import FLAG, NUMBER, OBJECTS, REQUIRED, SECRET, Option, choice
from ..migration.kinds import PROTECTION_GROUPS as MOVED
from ..migration.kinds import first_of_types
from ..resource.calls import Toggle
from ..resource.codecs import PrivateKey
from ..resource.places import Body, When
from ..resource.schema import FIXED, KEY, LOCAL, NEEDED, Field, Resource
from .credentials import ACCOUNT
from .job import BACKUP_TARGET
from .managed_server import HOST
from .settings import SETTINGS_FIELD

TYPES = first_of_types(MOVED)
ONE_BY_ONE, DIRECTORY, FILE = ("IndividualComputers",), ("ADObjects",), ("CSVFile",)
ONCE = "singleUseCredentials"
OPTIONS = "options"
SIGNS_IN_WITH = {"privateKey": "SshKey", "password": "Password"}

COMPUTERS = {
    "host_name": Field(REQUIRED),
    "connection_type": Field(
        choice("PermanentCredentials", "SingleUseCredentials", "Certificate", default="PermanentCredentials")
    ),
    "credentials": Field(at="credentialsId", codec=ACCOUNT),
    "single_use_account": Field(at=f"{ONCE}.username"),
    "single_use_password": Field(SECRET, at=f"{ONCE}.password"),
    "single_use_private_key": Field(SECRET, at=f"{ONCE}.privateKey", codec=PrivateKey()),
    "single_use_passphrase": Field(SECRET, at=f"{ONCE}.passphrase"),
    "single_use_root_password": Field(SECRET, at=f"{ONCE}.rootPassword"),
    "single_use_ssh_port": Field(NUMBER, at=f"{ONCE}.SSHPort"),
    "single_use_elevate_to_root": Field(FLAG, at=f"{ONCE}.elevateToRoot"),
    "single_use_add_to_sudoers": Field(FLAG, at=f"{ONCE}.addToSudoers"),
    "single_use_use_su": Field(FLAG, at=f"{ONCE}.useSu"),
}


def with_kind_of_account(_service: Any, body: Body, actual: Mapping[str, Any] | None) -> Body:
    """The payload with what has to be said of single-use accounts beside their parts, as the server has it."""
    for computer in body.get("computers") or []:
        account = computer.get(ONCE) if isinstance(computer, dict) else None
        if account:
            shown = _account_of(computer, actual or {})
            # Only computers with Linux have such accounts.
            account.setdefault("type", str(shown.get("type") or "Linux"))
            account.setdefault("authenticationType", _signs_in_with(account, shown))
    return body


def _account_of(computer: Mapping[str, Any], actual: Mapping[str, Any]) -> Mapping[str, Any]:
    """The single-use account that the server has for a computer, {} if it has none."""
    named = fold(computer.get("hostName"))
    there = (each.get(ONCE) for each in actual.get("computers") or [] if fold(each.get("hostName")) == named)
    return next(there, None) or {}


def _signs_in_with(account: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """How an account signs in: with what is given, else with what it has."""
    given = next((word for key, word in SIGNS_IN_WITH.items() if account.get(key)), "")
    return given or str(shown.get("authenticationType") or SIGNS_IN_WITH["password"])


PROTECTION_GROUP = Resource(
    what="protection group",
    kind="protection_groups",
    order=72,
    path="/api/v1/agents/protectionGroups",
    since="1.3-rev0",
    name_filter="name",
    travel=True,
    deleted_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "type": Field(
            choice(*TYPES, default=ONE_BY_ONE[0]),
            when=When(choices={each: since for each, since in TYPES.items() if since > "1.3-rev0"}),
            role=FIXED,
        ),
        "description": Field(initial=""),
        "computers": Field(OBJECTS, when=When(types=ONE_BY_ONE), fields=COMPUTERS, needed=NEEDED, unordered=True),
        "csv_path": Field(at="file.path", when=When(types=FILE), needed=NEEDED),
        "csv_credentials": Field(at="file.networkCredentialsId", when=When(types=FILE), codec=ACCOUNT),
        "connection_type": Field(
            choice("PermanentCredentials", "SingleUseCredentials", "Certificate"),
            at="credentials.masterConnectionType",
            when=When(since="1.3-rev2", types=DIRECTORY),
            initial="PermanentCredentials",
        ),
        "credentials": Field(at="credentials.masterCredentialsId", when=When(types=(*DIRECTORY, *FILE)), codec=ACCOUNT),
        "distribution_server": Field(at=f"{OPTIONS}.distributionServerId", codec=HOST),
        "distribution_repository": Field(at=f"{OPTIONS}.distributionRepositoryId", codec=BACKUP_TARGET),
        "install_agent": Field(FLAG, at=f"{OPTIONS}.installBackupAgent"),
        "install_cbt_driver": Field(FLAG, at=f"{OPTIONS}.installCBTDriver"),
        "update_automatically": Field(FLAG, at=f"{OPTIONS}.updateAutomatically"),
        "reboot_if_required": Field(FLAG, at=f"{OPTIONS}.rebootIfRequired"),
        "settings": SETTINGS_FIELD,
        "rescan": Field(Option(type="bool", default=False), role=LOCAL),
    },
    toggle=Toggle("isDisabled", when_true="disable", when_false="enable", states={"enabled": False, "disabled": True}),
    requests={"rescan": "rescan"},
    fill=with_kind_of_account,
)
