# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud credentials records of the types that need no browser to be made (facts/vbr.md 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.operation import Params
from ..._core.option import SECRET, choice
from ..resource.calls import SecretCall
from ..resource.codecs import Enum, Ref
from ..resource.places import Path, When
from ..resource.schema import CREATE_ONLY, KEY, NEEDED, TIEBREAK, Field, Need, Resource
from ..revisions import OLD_NAMES_UNTIL, SMALL_LETTERS_UNTIL

PATH = "/api/v1/cloudCredentials"
CLOUD_ACCOUNT = Ref(PATH, "cloud credentials record", by=("account", "accessKey", "connectionName", "uniqueId", "tag"))
AZURE_STORAGE = ("AzureStorage",)
AZURE_COMPUTE = ("AzureCompute",)
KEY_PAIR = ("Amazon", "Google")
EXISTING = "existingAccount"
SUBSCRIPTION = f"{EXISTING}.subscription"
OF_KEY_PAIR = When(types=KEY_PAIR)
OF_STORAGE = When(types=AZURE_STORAGE)
OF_COMPUTE = When(types=AZURE_COMPUTE)


def existing_account(_service: Any, params: Params, _body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A compute account is one that exists already; the other way needs a person at a browser."""
    return {"creationMode": "ExistingAccount"} if params["type"] in AZURE_COMPUTE else {}


def _name(when: When) -> Field:
    return Field(when=when, role=KEY, needed=NEEDED)


CLOUD_CREDENTIALS = Resource(
    what="cloud credentials record",
    kind="cloud_credentials",
    order=20,
    path=PATH,
    since="1.1-rev0",
    kept_in_use=True,
    fields={
        "type": Field(choice(*KEY_PAIR, *AZURE_STORAGE, *AZURE_COMPUTE, required=True), role=KEY),
        "access_key": _name(OF_KEY_PAIR),
        "account": _name(OF_STORAGE),
        "connection_name": _name(OF_COMPUTE),
        "unique_id": Field(at=Path(earlier={OLD_NAMES_UNTIL: "tag"}), role=KEY),
        "description": Field(role=TIEBREAK, initial=""),
        "secret_key": Field(SECRET, when=OF_KEY_PAIR, needed=NEEDED),
        "shared_key": Field(SECRET, when=OF_STORAGE, needed=NEEDED),
        "deployment_type": Field(
            choice("MicrosoftAzure", "MicrosoftAzureStack"),
            at=Path("deployment.deploymentType", on_create=f"{EXISTING}.deployment.deploymentType"),
            when=OF_COMPUTE,
            initial="MicrosoftAzure",
        ),
        "region": Field(
            choice("China", "Germany", "Global", "Government"),
            at=Path("deployment.region", on_create=f"{EXISTING}.deployment.region"),
            when=OF_COMPUTE,
        ),
        "tenant_id": Field(
            at=Path("subscription.tenantId", on_create=f"{SUBSCRIPTION}.tenantId"), when=OF_COMPUTE, needed=NEEDED
        ),
        "application_id": Field(
            at=Path("subscription.applicationId", on_create=f"{SUBSCRIPTION}.applicationId"),
            when=OF_COMPUTE,
            needed=NEEDED,
        ),
        "application_secret": Field(
            SECRET, at=f"{SUBSCRIPTION}.secret", when=OF_COMPUTE, needed=Need(unless="certificate")
        ),
        "certificate": Field(SECRET, at=f"{SUBSCRIPTION}.certificate.certificate", when=OF_COMPUTE),
        "certificate_format": Field(
            choice("Pfx", "Pem"),
            at=f"{SUBSCRIPTION}.certificate.formatType",
            when=When(types=AZURE_COMPUTE, choices={"Pem": "1.3-rev0"}),
            role=CREATE_ONLY,
            codec=Enum(SMALL_LETTERS_UNTIL),
        ),
        "certificate_password": Field(SECRET, at=f"{SUBSCRIPTION}.certificate.password", when=OF_COMPUTE),
    },
    secret_calls=(
        SecretCall("changeSecretKey", {"newSecretKey": "secret_key"}, only=KEY_PAIR),
        SecretCall("changeSecretKey", {"newSecretKey": "shared_key"}, only=AZURE_STORAGE),
        SecretCall("changeSecretKey", {"newSecretKey": "application_secret"}, only=AZURE_COMPUTE),
        SecretCall(
            "changeCertificate",
            {"certificate": "certificate", "formatType": "certificate_format", "password": "certificate_password"},
            only=AZURE_COMPUTE,
        ),
    ),
    ask=existing_account,
    rules={"required_together": [("certificate", "certificate_format")]},
)
