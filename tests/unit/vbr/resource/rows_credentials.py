# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for credentials records, cloud credentials and encryption passwords."""

from __future__ import annotations

from support.quartet import ALL, RECENT, Row

PASSWORD = "Vn4#sK8&wP2+zD6%qH1="
KEY = "PRIVATE-KEY-Bf5+Jt9=Mx3&Rc7%"

CLOUD = ("1.1-rev0", *RECENT)
TENANT = {
    "tenant_id": "5b8c1f6e-0a3d-4f7c-9e21-6d4a7b2c8f10",
    "application_id": "c4e2a9d7-3b61-4c58-8f0e-1a5d9b7e6c33",
}
COMPUTE = {"type": "AzureCompute", "connection_name": "restore"}

ROWS = [
    Row(
        "credentials",
        "Standard",
        common={"account": "TECH\\backup"},
        steps={
            "create": {"account_password": PASSWORD, "description": "Domain account"},
            "update": {"account_password": PASSWORD, "description": "Domain account of the backup"},
            "update and clear": {"description": ""},
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    Row(
        "credentials",
        "Linux",
        common={"type": "Linux", "account": "repository"},
        steps={
            "create by key": {"private_key": KEY, "passphrase": PASSWORD, "ssh_port": 2222, "elevate_to_root": True},
            "update": {"ssh_port": 22, "add_to_sudoers": True, "use_su": True},
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    Row(
        "credentials",
        "Linux password",
        common={"type": "Linux", "account": "repository", "unique_id": "0d6f0c4e-7e0c-4d6e-9a55-2f6d1b0a7c31"},
        steps={
            "create": {"account_password": PASSWORD, "root_password": KEY},
            "update": {"description": "Two passwords"},
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    Row(
        "credentials",
        "ManagedService",
        common={"type": "ManagedService", "account": "TECH\\gmsa$"},
        steps={
            "create": {},
            "update": {"description": "The directory keeps its password"},
            "delete": {"state": "absent"},
        },
        revisions=("1.3-rev0", "1.3-rev1", "1.3-rev2"),
    ),
    Row(
        "encryption_password",
        "hint",
        common={"hint": "Quarterly tapes"},
        steps={
            "create": {"encryption_password": PASSWORD, "unique_id": "8f0f8d6c-9d0f-4d85-8c5b-b1d2a5b6c701"},
            "delete": {"state": "absent"},
        },
        revisions=ALL,
    ),
    *(
        Row(
            "cloud_credentials",
            name,
            common={"type": name, option: "TECHKEYEXAMPLE"},
            steps={
                "create": {secret: PASSWORD, "description": "Bucket"},
                "update": {"description": "Bucket of the archive"},
                "delete": {"state": "absent"},
            },
            revisions=CLOUD,
        )
        for name, option, secret in (
            ("Amazon", "access_key", "secret_key"),
            ("Google", "access_key", "secret_key"),
            ("AzureStorage", "account", "shared_key"),
        )
    ),
    Row(
        "cloud_credentials",
        "AzureCompute",
        common=COMPUTE,
        steps={
            "create": {**TENANT, "application_secret": PASSWORD, "region": "Global"},
            "update": {"application_id": "0e7f5a31-8c2b-4d96-b1a4-93c6d8e2f750", "description": "Another application"},
            "delete": {"state": "absent"},
        },
        revisions=CLOUD,
    ),
    Row(
        "cloud_credentials",
        "AzureCompute by certificate",
        common={**COMPUTE, "unique_id": "fd1c7a52-94be-4e03-a6f8-2b9d5c0e7f46"},
        steps={
            "create": {
                **TENANT,
                "certificate": KEY,
                "certificate_format": "Pfx",
                "certificate_password": PASSWORD,
            },
            "delete": {"state": "absent"},
        },
        revisions=CLOUD,
    ),
]
