# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-br keeps credentials, encryption passwords and the configuration backup, and follows sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from veeam_br.client import VeeamClient

from conformance.vbr_client import BUILDS, MOST_LOOKS, client, delete, model
from simulator.testing import Pair, serving_pair

OLD, NEW = "Pt4&old+secret%Hm=#", "Gz8#new=secret&Lk+%"
Scenario = Callable[[VeeamClient], Awaitable[None]]
# Type -> the fields of a new record.
RECORDS: dict[str, dict[str, Any]] = {
    "Standard": {"username": "TECH\\conform", "password": OLD},
    "Linux": {"username": "conform", "password": OLD, "SSHPort": 2222, "authenticationType": "Password"},
    "ManagedService": {"username": "TECH\\conform$"},
}
DEPLOYMENT = {"deploymentType": "MicrosoftAzure", "region": "Global"}
SUBSCRIPTION = {
    "tenantId": "5b8c1f6e-0a3d-4f7c-9e21-6d4a7b2c8f10",
    "applicationId": "c4e2a9d7-3b61-4c58-8f0e-1a5d9b7e6c33",
    "secret": OLD,
}
CLOUD_RECORDS: dict[str, dict[str, Any]] = {
    "Amazon": {"accessKey": "AKIACONFORM", "secretKey": OLD},
    "Google": {"accessKey": "GOOGCONFORM", "secretKey": OLD},
    "AzureStorage": {"account": "conform", "sharedKey": OLD},
    "AzureCompute": {
        "connectionName": "conform",
        "creationMode": "ExistingAccount",
        "existingAccount": {"deployment": DEPLOYMENT, "subscription": SUBSCRIPTION},
    },
}
UNIQUE_ID = "1c8f4a6e-2d5b-4930-8e7a-9b0c3d2f6a11"


@pytest.fixture(scope="module", params=BUILDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, str]]:
    """A pair whose source has this revision as its newest, and the revision."""
    with serving_pair(source_build=BUILDS[request.param], clock="polls") as pair:
        pair.source.switch(nulls="omit")
        yield pair, request.param


def drive(served: tuple[Pair, str], scenario: Scenario) -> None:
    """Run a scenario with a client that is signed in to the source."""
    pair, revision = served

    async def run() -> None:
        async with client(pair, pair.source, revision) as veeam:
            await scenario(veeam)

    asyncio.run(run())


def holds(served: tuple[Pair, str], kind: str, row_id: Any, field: str, value: str) -> bool:
    question = {"kind": kind, "id": str(row_id), "field": field, "value": value}
    return served[0].source.service.holds_secret(question)


async def life(veeam: VeeamClient, section: str, noun: str, spec: Any) -> Any:
    """Create an object, read it in the list and by its id, and replace it with itself; returns it."""
    made = await veeam.call(veeam.api(f"{section}.create_{noun}"), body=spec)
    read = await veeam.call(veeam.api(f"{section}.get_{noun}"), id=made.id)
    assert read.to_dict() == made.to_dict()
    plural = noun if noun.endswith("creds") else f"{noun}s"
    listed = await veeam.call(veeam.api(f"{section}.get_all_{plural}"))
    assert made.to_dict() in [row.to_dict() for row in listed.data]
    put = await veeam.call(veeam.api(f"{section}.update_{noun}"), id=made.id, body=read)
    # The time of the change is new even if nothing differs.
    times = ("lastModified", "modificationTime")
    assert {key: value for key, value in put.to_dict().items() if key not in times} == {
        key: value for key, value in made.to_dict().items() if key not in times
    }
    return made


async def is_gone(veeam: VeeamClient, section: str, noun: str, row_id: Any) -> bool:
    missing = await veeam.call(veeam.api(f"{section}.get_{noun}"), id=row_id)
    code = getattr(missing, "error_code", None)
    return code is not None and bool(code.value == "NotFound")


@pytest.mark.parametrize("kind", RECORDS)
def test_credentials(served: tuple[Pair, str], kind: str) -> None:
    async def scenario(veeam: VeeamClient) -> None:
        wanted = {"type": kind, "description": "Conformance", "uniqueId": f"conform-{kind}", **RECORDS[kind]}
        made = await life(veeam, "credentials", "creds", model(veeam, f"{kind}CredentialsSpec", wanted))
        assert (made.type_.value, made.username, made.to_dict()["uniqueId"]) == (
            kind,
            RECORDS[kind]["username"],
            f"conform-{kind}",
        )
        assert OLD not in str(made.to_dict())
        if kind != "ManagedService":
            body = model(veeam, "CredentialsPasswordChangeSpec", {"password": NEW})
            await veeam.call(veeam.api("credentials.change_password_for_creds"), id=made.id, body=body)
            assert holds(served, "credentials", made.id, "password", NEW)
        if kind == "Linux":
            await change_linux_secrets(veeam, made.id)
        await delete(veeam, "credentials.delete_creds", made.id)
        assert await is_gone(veeam, "credentials", "creds", made.id)

    async def change_linux_secrets(veeam: VeeamClient, row_id: Any) -> None:
        key = model(veeam, "PrivateKeyChangeSpec", {"privateKey": NEW, "passphrase": OLD})
        await veeam.call(veeam.api("credentials.change_private_key_for_creds"), id=row_id, body=key)
        root = model(veeam, "CredentialsPasswordChangeSpec", {"password": NEW})
        await veeam.call(veeam.api("credentials.change_root_password_for_creds"), id=row_id, body=root)
        for name, value in (("privateKey", NEW), ("passphrase", OLD), ("rootPassword", NEW)):
            assert holds(served, "credentials", row_id, f"linuxAdditionalSettings.{name}", value)

    # The type came with 1.3-rev0, and the client of the revision before does not know it.
    if kind != "ManagedService" or served[1] != "1.2-rev1":
        drive(served, scenario)


@pytest.mark.parametrize("kind", CLOUD_RECORDS)
def test_cloud_credentials(served: tuple[Pair, str], kind: str) -> None:
    async def scenario(veeam: VeeamClient) -> None:
        wanted = {"type": kind, "description": "Conformance", "uniqueId": UNIQUE_ID, **CLOUD_RECORDS[kind]}
        made = await life(veeam, "credentials", "cloud_creds", model(veeam, f"{kind}CloudCredentialsSpec", wanted))
        assert OLD not in str(made.to_dict())
        body = model(veeam, "CloudCredentialsPasswordSpec", {"newSecretKey": NEW})
        changed = await veeam.call(veeam.api("credentials.change_cloud_creds_secret_key"), id=made.id, body=body)
        assert changed.id == made.id
        paths = {"AzureStorage": "sharedKey", "AzureCompute": "existingAccount.subscription.secret"}
        assert holds(served, "cloudcredentials", made.id, paths.get(kind, "secretKey"), NEW)
        await delete(veeam, "credentials.delete_cloud_creds", made.id)
        assert await is_gone(veeam, "credentials", "cloud_creds", made.id)

    drive(served, scenario)


def test_encryption_passwords(served: tuple[Pair, str]) -> None:
    async def scenario(veeam: VeeamClient) -> None:
        spec = model(veeam, "EncryptionPasswordSpec", {"hint": "Conformance", "password": OLD})
        made = await life(veeam, "encryption", "encryption_password", spec)
        change = model(veeam, "EncryptionPasswordChangeSpec", {"hint": "Conformance", "password": NEW})
        await veeam.call(veeam.api("encryption.change_encryption_password"), id=made.id, body=change)
        assert holds(served, "encryptionPasswords", made.id, "password", NEW)
        if served[1] != "1.2-rev1":
            for password, fits in ((NEW, True), (OLD, False)):
                body = model(veeam, "EncryptionPasswordVerifySpec", {"password": password})
                verdict = await veeam.call(veeam.api("encryption.verify_encryption_password"), id=made.id, body=body)
                assert verdict.is_successful is fits
        await delete(veeam, "encryption.delete_encryption_password", made.id)
        assert await is_gone(veeam, "encryption", "encryption_password", made.id)

    drive(served, scenario)


def test_what_is_in_use_is_not_deleted(served: tuple[Pair, str]) -> None:
    served[0].source.switch(used_credentials="refuse")

    async def scenario(veeam: VeeamClient) -> None:
        listed = await veeam.call(veeam.api("credentials.get_all_creds"))
        (used,) = [row for row in listed.data if row.username == "username01"]
        # 400, which no document names for this request, so that the client has nothing to read it into.
        assert await veeam.call(veeam.api("credentials.delete_creds"), id=used.id) is None
        assert not await is_gone(veeam, "credentials", "creds", used.id)

    drive(served, scenario)


def test_the_configuration_backup_and_its_session(served: tuple[Pair, str]) -> None:
    async def scenario(veeam: VeeamClient) -> None:
        settings = await veeam.call(veeam.api("configuration_backup.get_config_backup_options"))
        settings.restore_points_to_keep = 7
        put = await veeam.call(veeam.api("configuration_backup.update_config_backup_options"), body=settings)
        assert put.to_dict() == settings.to_dict()
        session = await veeam.call(veeam.api("configuration_backup.start_config_backup"))
        assert (session.session_type.value, session.state.value) == ("ConfigurationBackup", "Starting")
        for _look in range(MOST_LOOKS):
            session = await veeam.call(veeam.api("sessions.get_session"), id=session.id)
            if session.state.value == "Stopped":
                break
        assert session.result.result.value == "Success"
        log = await veeam.call(veeam.api("sessions.get_session_logs"), id=session.id)
        assert [record.status.value for record in log.records] == ["Succeeded"]
        listed = await veeam.call(veeam.api("sessions.get_all_sessions"))
        assert session.id in [row.id for row in listed.data]
        automated = await veeam.call(veeam.api("automation.get_all_automation_sessions"))
        assert session.id not in [row.id for row in automated.data]

    drive(served, scenario)
