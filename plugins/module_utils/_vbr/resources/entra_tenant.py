# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entra ID tenants whose account exists already; the other way needs a person at a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.operation import Params
from ..._core.option import REQUIRED, SECRET, Option, choice
from ..resource.codecs import Enum
from ..resource.places import Path, When
from ..resource.schema import KEY, NEEDED, Field, Need, Resource
from ..revisions import SMALL_LETTERS_UNTIL
from .job import BACKUP_TARGET

EXISTING, ACCOUNT = "existingAccount", "authentication"
RESOURCES = (
    "Users",
    "Groups",
    "AdministrativeUnits",
    "Roles",
    "Applications",
    "Logs",
    "ConditionalAccessPolicies",
    "IntunePolicies",
    "OrgContacts",
    "Devices",
)
MODE = Enum(SMALL_LETTERS_UNTIL)


def _of_account(part: str) -> Path:
    """Where a tenant has a part of its account, and where a new one has it."""
    return Path(f"{ACCOUNT}.{part}", on_create=f"{EXISTING}.{ACCOUNT}.{part}")


def existing_account(service: Any, _params: Params, _body: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a new tenant comes by its account."""
    return {"creationMode": MODE.encode("creationMode", "ExistingAccount", service.revision)}


ENTRA_TENANT = Resource(
    what="Entra ID tenant",
    kind="entra_tenants",
    order=76,
    path="/api/v1/inventory/entraId/tenants",
    since="1.2-rev1",
    travel=True,
    deleted_in_use=True,
    fields={
        "azure_tenant_id": Field(REQUIRED, role=KEY),
        "description": Field(initial=""),
        "cache_repository": Field(at="cacheRepositoryId", codec=BACKUP_TARGET),
        "region": Field(choice("China", "Germany", "Global", "Government")),
        "protection_scope": Field(
            choice(*RESOURCES, type="list", elements="str"), when=When(since="1.3-rev1"), unordered=True
        ),
        "application_id": Field(at=_of_account("applicationId"), needed=NEEDED),
        "application_secret": Field(SECRET, at=_of_account("secret"), needed=Need(unless="certificate")),
        "certificate": Field(SECRET, at=_of_account("certificate.certificate")),
        # No server shows it, so that nobody compares it.
        "certificate_format": Field(
            Option(secret=True, choices=("Pfx", "Pem")), at=_of_account("certificate.formatType"), codec=MODE
        ),
        "certificate_password": Field(SECRET, at=_of_account("certificate.password")),
    },
    ask=existing_account,
    rules={"required_together": [("certificate", "certificate_format")]},
)
