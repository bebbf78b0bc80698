# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has no list of, or no call brings over, is a line of the plan: by name, with what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.instead import ANYTHING, INSTEAD, instead
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import (
    OTHER_SETTINGS,
    OTHER_WORKLOADS,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.seen import LONGEST
from simulator.seeds import headquarters
from simulator.services.vbr.chains import BACKUPS
from simulator.services.vbr.kinds import MANAGED_SERVERS as HOSTS
from simulator.services.vbr.plain.singleton import TABLE
from simulator.services.vbr.resources.high_availability import TABLE as CLUSTERS
from simulator.services.vbr.rest.table import MOUNT_SERVERS
from simulator.testing import Server, simulated_pair
from support.headquarters import Move, Result
from support.tasks import drive

NEWEST, MIDDLE, OLDER = "13.1.0.411", "13.0.1.180", "12.3.1.1139"

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

MOUNTS = MOUNT_SERVERS.kind


@contextmanager
def headquarters_of(build: str, place: Path) -> Iterator[Move]:
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as pair:
        yield Move(pair, place / "bundle")


def change(server: Server, path: str, **values: Any) -> None:
    """Set what is set once for a server."""
    row = server.service.store.get(TABLE, path.lower())
    assert row is not None
    row["body"] |= values


def show_more(server: Server) -> None:
    """Give a server what no seed has: sessions of what has no list, backups without a job, settings."""
    service = server.service
    for name, kind in (("Lab of Orion", "SureBackup"), ("Flood", "FailoverPlan"), ("Tier 01", "SureBackup")):
        service.sessions.open(name, kind, [], "")
    plug_in = {"name": "SAP of Orion", "job": None, "repository": "", "objects": [], "created": "2026-11-01T10:00:00Z"}
    service.store.add(BACKUPS, {**plug_in, "jobType": "Unknown", "platform": "CustomPlatform"})
    service.store.add(CLUSTERS, {"name": "orion-ha"})
    settings = ("hostAuthentication", "vsaEventForwarding", "nodeExporterSettings")
    for path in ("/api/v1/security/settings", *(f"/api/v1/generalOptions/{each}" for each in settings)):
        drive("rest", server, path=path)
    change(server, "/api/v1/security/settings", mfaEnabled=True)
    change(server, "/api/v1/generalOptions/hostAuthentication", mode="TrustSpecified")
    change(server, "/api/v1/generalOptions/vsaEventForwarding", enabled=True)
    change(server, "/api/v1/generalOptions/nodeExporterSettings", metricsSharingEnabled=True)
    (host,) = [row for row in service.estate.rows(HOSTS) if row["body"]["name"] == "hv01.orion.local"]
    host["state"]["volumes"] = {"volumes": [], "changedBlockTracking": False, "failoverToVSSProvider": True}
    mount = next(row for row in service.estate.rows(MOUNTS) if row["state"].get("default"))
    mount["state"].pop("default")
    (other,) = [row for row in service.estate.rows(HOSTS) if row["body"]["name"] == "win01.orion.local"]
    service.estate.add(MOUNTS, MOUNTS.name, {"hostId": other["id"]}, {}, {"default": True}, other["id"])


def by_hand(result: Result, kind: str) -> dict[str, str]:
    """The lines of a kind that an administrator has to do, with what."""
    rows = [row for row in result["plan"] if row["kind"] == kind and row["transport"] == "by hand"]
    return {row["key"]: row["reason"] for row in rows}


def test_what_only_the_licence_replicas_sessions_and_states_show_is_a_line(tmp_path: Path) -> None:
    with headquarters_of(NEWEST, tmp_path) as move:
        show_more(move.pair.source)
        move.export()
        plan = move.bring_in(check=True)

    found = by_hand(plan, OTHER_WORKLOADS.name)
    assert set(found) == {
        "tape01 (File2TapeServer)",
        "ORCL (Application)",
        "mail01 (AwsEc2)",
        "till-cdp (CDP)",
        "Lab of Orion (SureBackup)",
        "Flood (FailoverPlan)",
        "SAP of Orion (CustomPlatform)",
    }
    assert "media pools" in found["tape01 (File2TapeServer)"]
    assert "virtual lab" in found["Lab of Orion (SureBackup)"]
    assert "delete those of the source first" in found["till-cdp (CDP)"]
    jobs = by_hand(plan, "jobs")
    assert set(jobs) == {
        *(f"{kind} of Orion" for kind in ("LegacyBackupCopy", "CloudBackupAzure", "ProxmoxBackupJob")),
        "Vault tapes",
    }
    assert "of type Unknown over: see in the console" in jobs["Vault tapes"]
    assert "appliance" in jobs["CloudBackupAzure of Orion"]
    groups = by_hand(plan, "protectionGroups")
    assert {"Manually Added", "Unmanaged", "Charts"} <= set(groups)
    assert "set the agent" in groups["Unmanaged"]
    assert by_hand(plan, "proxies") == {
        "pve.orion.local (PVE)": "no call brings one of type PVE over: deploy a worker from the console of the target"
    }


def test_settings_without_a_call_are_lines(tmp_path: Path) -> None:
    with headquarters_of(NEWEST, tmp_path) as move:
        show_more(move.pair.source)
        move.export()
        plan = move.bring_in(check=True)
        written = "".join(file.read_text(encoding="utf-8") for file in move.bundle.iterdir())

    found = by_hand(plan, OTHER_SETTINGS.name)
    assert set(found) == {
        "default mount server win01.orion.local",
        "volumes of hv01.orion.local",
        "helper appliance helper-west of tech-azure",
        "helper appliance template northeurope",
        "suppressed best practice Remote Registry service should be disabled",
        "malware exclusion filesrv02 (VMware)",
        "trusted hosts",
        "second factor",
        "high availability cluster orion-ha",
        "events of the appliance",
        "metrics of the appliance",
    }
    assert all(ANYTHING not in reason for reason in found.values())
    assert set(by_hand(plan, "recoveryTokens")) == {"ward01"}
    assert 'recoveryToken"' not in written
    assert not plan.get("failed")


def test_a_server_without_them_has_no_line(tmp_path: Path) -> None:
    with simulated_pair(source_build=NEWEST, target_build=NEWEST) as pair:
        found = drive("whole_export", pair.source, dest=str(tmp_path / "bundle"))

    assert not found.get("failed")
    assert found["counts"]["otherWorkloads"] == 0
    assert found["counts"]["otherSettings"] == 0
    assert [each for each in found["findings"] if each["code"] == "kind-not-read"] == []


@pytest.mark.parametrize("build", [MIDDLE, OLDER])
def test_older_revisions_show_what_they_have_words_for(build: str, tmp_path: Path) -> None:
    with headquarters_of(build, tmp_path) as move:
        service = move.pair.source.service
        service.sessions.open("Lab of Orion", "SureBackup", [], "")
        move.export()
        plan = move.bring_in(check=True)

    found = by_hand(plan, OTHER_WORKLOADS.name)
    tape, plug_in = "tape01 (File2TapeServer)", "ORCL (Application)"
    known = {tape, plug_in, "till-cdp (CDP)", "Lab of Orion (SureBackup)"}
    assert set(found) == known | ({"mail01 (AwsEc2)"} if build == MIDDLE else set())


def test_what_the_target_has_as_well_is_mapped(tmp_path: Path) -> None:
    with headquarters_of(NEWEST, tmp_path) as move:
        move.export()
        tape = {"name": "tape01", "type": "Tape", "platform": "File2TapeServer", "used": 1.0}
        move.pair.target.service.store.add("licensedWorkloads", tape)
        plan = move.bring_in(check=True)

    (row,) = [row for row in plan["plan"] if row["key"] == "tape01 (File2TapeServer)"]
    assert row["transport"] == "mapped"


@pytest.mark.parametrize("path", ["/license/instances$", "/sessions$", "/bestPractices$", "/volumes$"])
def test_one_that_is_refused_is_said_and_hides_no_other(path: str, tmp_path: Path) -> None:
    with headquarters_of(NEWEST, tmp_path) as move:
        show_more(move.pair.source)
        move.pair.source.faults.add(do="status", path=path, status=403, times=0)
        result = move.export()

    said = [each for each in result["findings"] if each["code"] == "kind-not-read"]
    assert said and {each["kind"] for each in said} <= {"otherWorkloads", "otherSettings"}
    assert result["counts"]["otherWorkloads"] >= 4
    assert result["counts"]["otherSettings"] >= 9


@pytest.mark.parametrize("field", ["name", "platform"])
def test_what_calls_itself_too_long_is_cut(field: str, tmp_path: Path) -> None:
    """The password stands where it is cut: half of it would be known for none by anything that redacts."""
    with headquarters_of(NEWEST, tmp_path) as move:
        password = move.pair.source.password
        workload = {"name": "mine01", "type": "Tape", "platform": "File2TapeServer", "used": 1.0}
        long = f"{'x' * (LONGEST - 4)}{password}{'y' * 2_000_000}"
        move.pair.source.service.store.add("licensedWorkloads", {**workload, field: long})
        move.export()
        written = "".join(file.read_text(encoding="utf-8") for file in move.bundle.iterdir())

    assert f"… ({len(long)} characters)" in written
    assert len(written) < 1_000_000
    assert "x" * 50 + password[:4] not in written


def test_an_unchanged_server_is_exported_unchanged(tmp_path: Path) -> None:
    with headquarters_of(NEWEST, tmp_path) as move:
        show_more(move.pair.source)
        move.export()
        move.pair.source.service.sessions.open("Lab of Orion", "SureBackup", [], "")

        assert move.export()["changed"] is False


def test_every_type_that_is_known_has_something_to_do() -> None:
    for kind, types in INSTEAD.items():
        for each, sentence in types.items():
            assert sentence and sentence[0].islower() and not sentence.endswith("."), (kind, each)
            assert instead(kind, each) == sentence
    assert instead("repositories", "HPStoreOnceCloudBank") == ANYTHING
