# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key management servers, and the certificates of both sides (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.operation import Params
from ..._core.option import NUMBER, REQUIRED, SECRET, choice
from ..resource.calls import SecretCall
from ..resource.codecs import Enum
from ..resource.places import When
from ..resource.schema import CREATE_ONLY, KEY, NEEDED, Field, Resource
from ..revisions import SMALL_LETTERS_UNTIL

KMS_SERVERS = "/api/v1/kmsServers"
KMIP_PORT = 5696
SIDES = {"server": "serverCertificate", "client": "clientCertificate"}


def _certificate(side: str) -> dict[str, Field]:
    """The options of the certificate of one side."""
    return {
        f"{side}_certificate": Field(SECRET, at=f"{SIDES[side]}.certificate", needed=NEEDED),
        f"{side}_certificate_format": Field(
            choice("Pfx", "Pem"),
            at=f"{SIDES[side]}.formatType",
            when=When(choices={"Pem": "1.3-rev0"}),
            role=CREATE_ONLY,
            codec=Enum(SMALL_LETTERS_UNTIL),
        ),
        f"{side}_certificate_password": Field(SECRET, at=f"{SIDES[side]}.password"),
    }


def _change(side: str, word: str) -> SecretCall:
    """The call that changes the certificate of one side."""

    def also(_params: Params, _revision: str) -> Mapping[str, Any]:
        return {"type": word}

    parts = {"certificate": "", "formatType": "_format", "password": "_password"}
    body = {f"certificate.{key}": f"{side}_certificate{end}" for key, end in parts.items()}
    return SecretCall("changeCertificate", body, also=also)


def of_the_only_type(_service: Any, _params: Params, _body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "KMS"}


KMS_SERVER = Resource(
    what="KMS server",
    kind="kms_servers",
    order=35,
    path=KMS_SERVERS,
    since="1.2-rev1",
    name_filter="name",
    deleted_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "description": Field(initial=""),
        # Not `port`: that is an option of the connection.
        "kms_port": Field(NUMBER, at="port", initial=KMIP_PORT),
        **_certificate("server"),
        **_certificate("client"),
    },
    secret_calls=(_change("server", "Server"), _change("client", "Client")),
    ask=of_the_only_type,
    rules={"required_together": [(f"{side}_certificate", f"{side}_certificate_format") for side in SIDES]},
)
