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

from conformance.outsider import BUILDS, MOST_LOOKS, client, delete, model
from simulator.testing import Pair, serving_pair

Deed = Callable[["Stranger"], Awaitable[None]]
SERVER = "srv04.tech.local"
HOST = "enterprise05.tech.local"
SMB = "Backup Repository SMB"
WRAPPED_SINCE = "1.3-rev0"


@dataclass
class Stranger:
    """The client, signed in, and what is the same in all its work on the infrastructure."""

    veeam: VeeamClient
    revision: str

    async def call(self, function: str, **arguments: Any) -> Any:
        return await self.veeam.call(self.veeam.api(function), **arguments)

    async def id_of(self, function: str, name: str, field: str = "name") -> str:
        listed = await self.call(function)
        (row,) = [row for row in listed.data if row.to_dict().get(field) == name]
        return str(row.id)

    async def settle(self, session: Any) -> Any:
        """Follows a session to its end, which must be a good one."""
        assert session.state.value == "Starting"
        for _look in range(MOST_LOOKS):
            session = await self.call("sessions.get_session", id=session.id)
            if session.state.value == "Stopped":
                assert session.result.result.value == "Success", session.result.message
                return session
        raise AssertionError(f"session {session.id} is still {session.state.value}")

    async def life(self, section: str, noun: str, plural: str, spec: Any, name: str, changes: dict[str, Any]) -> Any:
        """Makes an object, reads it in the list and by id, puts it back changed, and reads what came of it."""
        made = await self.settle(await self.call(f"{section}.create_{noun}", body=spec))
        row_id = await self.id_of(f"{section}.get_all_{plural}", name)
        assert str(made.resource_id) == row_id
        read = await self.call(f"{section}.get_{noun}", id=row_id)
        wished = type(read).from_dict(read.to_dict() | changes)
        await self.settle(await self.call(f"{section}.update_{noun}", id=row_id, body=wished))
        put = await self.call(f"{section}.get_{noun}", id=row_id)
        assert put.to_dict() == wished.to_dict()
        return put

    async def is_gone(self, function: str, row_id: Any) -> bool:
        missing = await self.call(function, id=row_id)
        code = getattr(missing, "error_code", None)
        return code is not None and bool(code.value == "NotFound")

    async def mount_server(self) -> dict[str, Any]:
        """On the backup server, in the shape of the revision."""
        host = await self.id_of("managed_servers.get_all_managed_servers", SERVER)
        flat = {"mountServerId": host, "writeCacheFolder": "D:\\Cache", "vPowerNFSEnabled": False}
        if self.revision < WRAPPED_SINCE:
            return flat
        kind = "windows" if self.revision == WRAPPED_SINCE else "Windows"
        return {"mountServerSettingsType": kind, "windows": flat}


@pytest.fixture(scope="module", params=BUILDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, str]]:
    """A pair whose source speaks one revision as its newest, and that revision."""
    with serving_pair(source_build=BUILDS[request.param], clock="polls") as pair:
        pair.source.switch(nulls="omit")
        yield pair, request.param


@pytest.fixture(autouse=True)
def fresh(served: tuple[Pair, str]) -> None:
    served[0].source.reset()


def drive(served: tuple[Pair, str], deed: Deed) -> None:
    async def run() -> None:
        async with client(served[0], served[0].source, served[1]) as veeam:
            await deed(Stranger(veeam, served[1]))

    asyncio.run(run())


def test_a_linux_server_after_its_key_was_asked_for(served: tuple[Pair, str]) -> None:
    name = "linux09.tech.local"

    async def deed(stranger: Stranger) -> None:
        account = await stranger.id_of("credentials.get_all_creds", "username01", "username")
        signed = {"type": "LinuxHost", "credentialsStorageType": "Permanent", "credentialsId": account}
        question = model(stranger.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        told = await stranger.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "sshFingerprint": told.fingerprint, **signed}
        kept = await stranger.life(
            "managed_servers",
            "managed_server",
            "managed_servers",
            # The client has no model of a new Linux server; the common one keeps what it does not know.
            model(stranger.veeam, "ManagedServerSpec", spec),
            name,
            {"description": "Changed"},
        )
        assert told.fingerprint not in str(kept.to_dict())
        await stranger.settle(await stranger.call("managed_servers.delete_managed_server", id=kept.id))
        assert await stranger.is_gone("managed_servers.get_managed_server", kept.id)

    drive(served, deed)


def test_a_vcenter_and_its_certificate(served: tuple[Pair, str]) -> None:
    name = "vcenter09.tech.local"

    async def deed(stranger: Stranger) -> None:
        account = await stranger.id_of("credentials.get_all_creds", "tech\\username02", "username")
        signed = {"type": "ViHost", "credentialsId": account, "port": 443}
        question = model(stranger.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        told = await stranger.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "certificateThumbprint": told.certificate.thumbprint, **signed}
        await stranger.life(
            "managed_servers",
            "managed_server",
            "managed_servers",
            model(stranger.veeam, "ViHostSpec", spec),
            name,
            {"port": 8443},
        )

    drive(served, deed)


def test_single_use_credentials(served: tuple[Pair, str]) -> None:
    name = "hardened09.tech.local"

    def account(password: str) -> dict[str, Any]:
        return {"type": "Linux", "username": "installer", "password": password, "authenticationType": "Password"}

    def is_kept(password: str) -> bool:
        return served[0].source.secret_equals("managedServers", name, "singleUseCredentials.password", password)

    async def deed(stranger: Stranger) -> None:
        signed = {"type": "LinuxHost", "credentialsStorageType": "SingleUse"}
        signed |= {"singleUseCredentials": account("Jk5&first")}
        question = model(stranger.veeam, "HostConnectionSpec", {"serverName": name, **signed})
        told = await stranger.call("connection.get_connection_certificate", body=question)
        spec = {"name": name, "description": "", "sshFingerprint": told.fingerprint, **signed}
        body = model(stranger.veeam, "ManagedServerSpec", spec)
        await stranger.settle(await stranger.call("managed_servers.create_managed_server", body=body))
        assert is_kept("Jk5&first")
        row_id = await stranger.id_of("managed_servers.get_all_managed_servers", name)
        renewed = model(stranger.veeam, "LinuxCredentialsSpec", account("Pw8+second"))
        session = await stranger.call("managed_servers.update_single_use_credentials", id=row_id, body=renewed)
        await stranger.settle(session)
        assert is_kept("Pw8+second")

    drive(served, deed)


def test_a_repository(served: tuple[Pair, str]) -> None:
    name = "Second disk"

    async def deed(stranger: Stranger) -> None:
        host = await stranger.id_of("managed_servers.get_all_managed_servers", SERVER)
        spec = {
            "type": "WinLocal",
            "name": name,
            "description": "",
            "hostId": host,
            "repository": {"path": "E:\\Backups", "taskLimitEnabled": True, "maxTaskCount": 3},
            "mountServer": await stranger.mount_server(),
        }
        body = model(stranger.veeam, "WindowsLocalStorageSpec", spec)
        kept = await stranger.life("repositories", "repository", "repositories", body, name, {"description": "New"})
        deep = model(stranger.veeam, "WindowsLocalStorageModel", kept.to_dict())
        assert (deep.repository.max_task_count, str(deep.host_id)) == (3, host)
        states = await stranger.call("repositories.get_all_repositories_states")
        assert kept.id in [state.id for state in states.data]
        rescan = model(stranger.veeam, "RepositoriesRescanSpec", {"repositoryIds": [str(kept.id)]})
        await stranger.settle(await stranger.call("repositories.rescan_repositories", body=rescan))
        await delete(stranger.veeam, "repositories.delete_repository", kept.id)
        assert await stranger.is_gone("repositories.get_repository", kept.id)

    drive(served, deed)


def test_a_scale_out_repository_and_the_modes_of_its_extents(served: tuple[Pair, str]) -> None:
    name = "Scale-out"

    async def deed(stranger: Stranger) -> None:
        extent = await stranger.id_of("repositories.get_all_repositories", SMB)
        spec = {"name": name, "description": "", "performanceTier": {"performanceExtents": [{"id": extent}]}}
        kept = await stranger.life(
            "repositories",
            "scale_out_repository",
            "scale_out_repositories",
            model(stranger.veeam, "ScaleOutRepositorySpec", spec),
            name,
            {"description": "One in one"},
        )
        body = model(stranger.veeam, "ScaleOutExtentMaintenanceSpec", {"repositoryIds": [extent]})
        for mode, word in (("sealed", "Sealed"), ("maintenance", "Maintenance")):
            for deed_name, status in (("enable", word), ("disable", "Normal")):
                function = f"repositories.{deed_name}_scale_out_extent_{mode}_mode"
                await stranger.settle(await stranger.call(function, id=kept.id, body=body))
                row = await stranger.call("repositories.get_scale_out_repository", id=kept.id)
                shown = row.to_dict()["performanceTier"]["performanceExtents"][0]
                assert shown["status"] in (status, [status])
        await delete(stranger.veeam, "repositories.delete_scale_out_repository", kept.id)
        assert await stranger.is_gone("repositories.get_scale_out_repository", kept.id)

    drive(served, deed)


def test_a_proxy(served: tuple[Pair, str]) -> None:
    async def deed(stranger: Stranger) -> None:
        known = await stranger.id_of("proxies.get_all_proxies", HOST)
        await delete(stranger.veeam, "proxies.delete_proxy", known)
        assert await stranger.is_gone("proxies.get_proxy", known)
        host = await stranger.id_of("managed_servers.get_all_managed_servers", HOST)
        spec = {"type": "ViProxy", "description": "", "server": {"hostId": host, "maxTaskCount": 3}}
        body = model(stranger.veeam, "ViProxySpec", spec)
        kept = await stranger.life("proxies", "proxy", "proxies", body, HOST, {"description": "Changed"})
        assert model(stranger.veeam, "ViProxyModel", kept.to_dict()).server.max_task_count == 3
        if stranger.revision < WRAPPED_SINCE:
            return
        for function, disabled in (("disable_proxy", True), ("enable_proxy", False)):
            await delete(stranger.veeam, f"proxies.{function}", kept.id)
            states = await stranger.call("proxies.get_all_proxies_states")
            assert [state.is_disabled for state in states.data if state.id == kept.id] == [disabled]

    drive(served, deed)
