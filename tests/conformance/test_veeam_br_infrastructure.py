# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-br takes servers, repositories, scale-out repositories and proxies through their whole life."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from veeam_br.client import VeeamClient

from conformance.vbr_client import BUILDS, MOST_LOOKS, client, delete, model
from simulator.testing import Pair, serving_pair

Scenario = Callable[["SignedIn"], Awaitable[None]]
SERVER = "srv04.tech.local"
HOST = "enterprise05.tech.local"
SMB = "Backup Repository SMB"
WRAPPED_SINCE = "1.3-rev0"


@dataclass
class SignedIn:
    """The client, signed in, with what all scenarios of the infrastructure share."""

    veeam: VeeamClient
    revision: str

    async def call(self, function: str, **arguments: Any) -> Any:
        return await self.veeam.call(self.veeam.api(function), **arguments)

    async def id_of(self, function: str, name: str, field: str = "name") -> str:
        listed = await self.call(function)
        (row,) = [row for row in listed.data if row.to_dict().get(field) == name]
        return str(row.id)

    async def settle(self, session: Any) -> Any:
        """Poll a session until it ends, which must be with success."""
        assert session.state.value == "Starting"
        for _look in range(MOST_LOOKS):
            session = await self.call("sessions.get_session", id=session.id)
            if session.state.value == "Stopped":
                assert session.result.result.value == "Success", session.result.message
                return session
        raise AssertionError(f"session {session.id} is still {session.state.value}")

    async def life(self, section: str, noun: str, plural: str, spec: Any, name: str, changes: dict[str, Any]) -> Any:
        """Create an object, read it in the list and by id, replace it changed, and return it as it is read then."""
        made = await self.settle(await self.call(f"{section}.create_{noun}", body=spec))
        row_id = await self.id_of(f"{section}.get_all_{plural}", name)
        assert str(made.resource_id) == row_id
        read = await self.call(f"{section}.get_{noun}", id=row_id)
        desired = type(read).from_dict(read.to_dict() | changes)
        await self.settle(await self.call(f"{section}.update_{noun}", id=row_id, body=desired))
        put = await self.call(f"{section}.get_{noun}", id=row_id)
        assert put.to_dict() == desired.to_dict()
        return put

    async def is_gone(self, function: str, row_id: Any) -> bool:
        missing = await self.call(function, id=row_id)
        code = getattr(missing, "error_code", None)
        return code is not None and bool(code.value == "NotFound")

    async def mount_server(self) -> dict[str, Any]:
        """A mount server on the backup server, in the shape of the revision."""
        host = await self.id_of("managed_servers.get_all_managed_servers", SERVER)
        flat = {"mountServerId": host, "writeCacheFolder": "D:\\Cache", "vPowerNFSEnabled": False}
        if self.revision < WRAPPED_SINCE:
            return flat
        kind = "windows" if self.revision == WRAPPED_SINCE else "Windows"
        return {"mountServerSettingsType": kind, "windows": flat}


@pytest.fixture(scope="module", params=BUILDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, str]]:
    """A pair whose source has this revision as its newest, and the revision."""
    with serving_pair(source_build=BUILDS[request.param], clock="polls") as pair:
        pair.source.switch(nulls="omit")
        yield pair, request.param


@pytest.fixture(autouse=True)
def fresh(served: tuple[Pair, str]) -> None:
    served[0].source.reset()


def drive(served: tuple[Pair, str], scenario: Scenario) -> None:
    async def run() -> None:
        async with client(served[0], served[0].source, served[1]) as opened:
            await scenario(SignedIn(opened, served[1]))

    asyncio.run(run())


def test_a_linux_server_after_its_key_was_asked_for(served: tuple[Pair, str]) -> None:
    name = "linux09.tech.local"

    async def scenario(veeam: SignedIn) -> None:
        account = await veeam.id_of("credentials.get_all_creds", "username01", "username")
        signed = {"type": "LinuxHost", "credentialsStorageType": "Permanent", "credentialsId": account}
        question = model(veeam.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        proof = await veeam.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "sshFingerprint": proof.fingerprint, **signed}
        kept = await veeam.life(
            "managed_servers",
            "managed_server",
            "managed_servers",
            # The client has no model of a new Linux server; the common one keeps fields that it does not know.
            model(veeam.veeam, "ManagedServerSpec", spec),
            name,
            {"description": "Changed"},
        )
        assert proof.fingerprint not in str(kept.to_dict())
        await veeam.settle(await veeam.call("managed_servers.delete_managed_server", id=kept.id))
        # It stays listed for a moment.
        await veeam.call("managed_servers.get_managed_server", id=kept.id)
        assert await veeam.is_gone("managed_servers.get_managed_server", kept.id)

    drive(served, scenario)


def test_a_vcenter_and_its_certificate(served: tuple[Pair, str]) -> None:
    name = "vcenter09.tech.local"

    async def scenario(veeam: SignedIn) -> None:
        account = await veeam.id_of("credentials.get_all_creds", "tech\\username02", "username")
        signed = {"type": "ViHost", "credentialsId": account, "port": 443}
        question = model(veeam.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        proof = await veeam.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "certificateThumbprint": proof.certificate.thumbprint, **signed}
        await veeam.life(
            "managed_servers",
            "managed_server",
            "managed_servers",
            model(veeam.veeam, "ViHostSpec", spec),
            name,
            {"port": 8443},
        )

    drive(served, scenario)


def test_single_use_credentials(served: tuple[Pair, str]) -> None:
    name = "hardened09.tech.local"

    def account(password: str) -> dict[str, Any]:
        return {"type": "Linux", "username": "installer", "password": password, "authenticationType": "Password"}

    def is_kept(password: str) -> bool:
        return served[0].source.secret_equals("managedServers", name, "singleUseCredentials.password", password)

    async def scenario(veeam: SignedIn) -> None:
        signed = {"type": "LinuxHost", "credentialsStorageType": "SingleUse"}
        signed |= {"singleUseCredentials": account("Jk5&first")}
        question = model(veeam.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        proof = await veeam.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "sshFingerprint": proof.fingerprint, **signed}
        body = model(veeam.veeam, "ManagedServerSpec", spec)
        await veeam.settle(await veeam.call("managed_servers.create_managed_server", body=body))
        assert is_kept("Jk5&first")
        row_id = await veeam.id_of("managed_servers.get_all_managed_servers", name)
        renewed = model(veeam.veeam, "LinuxCredentialsSpec", account("Pw8+second"))
        session = await veeam.call("managed_servers.update_single_use_credentials", id=row_id, body=renewed)
        await veeam.settle(session)
        assert is_kept("Pw8+second")

    drive(served, scenario)


def test_a_repository(served: tuple[Pair, str]) -> None:
    name = "Second disk"

    async def scenario(veeam: SignedIn) -> None:
        host = await veeam.id_of("managed_servers.get_all_managed_servers", SERVER)
        spec = {
            "type": "WinLocal",
            "name": name,
            "description": "",
            "hostId": host,
            "repository": {"path": "E:\\Backups", "taskLimitEnabled": True, "maxTaskCount": 3},
            "mountServer": await veeam.mount_server(),
        }
        body = model(veeam.veeam, "WindowsLocalStorageSpec", spec)
        kept = await veeam.life("repositories", "repository", "repositories", body, name, {"description": "New"})
        deep = model(veeam.veeam, "WindowsLocalStorageModel", kept.to_dict())
        assert (deep.repository.max_task_count, str(deep.host_id)) == (3, host)
        states = await veeam.call("repositories.get_all_repositories_states")
        assert kept.id in [state.id for state in states.data]
        rescan = model(veeam.veeam, "RepositoriesRescanSpec", {"repositoryIds": [str(kept.id)]})
        await veeam.settle(await veeam.call("repositories.rescan_repositories", body=rescan))
        await delete(veeam.veeam, "repositories.delete_repository", kept.id)
        assert await veeam.is_gone("repositories.get_repository", kept.id)

    drive(served, scenario)


def test_a_scale_out_repository_and_the_modes_of_its_extents(served: tuple[Pair, str]) -> None:
    name = "Scale-out"

    async def scenario(veeam: SignedIn) -> None:
        extent = await veeam.id_of("repositories.get_all_repositories", SMB)
        spec = {"name": name, "description": "", "performanceTier": {"performanceExtents": [{"id": extent}]}}
        kept = await veeam.life(
            "repositories",
            "scale_out_repository",
            "scale_out_repositories",
            model(veeam.veeam, "ScaleOutRepositorySpec", spec),
            name,
            {"description": "One in one"},
        )
        body = model(veeam.veeam, "ScaleOutExtentMaintenanceSpec", {"repositoryIds": [extent]})
        for mode, word in (("sealed", "Sealed"), ("maintenance", "Maintenance")):
            for function_name, status in (("enable", word), ("disable", "Normal")):
                function = f"repositories.{function_name}_scale_out_extent_{mode}_mode"
                await veeam.settle(await veeam.call(function, id=kept.id, body=body))
                row = await veeam.call("repositories.get_scale_out_repository", id=kept.id)
                shown = row.to_dict()["performanceTier"]["performanceExtents"][0]
                assert shown["status"] in (status, [status])
        await delete(veeam.veeam, "repositories.delete_scale_out_repository", kept.id)
        assert await veeam.is_gone("repositories.get_scale_out_repository", kept.id)

    drive(served, scenario)


def test_a_proxy(served: tuple[Pair, str]) -> None:
    async def scenario(veeam: SignedIn) -> None:
        known = await veeam.id_of("proxies.get_all_proxies", HOST)
        await delete(veeam.veeam, "proxies.delete_proxy", known)
        assert await veeam.is_gone("proxies.get_proxy", known)
        host = await veeam.id_of("managed_servers.get_all_managed_servers", HOST)
        spec = {"type": "ViProxy", "description": "", "server": {"hostId": host, "maxTaskCount": 3}}
        body = model(veeam.veeam, "ViProxySpec", spec)
        kept = await veeam.life("proxies", "proxy", "proxies", body, HOST, {"description": "Changed"})
        assert model(veeam.veeam, "ViProxyModel", kept.to_dict()).server.max_task_count == 3
        if veeam.revision < WRAPPED_SINCE:
            return
        for function, disabled in (("disable_proxy", True), ("enable_proxy", False)):
            await delete(veeam.veeam, f"proxies.{function}", kept.id)
            states = await veeam.call("proxies.get_all_proxies_states")
            assert [state.is_disabled for state in states.data if state.id == kept.id] == [disabled]

    drive(served, scenario)
