# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-az lists, reads, stops and exports job sessions, and finds lists and files agree."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from veeam_az.client import VeeamClient

from conformance.vbaz_client import SESSIONS, ask, client, csv_ids, exported, listed, run, word, xml_ids
from simulator.services.vbaz.blueprint import SEED
from simulator.services.vbaz.vocabulary import BY_COARSE_TYPE, BY_WORKLOAD
from simulator.testing import Server, serving

POLICY = UUID("4e096ba7-8125-4d5d-804b-581f4e6c8440")
SHIPPED = 306
MORNING = datetime(2020, 2, 7, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("vbaz") as made:
        yield made


def test_all_pages_are_the_whole_list(server: Server) -> None:
    async def read(veeam: VeeamClient) -> tuple[list[str], list[str]]:
        pages = [await ask(veeam, "get_job_sessions", offset=at, limit=50) for at in range(0, SHIPPED, 50)]
        assert {page.total_count for page in pages} == {SHIPPED}
        return [row.id for page in pages for row in page.results], [row.id for row in await listed(veeam)]

    paged, whole = run(server, read)
    assert paged == whole
    assert len(set(whole)) == SHIPPED


def test_every_session_is_understood(server: Server) -> None:
    rows = run(server, listed)
    assert {type(row).__name__ for row in rows} == {"JobSession"}
    started = datetime(2020, 2, 7, 8, 43, 30, 892836, tzinfo=UTC)
    [snapshot] = [row for row in rows if row.execution_start_time == started]
    assert (snapshot.type_.value, snapshot.status.value) == ("ManualSnapshot", "Success")
    assert (snapshot.localized_type, snapshot.execution_duration) == ("Manual Snapshot", "00:01:10.1877340")


def test_it_stumbles_over_nulls_that_the_document_allows() -> None:
    """Its generator overlooks that a referred schema is nullable; so this is why nulls are left out by default."""
    with serving("vbaz") as other:
        other.switch(nulls="emit")
        with pytest.raises(TypeError, match="NoneType"):
            run(other, listed)


def test_filters(server: Server) -> None:
    async def read(veeam: VeeamClient) -> list[Any]:
        return await listed(
            veeam,
            policy_id=POLICY,
            filter_="Backup",
            status=[word(veeam, "JobStatus", "Success"), word(veeam, "JobStatus", "Error")],
            types=[word(veeam, "JobSessionFilterType", "PolicyBackup")],
            from_utc=MORNING,
            to_utc=MORNING + timedelta(minutes=15),
        )

    [row] = run(server, read)
    assert row.backup_job_info.policy_name == "Backup Policy"


def test_one_session_and_its_log(server: Server) -> None:
    async def read(veeam: VeeamClient) -> tuple[Any, Any, Any]:
        row = (await listed(veeam, status=[word(veeam, "JobStatus", "Error")]))[0]
        return row, await ask(veeam, "get_job_session_by_id", row.id), await ask(veeam, "get_job_session_log", row.id)

    row, one, log = run(server, read)
    assert one == row
    assert log.job_session_id == row.id
    assert log.log[-1].status.value == "Error"


def test_a_session_is_stopped(server: Server) -> None:
    running = {"number": 1, "type": "PolicyBackup", "status": "Running", "started": "2024-05-01T10:00:00Z"}
    with serving("vbaz") as other:
        other.seed({"sessions": [running]})

        async def stop(veeam: VeeamClient) -> Any:
            [row] = await listed(veeam)
            await ask(veeam, "stop_job", row.id)
            return await ask(veeam, "get_job_session_by_id", row.id)

        assert run(other, stop).status.value == "Canceled"


def test_an_export_without_options_is_the_whole_list(server: Server) -> None:
    async def read(veeam: VeeamClient) -> tuple[list[str], bytes, bytes]:
        rows = [row.id for row in await listed(veeam)]
        return rows, await exported(veeam), await exported(veeam, accept="application/xml")

    rows, as_csv, as_xml = run(server, read)
    assert csv_ids(as_csv) == rows
    assert xml_ids(as_xml) == rows


def test_an_export_with_options_is_the_list_with_the_same_filters(server: Server) -> None:
    async def read(veeam: VeeamClient) -> tuple[list[str], bytes]:
        types = BY_COARSE_TYPE["PolicyBackup"] & (BY_WORKLOAD["SQL"] | BY_WORKLOAD["VirtualMachine"])
        rows = await listed(
            veeam,
            status=[word(veeam, "JobStatus", each) for each in ("Success", "Error")],
            types=[word(veeam, "JobSessionFilterType", each) for each in sorted(types)],
            from_utc=MORNING,
        )
        options = {
            "status": ["Success", "Error"],
            "sessionTypes": ["PolicyBackup"],
            "workloadTypes": ["SQL", "VirtualMachine"],
            "fromUtc": MORNING.isoformat(),
        }
        return [row.id for row in rows], await exported(veeam, options)

    rows, content = run(server, read)
    assert csv_ids(content) == rows
    assert 0 < len(rows) < SHIPPED


def test_an_export_says_what_it_is(server: Server) -> None:
    async def read(veeam: VeeamClient) -> Any:
        module = importlib.import_module(f"{veeam.package}.api.{SESSIONS}export_backup_jobs")
        return await module.asyncio_detailed(client=veeam._client)

    answer = run(server, read)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "attachment" in answer.headers["content-disposition"]


def test_errors_are_the_documented_objects(server: Server) -> None:
    async def provoke(veeam: VeeamClient) -> list[Any]:
        await veeam.call(veeam.api("login.login_logout"))
        signed_out = await ask(veeam, "export_backup_jobs")
        await veeam.connect()
        return [
            signed_out,
            await ask(veeam, "get_job_session_by_id", "unknown"),
            await ask(veeam, "get_job_sessions", limit=-2),
        ]

    signed_out, unknown, bad = run(server, provoke)
    assert (type(signed_out).__name__, signed_out.status) == ("ProblemDetails401", 401)
    assert (type(unknown).__name__, unknown.status) == ("ProblemDetails404", 404)
    assert (type(bad).__name__, list(bad.errors.additional_properties)) == ("ProblemDetails400", ["Limit"])


def test_an_auditor_may_export_but_not_stop(server: Server) -> None:
    async def act() -> tuple[bytes, Any]:
        veeam = client(server, server.viewer.password, server.viewer.username)
        await veeam.connect()
        row = (await listed(veeam))[0]
        return await exported(veeam), await ask(veeam, "stop_job", row.id)

    content, refused = asyncio.run(act())
    assert len(csv_ids(content)) == SHIPPED
    assert type(refused).__name__ == "ProblemDetails403"


def test_the_other_collections_are_understood(server: Server) -> None:
    async def read(veeam: VeeamClient) -> list[Any]:
        operations = (
            "policy.policy_get_policies",
            "sql_policy.sql_policy_get_policies",
            "file_share_policy.file_share_policy_get_policies",
            "cosmos_db_policy.cosmos_db_policy_get_policies",
            "repository.repository_get_repositories",
        )
        return [await veeam.call(veeam.api(operation)) for operation in operations]

    pages = run(server, read)
    seed = SEED.read_text(encoding="utf-8")
    names = [row.name for page in pages for row in page.results]
    assert len(names) == 7
    assert all(name in seed for name in names)


def test_what_the_appliance_says_of_itself(server: Server) -> None:
    async def read(veeam: VeeamClient) -> Any:
        return await veeam.call(veeam.api("system.system_get_about"))

    assert run(server, read).server_version.startswith("8.1")
