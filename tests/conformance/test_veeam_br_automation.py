# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-br moves an estate of all seven kinds from one server to another, in every revision it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from conformance.deep_estate import DEEP_JOB, deep_seed
from conformance.preparing import blank, ready, secret_of
from conformance.vbr_client import BUILDS, KINDS, client, export, follow, import_, typed
from simulator.testing import Pair, Server, serving_pair

OLDEST = next(iter(BUILDS))
# Up to here days, modes and the like begin with a small letter.
LOWER_CASE = ("1.2-rev1", "1.3-rev0")
COMPONENTS = {
    "1.2-rev1": {"Transport", "Nfs"},
    "1.3-rev0": {"TransportSvc", "vPowerNFS"},
    "1.3-rev1": {"TransportSvc", "VPowerNFS"},
    "1.3-rev2": {"TransportSvc", "VPowerNFS"},
}
ACCOUNTS = ("main-linux-credentials", "main-domain-credentials", "main-standard-credentials")
ENCRYPTION_PASSWORD = "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11"
NEW_AND_OLD = {
    "encryptionPasswords": [
        {"password": "Vq5&first+one%Xn=#", "hint": "New", "uniqueId": "C2A7F0D4-9B31-4E58-8A66-17D0E4B95F21"},
        {"password": "Vq5&second+one%Xn=#", "hint": "Old", "uniqueId": ENCRYPTION_PASSWORD},
    ]
}
NEW_ACCOUNT = {"username": "tech\\new", "description": "", "uniqueId": "new-account", "type": "Standard"}


@dataclass
class Move:
    """One estate moved by the client: what it read, sent and received, and what the target has now, by kind.

    `wire` are the bodies that were sent meanwhile, by kind and operation (export or import).
    """

    pair: Pair
    revision: str
    exported: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)
    logs: dict[str, list[Any]] = field(default_factory=dict)
    arrived: dict[str, Any] = field(default_factory=dict)
    wire: dict[tuple[str, str], Any] = field(default_factory=dict)

    async def run(self) -> Move:
        source, target = self.pair.servers
        source.app.observers.append(partial(self._note, "export"))
        target.app.observers.append(partial(self._note, "import"))
        async with client(self.pair, source, self.revision) as veeam:
            for kind in KINDS:
                self.exported[kind] = await export(veeam, kind)
        async with client(self.pair, target, self.revision) as veeam:
            for kind in KINDS:
                body = ready(kind, self.exported[kind].to_dict(), _own_name(source), _own_name(target))
                self.sent[kind] = typed(veeam, kind, body)
                started = await import_(veeam, kind, self.sent[kind])
                self.sessions[kind], self.logs[kind] = await follow(veeam, started)
                self.arrived[kind] = await export(veeam, kind)
        return self

    def _note(self, operation: str, exchange: Any) -> None:
        kind, _slash, done = exchange.path.removeprefix("/api/v1/automation/").partition("/")
        if done == operation:
            self.wire.setdefault((kind, operation), exchange.json if operation == "import" else exchange.response_json)


def _own_name(server: Server) -> str:
    return str(server.service.identity["name"])


@pytest.fixture(scope="module", params=BUILDS)
def move(request: pytest.FixtureRequest) -> Iterator[Move]:
    build = BUILDS[request.param]
    with serving_pair(source_build=build, target_build=build, source_seed=deep_seed(), clock="polls") as pair:
        for server in pair.servers:
            server.switch(nulls="omit")
        yield asyncio.run(Move(pair, request.param).run())


@pytest.mark.parametrize("kind", KINDS)
def test_every_session_ends_well_and_names_every_object(move: Move, kind: str) -> None:
    session, log = move.sessions[kind], move.logs[kind]
    sent = sum(len(rows) for rows in move.sent[kind].to_dict().values())
    assert (session.session_type.value, session.state.value, session.result.result.value) == (
        "Automation",
        "Stopped",
        "Success",
    )
    assert [record.status.value for record in log] == ["Succeeded"] * sent
    assert sent > 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_is_what_the_target_has(move: Move, kind: str) -> None:
    there = move.arrived[kind].to_dict()
    for name, rows in move.sent[kind].to_dict().items():
        for record in rows:
            assert blank(record) in there[name]


def test_secrets_arrive_and_are_never_shown(move: Move) -> None:
    holds = move.pair.target.service.holds_secret
    for unique_id in ACCOUNTS:
        value = secret_of(unique_id, "password")
        assert holds({"kind": "credentials", "uniqueId": unique_id, "field": "password", "value": value})
    assert {record.password for record in move.arrived["credentials"].credentials} == {""}


@pytest.mark.parametrize("kind", KINDS)
def test_reading_and_writing_again_changes_nothing(move: Move, kind: str) -> None:
    assert move.exported[kind].to_dict() == move.wire[kind, "export"]
    assert move.sent[kind].to_dict() == move.wire[kind, "import"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_client_knows_every_field(move: Move, kind: str) -> None:
    """Inventory objects apart: the client reads only what all platforms share of them, and keeps the rest unread."""
    assert set(unread(move.exported[kind])) <= {"InventoryObjectModel"}


def test_deep_fields_have_their_types(move: Move) -> None:
    job = next(job for job in move.exported["jobs"].jobs if job.name == DEEP_JOB)
    databases = job.guest_processing.application_aware_processing.app_settings[0]
    old = move.revision == OLDEST
    assert job.type_.value == ("Backup" if old else "VSphereBackup")
    assert job.storage.advanced_settings.storage_data.storage_optimization.value == ("WANTarget" if old else "256KB")
    assert job.storage.advanced_settings.storage_data.encryption.encryption_password_unique_id == ENCRYPTION_PASSWORD
    assert databases.vss.value == ("requireSuccess" if move.revision in LOWER_CASE else "RequireSuccess")
    assert databases.sql.log_shipping_servers.shipping_server_names == ["win07.tech.local"]
    assert job.schedule.after_this_job.job_name == "Backup Job 2"
    bucket = move.exported["repositories"].amazon_s3_storages[0]
    assert bucket.account.credentials.tag == "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E03"
    mount_server = bucket.mount_server if old else bucket.mount_server.windows
    assert mount_server.mount_server_name == "win07.tech.local"
    host = move.exported["managedServers"].windows_hosts[0]
    names = {component.component_name.value for component in host.network_settings.components}
    assert names == COMPONENTS[move.revision]


def unread(model: Any) -> Iterator[str]:
    """The models that hold fields the client found no declaration for."""
    if isinstance(model, list):
        for item in model:
            yield from unread(item)
    for attribute in getattr(type(model), "__attrs_attrs__", ()):
        value = getattr(model, attribute.name)
        if attribute.name == "additional_properties":
            yield from [type(model).__name__] if value else []
        else:
            yield from unread(value)


def test_an_existing_object_is_reported_by_itself(move: Move) -> None:
    """What a real server does is an assumption of the simulator (`duplicates`); how it reports it is documented."""

    async def run() -> None:
        async with client(move.pair, move.pair.target, move.revision) as veeam:
            sent = typed(veeam, "encryptionPasswords", NEW_AND_OLD)
            session, log = await follow(veeam, await import_(veeam, "encryptionPasswords", sent))
            assert session.result.result.value == "Failed"
            assert [record.status.value for record in log] == ["Failed", "Succeeded"], "the newest record comes first"

    asyncio.run(run())


def test_a_session_can_be_stopped(move: Move) -> None:
    move.pair.target.faults.add(do="stick_session", method="POST", path="/import$")

    async def run() -> None:
        async with client(move.pair, move.pair.target, move.revision) as veeam:
            started = await import_(veeam, "credentials", move.sent["credentials"])
            await veeam.call(veeam.api("automation.stop_automation_session"), id=started.id)
            session, _log = await follow(veeam, started)
            assert session.result.is_canceled

    asyncio.run(run())


def test_the_newest_session_is_in_the_list(move: Move) -> None:
    async def run() -> None:
        async with client(move.pair, move.pair.target, move.revision) as veeam:
            listed = await veeam.call(veeam.api("automation.get_all_automation_sessions"))
            assert {session.id for session in move.sessions.values()} <= {session.id for session in listed.data}
            assert listed.pagination.total == len(listed.data)

    asyncio.run(run())


def test_a_blank_password_is_refused(move: Move) -> None:
    body = {"credentials": [{**NEW_ACCOUNT, "password": ""}]}

    async def run() -> None:
        async with client(move.pair, move.pair.target, move.revision) as veeam:
            started = await import_(veeam, "credentials", typed(veeam, "credentials", body))
            session, log = await follow(veeam, started)
            assert session.result.result.value == "Failed"
            assert "password" in log[0].description

    asyncio.run(run())


def test_nulls_break_the_client_and_not_the_contract(move: Move) -> None:
    """The client's own flaw, known from its users: a session that still runs has no end yet, and a real server says
    so with a null; the generated reader wants a date. This is how the simulator answers by default.
    """
    move.pair.target.switch(nulls="emit")

    async def run() -> None:
        async with client(move.pair, move.pair.target, move.revision) as veeam:
            with pytest.raises(TypeError):
                await import_(veeam, "credentials", move.sent["credentials"])

    try:
        asyncio.run(run())
    finally:
        move.pair.target.switch(nulls="omit")
