# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: the vendor's SDK signs in, and checks, starts, follows, reads and cancels backups, in both protocols."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from com.vmware.appliance.recovery import backup_client
from com.vmware.appliance.recovery.backup.job_client import Details
from com.vmware.vapi.std import errors_client as errors
from vmware.vapi.vsphere.client import create_vsphere_client

from conformance.vcsa_client import LOCATION, PROTOCOLS, Vcenter, signed_in, trusting
from contract.fixtures import vcsa_contract
from contract.vcsa import VcsaContract, VcsaObserver
from simulator.testing import Server, serving

__all__ = ["vcsa_contract"]

POLLS = 12


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("vcsa", clock="polls", polls=POLLS) as made:
        yield made


@pytest.fixture(params=PROTOCOLS)
def vcenter(request: pytest.FixtureRequest, server: Server) -> Iterator[Vcenter]:
    with signed_in(server, request.param) as made:
        yield made


def test_the_client_that_users_make(server: Server) -> None:
    with trusting(server) as session:
        where = f"{server.hostname}:{server.port}"
        client = create_vsphere_client(where, server.username, server.password, session=session)
        assert server.service.accounts.count() == 1
        assert len(client.appliance.recovery.backup.Job.list()) == 2
        with client:
            assert client.appliance.Recovery.get().supported
        assert server.service.accounts.count() == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_it_signs_in_and_out(server: Server, protocol: str) -> None:
    with signed_in(server, protocol) as vcenter:
        assert vcenter.Session.get().user == server.username
        assert server.service.accounts.count() == 1
    assert server.service.accounts.count() == 0
    with pytest.raises(errors.Unauthenticated), signed_in(server, protocol, "wrong-password"):
        raise AssertionError("it was let in")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_session_that_is_over(server: Server, protocol: str) -> None:
    with pytest.raises(errors.Unauthenticated), signed_in(server, protocol) as vcenter:
        assert vcenter.Job.list()
        server.service.accounts.sign_everyone_out()
        vcenter.Job.list()


def test_the_check(vcenter: Vcenter) -> None:
    assert (vcenter.check().status, vcenter.check().messages) == ("OK", [])
    wrong = vcenter.check(backup_password="short")
    assert wrong.status == "FAIL"
    assert [message.id for message in wrong.messages] == ["simulator.password.policy"]


def test_a_backup_from_start_to_end(vcenter: Vcenter) -> None:
    begun = vcenter.Job.create(vcenter.request())
    assert (begun.state, begun.progress, begun.end_time) == ("INPROGRESS", 0, None)
    assert vcenter.Job.list()[0] == begun.id
    seen = []
    while (job := vcenter.Job.get(begun.id)).state == "INPROGRESS":
        seen.append(job.progress)
    assert seen == sorted(set(seen))
    assert len(seen) > 3
    assert (job.state, job.progress, job.start_time) == ("SUCCEEDED", 100, begun.start_time)
    assert job.end_time >= job.start_time


def test_a_backup_that_fails(vcenter: Vcenter, server: Server) -> None:
    server.switch(job_outcome="FAILED", job_message="no space left")
    begun = vcenter.Job.create(vcenter.request())
    server.service.settle()
    job = vcenter.Job.get(begun.id)
    assert job.state == "FAILED"
    assert [message.default_message for message in job.messages] == ["no space left"]


def test_a_second_backup_meanwhile(vcenter: Vcenter) -> None:
    vcenter.Job.create(vcenter.request())
    for operation in (lambda: vcenter.Job.create(vcenter.request()), vcenter.check):
        with pytest.raises(errors.FeatureInUse) as refused:
            operation()
        assert refused.value.error_type == "FEATURE_IN_USE"
        assert refused.value.messages[0].id == "simulator.job.busy"


@pytest.mark.parametrize("shown", ["RUNNING", "PENDING", "BLOCKED"])
def test_the_details_of_a_running_backup(vcenter: Vcenter, server: Server, shown: str) -> None:
    """The SDK itself enforces which fields go with which status."""
    server.switch(details_of_running=shown)
    begun = vcenter.Job.create(vcenter.request())
    found = vcenter.Details.list(Details.FilterSpec(jobs={begun.id}))
    assert list(found) == [begun.id]
    details = found[begun.id]
    assert (details.status, details.type, details.end_time) == (shown, "MANUAL", None)
    assert (details.progress is not None) == (shown == "RUNNING")


def test_the_details_of_all(vcenter: Vcenter, server: Server) -> None:
    begun = vcenter.Job.create(vcenter.request(location_type="SCP", location="backup.tech.local/data"))
    server.service.settle()
    found = vcenter.Details.list()
    assert [details.status for details in found.values()].count("SUCCEEDED") == 2
    assert [details.status for details in found.values()].count("FAILED") == 1
    assert found[begun.id].location.startswith("scp://backup.tech.local/data/")
    assert found[begun.id].progress.completed == 100


def test_canceling(vcenter: Vcenter) -> None:
    begun = vcenter.Job.create(vcenter.request())
    assert vcenter.Job.cancel(begun.id).status == "OK"
    assert vcenter.Job.get(begun.id).state == "FAILED"
    again = vcenter.Job.cancel(begun.id)
    assert (again.status, len(again.messages)) == ("FAIL", 1)
    with pytest.raises(errors.NotFound):
        vcenter.Job.cancel("unknown")


def test_what_is_refused(vcenter: Vcenter) -> None:
    for wrong in ({"parts": ["unknown"]}, {"backup_password": "short"}, {"location": "ftp://10.0.0.5/x"}):
        with pytest.raises(errors.InvalidArgument):
            vcenter.Job.create(vcenter.request(**wrong))


def test_parts(vcenter: Vcenter, server: Server) -> None:
    server.switch(release="9.1.1", supervisors="on")
    assert [part.id for part in vcenter.Parts.list()] == ["common", "seat", "supervisors"]
    assert [part.standalone for part in vcenter.Parts.list()] == [False, False, True]
    assert vcenter.Parts.get("common") == 512
    with pytest.raises(errors.Error):
        vcenter.Parts.get("unknown")


def test_the_vendors_stubs_keep_the_vendors_contract(server: Server, vcsa_contract: VcsaContract) -> None:
    """What the SDK lets pass, the Swagger files judge; only their session lies elsewhere than the SDK looks for it."""
    observer = VcsaObserver(vcsa_contract, expected=lambda exchange: exchange.path == "/rest/session")
    server.app.observers.append(observer)
    with signed_in(server, "rest") as vcenter:
        begun = vcenter.Job.create(vcenter.request())
        vcenter.Job.get(begun.id)
        vcenter.Details.list(Details.FilterSpec(jobs={begun.id}))
        vcenter.Job.cancel(begun.id)
        vcenter.Parts.list()
        spec = backup_client.Schedules.CreateSpec(location=LOCATION)
        vcenter.Schedules.create("default", spec)
        vcenter.Schedules.list()
    assert observer.violations == []
    assert observer.judged == 7
