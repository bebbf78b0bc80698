# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: the vendor's SDK keeps schedules and reads archives, in both its protocols."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from com.vmware.appliance.recovery.backup.system_name_client import Archive
from com.vmware.appliance.recovery.backup_client import LocationSpec, Schedules
from com.vmware.vapi.std import errors_client as errors

from conformance.vcsa_client import LOCATION, PROTOCOLS, SYSTEM, Vcenter, signed_in
from simulator.testing import Server, serving

SECRETS = {"backup_password": "Abcdef1!", "location_password": "Vf5#cK8+tR2%location"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("vcsa") as made:
        yield made


@pytest.fixture(params=PROTOCOLS)
def vcenter(request: pytest.FixtureRequest, server: Server) -> Iterator[Vcenter]:
    with signed_in(server, request.param) as made:
        yield made


def create(vcenter: Vcenter, name: str = "default") -> None:
    spec = Schedules.CreateSpec(
        location=LOCATION,
        location_user="bk",
        parts=["seat"],
        recurrence_info=Schedules.RecurrenceInfo(minute=59, hour=23, days=["MONDAY"]),
        retention_info=Schedules.RetentionInfo(max_count=3),
        fast_backup=True,
        **SECRETS,
    )
    vcenter.Schedules.create(name, spec)


def test_a_whole_life(vcenter: Vcenter, server: Server) -> None:
    create(vcenter)
    found = vcenter.Schedules.list()
    assert list(found) == ["default"]
    info = vcenter.Schedules.get("default")
    assert (info.location, info.location_user, info.enable, info.fast_backup) == (LOCATION, "bk", True, True)
    assert (info.recurrence_info.hour, info.recurrence_info.days) == (23, ["MONDAY"])
    for name, value in SECRETS.items():
        assert server.secret_equals("schedules", "default", name, value)
    vcenter.Schedules.update("default", Schedules.UpdateSpec(enable=False))
    info = vcenter.Schedules.get("default")
    assert (info.enable, info.retention_info.max_count) == (False, 3)
    vcenter.Schedules.delete("default")
    assert vcenter.Schedules.list() == {}


def test_errors(vcenter: Vcenter) -> None:
    create(vcenter)
    with pytest.raises(errors.AlreadyExists):
        create(vcenter)
    with pytest.raises(errors.InvalidArgument):
        vcenter.Schedules.update("default", Schedules.UpdateSpec(backup_password="short"))
    for operation in (vcenter.Schedules.get, vcenter.Schedules.delete, vcenter.Schedules.run):
        with pytest.raises(errors.NotFound):
            operation("unknown")


def test_running_one_at_once(vcenter: Vcenter, server: Server) -> None:
    create(vcenter)
    job = vcenter.Schedules.run("default", comment="before the change")
    assert job.state == "SUCCEEDED"
    assert vcenter.Details.list()[job.id].type == "SCHEDULED"
    server.clock.change({"mode": "polls"})
    server.faults.add(do="stick_session")
    vcenter.Schedules.run("default")
    with pytest.raises(errors.FeatureInUse):
        vcenter.Schedules.run("default")


def test_archives(vcenter: Vcenter) -> None:
    where = LocationSpec(location=LOCATION, location_user="bk", location_password=SECRETS["location_password"])
    assert vcenter.SystemName.list(where) == [SYSTEM]
    [summary] = vcenter.Archive.list(where, SYSTEM, Archive.FilterSpec(comment_substring="patch"))
    info = vcenter.Archive.get(where, SYSTEM, summary.archive)
    assert (info.system_name, info.comment, info.parts) == (SYSTEM, "pre-patch", ["common", "seat"])
    assert info.timestamp > summary.timestamp
    with pytest.raises(errors.NotFound):
        vcenter.SystemName.list(LocationSpec(location="sftp://10.9.9.9/x"))
