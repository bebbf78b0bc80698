# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud credentials records of the types that need no browser to be made (facts/vbr.md 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.operation import Params
from ..resource.schema import Field, Resource, SecretCall

AZURE_STORAGE = ("AzureStorage",)
AZURE_COMPUTE = ("AzureCompute",)
KEY_PAIR = ("Amazon", "Google")
ACCOUNT = "existingAccount"
SUBSCRIPTION = f"{ACCOUNT}.subscription"


def existing_account(_service: Any, params: Params, _body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A compute account is one that exists already; the other way needs a person at a browser."""
    return {"creationMode": "ExistingAccount"} if params["type"] in AZURE_COMPUTE else {}


def _name(only: tuple[str, ...]) -> Field:
    return Field(key=True, needed=True, only=only)


CLOUD_CREDENTIALS = Resource(
    what="cloud credentials record",
    path="/api/v1/cloudCredentials",
    since="1.1-rev0",
    fields={
        "type": Field(required=True, key=True, choices=(*KEY_PAIR, *AZURE_STORAGE, *AZURE_COMPUTE)),
        "access_key": _name(KEY_PAIR),
        "account": _name(AZURE_STORAGE),
        "connection_name": _name(AZURE_COMPUTE),
        "unique_id": Field(key=True, formerly={"1.1-rev0": "tag"}),
        "description": Field(initial="", tells_apart=True),
        "secret_key": Field(secret=True, only=KEY_PAIR, needed=True),
        "shared_key": Field(secret=True, only=AZURE_STORAGE, needed=True),
        "deployment_type": Field(
            choices=("MicrosoftAzure", "MicrosoftAzureStack"),
            only=AZURE_COMPUTE,
            wire="deployment.deploymentType",
            born_as=f"{ACCOUNT}.deployment.deploymentType",
            initial="MicrosoftAzure",
        ),
        "region": Field(
            choices=("China", "Germany", "Global", "Government"),
            only=AZURE_COMPUTE,
            wire="deployment.region",
            born_as=f"{ACCOUNT}.deployment.region",
        ),
        "tenant_id": Field(
            only=AZURE_COMPUTE, wire="subscription.tenantId", born_as=f"{SUBSCRIPTION}.tenantId", needed=True
        ),
        "application_id": Field(
            only=AZURE_COMPUTE, wire="subscription.applicationId", born_as=f"{SUBSCRIPTION}.applicationId", needed=True
        ),
        "application_secret": Field(
            secret=True, only=AZURE_COMPUTE, wire=f"{SUBSCRIPTION}.secret", needed=True, unless="certificate"
        ),
        "certificate": Field(secret=True, only=AZURE_COMPUTE, wire=f"{SUBSCRIPTION}.certificate.certificate"),
        "certificate_format": Field(
            choices=("Pfx", "Pem"),
            only=AZURE_COMPUTE,
            wire=f"{SUBSCRIPTION}.certificate.formatType",
            birth=True,
            lower_until="1.3-rev0",
            newer={"Pem": "1.3-rev0"},
        ),
        "certificate_password": Field(secret=True, only=AZURE_COMPUTE, wire=f"{SUBSCRIPTION}.certificate.password"),
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
