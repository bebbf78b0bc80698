# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-br reads and writes the kinds and job types of ordinary REST, on the seed headquarters."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from veeam_br.client import VeeamClient

from conformance.vbr_client import BUILDS, MOST_LOOKS, client, model
from simulator.demo import read_seed
from simulator.services.vbr.rest.types import TYPES
from simulator.testing import Pair, serving_pair

Run = Callable[[VeeamClient], Awaitable[None]]
# What the client calls the list of a kind, one object of it, and how that is replaced: by section, per kind.
LISTS = {
    "encryption": {"get_all_kms_servers": ("get_kms_server", "update_kms_server")},
    "inventory_browser": {
        "get_all_entra_id_tenants": ("get_entra_id_tenants", "update_entra_id_tenants"),
        "get_all_unstructured_data_servers": ("get_unstructured_data_server", "update_unstructured_data_servers"),
    },
    "active_directory_domains": {"get_all_ad_domains": ("get_ad_domain", "")},
    "global_exclusions": {"get_all_global_vm_exclusions": ("get_global_vm_exclusion", "")},
    "mount_servers": {"get_all_mount_servers": ("get_mount_server", "update_mount_server")},
    "protection_groups": {"get_all_protection_groups": ("get_protection_group", "update_protection_group")},
    "agents": {"get_all_protection_groups": ("get_protection_group", "update_protection_group")},
    "managed_servers": {"get_all_managed_servers": ("get_managed_server", "")},
    "proxies": {"get_all_proxies": ("get_proxy", "")},
    "jobs": {"get_all_jobs": ("get_job", "update_job")},
}
# Settings: how they are read and how they are written.
SETTINGS = {
    "general_options": {
        "get_general_options": "update_general_options",
        "get_email_settings": "update_email_settings",
        "get_event_forwarding_settings": "update_event_forwarding_settings",
        "get_storage_latency_settings": "update_storage_latency_settings",
    },
    "security": {"get_security_analyzer_schedule": "modify_security_analyzer_schedule"},
    "traffic_rules": {"get_all_traffic_rules": "update_traffic_rules"},
    "malware_detection": {
        "get_malware_general_settings": "update_malware_general_settings",
        "get_malware_suspicious_file_masks_settings": "update_malware_suspicious_file_masks_settings",
    },
}
# The client's model of a new job of a type, where it is not called like the type.
SPECS = {
    "WindowsAgentBackup": "WindowsAgentManagementBackupJobSpec",
    "LinuxAgentBackup": "LinuxAgentManagementBackupJobSpec",
    "WindowsAgentBackupFailoverCluster": "WindowsAgentManagementBackupJobSpec",
    **{
        f"{side}AgentBackup{kind}Policy": f"{side}AgentManagementBackup{kind}PolicySpec"
        for side in ("Windows", "Linux")
        for kind in ("Workstation", "Server")
    },
}


@pytest.fixture(scope="module", params=BUILDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, str]]:
    """A pair whose source is headquarters and speaks one revision as its newest, and that revision."""
    with serving_pair(source_build=BUILDS[request.param], source_seed=read_seed("headquarters")) as pair:
        pair.source.switch(nulls="omit")
        yield pair, request.param


def drive(served: tuple[Pair, str], run: Run) -> None:
    async def connected() -> None:
        async with client(served[0], served[0].source, served[1]) as veeam:
            await run(veeam)

    asyncio.run(connected())


def known(veeam: VeeamClient, section: str) -> set[str]:
    """The functions that the client has in a section."""
    try:
        package = importlib.import_module(f"{veeam.package}.api.{section}")
    except ModuleNotFoundError:
        return set()
    return {each.name for each in pkgutil.iter_modules(package.__path__)}


async def settled(veeam: VeeamClient, answer: Any) -> Any:
    """What a session made, once it has ended; any other answer is what was made."""
    if not hasattr(answer, "session_type"):
        return answer
    for _look in range(MOST_LOOKS):
        answer = await veeam.call(veeam.api("sessions.get_session"), id=answer.id)
        if answer.state.value == "Stopped":
            assert answer.result.result.value == "Success", answer.result.message
            return answer
    raise AssertionError(f"session {answer.id} is still {answer.state.value}")


def test_it_reads_every_list_and_writes_what_it_read(served: tuple[Pair, str]) -> None:
    async def run(veeam: VeeamClient) -> None:
        seen = 0
        for section, lists in LISTS.items():
            functions = known(veeam, section)
            for listing, (reading, writing) in lists.items():
                if listing not in functions:
                    continue
                rows = (await veeam.call(veeam.api(f"{section}.{listing}"))).data
                for row in rows:
                    assert not hasattr(row, "error_code"), row
                    seen += 1
                    if reading not in functions:
                        continue
                    one = await veeam.call(veeam.api(f"{section}.{reading}"), id=row.id)
                    assert one.to_dict() == row.to_dict()
                    if writing in functions and one.to_dict().get("type") not in READ_ONLY:
                        changed = await veeam.call(veeam.api(f"{section}.{writing}"), id=row.id, body=one)
                        await settled(veeam, changed)
                        again = await veeam.call(veeam.api(f"{section}.{reading}"), id=row.id)
                        assert again.to_dict() == one.to_dict()
        assert seen > len(LISTS)

    drive(served, run)


READ_ONLY = {name for name, each in TYPES.items() if not each.since} | {"ManuallyAdded"}


def test_it_writes_the_settings_that_it_reads(served: tuple[Pair, str]) -> None:
    async def run(veeam: VeeamClient) -> None:
        for section, settings in SETTINGS.items():
            functions = known(veeam, section)
            for reading, writing in settings.items():
                if reading in functions:
                    found = await veeam.call(veeam.api(f"{section}.{reading}"))
                    assert not hasattr(found, "error_code"), found
                    written = await veeam.call(veeam.api(f"{section}.{writing}"), body=found)
                    assert written.to_dict() == found.to_dict()

    drive(served, run)


def test_it_makes_a_job_of_each_type_in_its_own_types(served: tuple[Pair, str]) -> None:
    async def run(veeam: VeeamClient) -> None:
        made = set()
        for job in (await veeam.call(veeam.api("jobs.get_all_jobs"))).data:
            whole = job.to_dict()
            kind = whole["type"]
            if kind in READ_ONLY or kind not in TYPES or kind in made:
                continue
            made.add(kind)
            spec = {
                name: value for name, value in whole.items() if name not in ("id", "isDisabled", "secondaryTargets")
            }
            typed = model(veeam, SPECS.get(kind, f"{kind}JobSpec"), {**spec, "name": f"{job.name} of a stranger"})
            body = model(veeam, "JobSpec", typed.to_dict())
            created = await veeam.call(veeam.api("jobs.create_job"), body=body)
            assert not hasattr(created, "error_code"), (kind, created)
            read = await veeam.call(veeam.api("jobs.get_job"), id=created.id)
            assert read.to_dict() == created.to_dict()
        since = {name for name, each in TYPES.items() if each.since and each.since <= veeam.api_version}
        assert made == since - {"IrisBackup"}

    drive(served, run)
