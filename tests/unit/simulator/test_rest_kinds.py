# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds and the types of jobs that only ordinary REST has, in every revision, checked by the vendor's documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.services.vbr.revisions import FIRST_BUILDS
from simulator.testing import simulated_pair
from support.vbr_caller import VbrCaller

BUILDS = dict(FIRST_BUILDS)
ALL = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
SINCE_13 = ALL[1:]
HOSTS, PROXIES = "/backupInfrastructure/managedServers", "/backupInfrastructure/proxies"
GROUPS, TENANTS = "/agents/protectionGroups", "/inventory/entraId/tenants"
SERVERS, MOUNTS = "/inventory/unstructuredDataServers", "/backupInfrastructure/mountServers"
NOWHERE = "6745a759-2205-4cd2-b172-000000000000"
AZURE_TENANT = "0d6f3c52-9a41-4f0e-8b8e-5b1c7c1d0a01"
SECRET = "Wq8&never+shown%Kt5="


class Client(VbrCaller):
    """A caller that waits for sessions and collects what breaks the vendor's documents."""

    judge: ContractObserver

    def make(self, path: str, body: Any, method: str = "POST") -> dict[str, Any]:
        """The object that was made, or the session that made it."""
        answer = self(method, path, json=body)
        assert answer.status_code < 300, answer.text
        made: dict[str, Any] = answer.json() if answer.content else {}
        if "sessionType" in made:
            made = self.get(f"/sessions/{made['id']}")
            assert made["result"]["result"] == "Success", made
        return made

    def refused(self, path: str, body: Any = None, method: str = "POST") -> str:
        answer = self(method, path, json=body)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["message"])

    def first(self, path: str, **wanted: Any) -> dict[str, Any]:
        rows = self.get(path)["data"]
        return next(row for row in rows if all(row.get(name) == value for name, value in wanted.items()))

    def word(self, text: str) -> str:
        """A word as the revision spells it: with a small letter first before 1.3-rev1."""
        return text if self.revision >= "1.3-rev1" else text[:1].lower() + text[1:]


@pytest.fixture
def client(contract: Contract, request: pytest.FixtureRequest) -> Iterator[Client]:
    revision = request.param
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        made = Client(pair.source, revision)
        # Deletions that are refused are documented nowhere.
        made.judge = ContractObserver(contract, expected=lambda each: each.method == "DELETE" and each.status >= 400)
        pair.source.app.observers.append(made.judge)
        yield made
        assert made.judge.violations == []
        assert pair.source.app.defects == []


def in_revisions(*revisions: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("client", revisions, indirect=True)


def account(client: Client) -> str:
    return str(client.first("/credentials", type="Standard")["id"])


def repository(client: Client) -> str:
    return str(client.first("/backupInfrastructure/repositories")["id"])


def group_of(client: Client, *names: str) -> str:
    """A protection group of these computers, discovered."""
    one = {"connectionType": "PermanentCredentials", "credentialsId": account(client)}
    computers = [{"hostName": name, **one} for name in names]
    body = {"name": "Branch", "description": "", "type": "IndividualComputers", "computers": computers}
    row_id = str(client.make(GROUPS, body)["resourceId"])
    client.make(f"{GROUPS}/{row_id}/rescan", None)
    return row_id


def agents(client: Client, group: str) -> list[dict[str, Any]]:
    found = client.make(f"/inventory/physical/{group}", {})["data"]
    return [each for each in found if each["type"] != "ProtectionGroup"]


def spec(job: dict[str, Any]) -> dict[str, Any]:
    """What creates a job like this one."""
    return {name: value for name, value in job.items() if name not in ("id", "isDisabled")}


def agent_job(client: Client, name: str = "Laptops", **more: Any) -> dict[str, Any]:
    computers = agents(client, group_of(client, "laptop01", "laptop02"))
    storage = {"backupRepositoryId": repository(client), "retentionPolicy": {"type": "Days", "quantity": 7}}
    job = {"name": name, "description": "", "type": "WindowsAgentBackup", "backupMode": "EntireComputer"}
    return client.make("/jobs", {**job, "computers": computers, "storage": storage, **more})


@in_revisions(*ALL)
def test_kms_servers_keep_their_certificates(client: Client) -> None:
    upload = {"certificate": SECRET, "formatType": client.word("Pfx"), "password": SECRET}
    body = {"name": "Keys", "description": "", "type": "KMS", "port": 5696}
    made = client.make("/kmsServers", {**body, "serverCertificate": upload, "clientCertificate": upload})
    assert SECRET not in str(made)
    assert made["serverCertificateThumbprint"]
    assert client.make(f"/kmsServers/{made['id']}", {**made, "port": 5697}, "PUT")["port"] == 5697
    change = {"certificate": {**upload, "certificate": "other"}, "type": "Client"}
    assert client("POST", f"/kmsServers/{made['id']}/changeCertificate", json=change).status_code == 204
    assert client.server.secret_equals("kmsServers", "Keys", "serverCertificate.certificate", SECRET)
    assert client.get(f"/kmsServers/{made['id']}")["clientCertificateThumbprint"] != made["clientCertificateThumbprint"]
    assert "exists already" in client.refused(
        "/kmsServers", {**body, "serverCertificate": upload, "clientCertificate": upload}
    )
    assert client("DELETE", f"/kmsServers/{made['id']}").status_code == 204


@in_revisions(*ALL)
def test_entra_tenants(client: Client) -> None:
    sign_in = {"authentication": {"applicationId": AZURE_TENANT, "secret": SECRET}}
    body = {"azureTenantId": AZURE_TENANT, "creationMode": client.word("ExistingAccount"), "existingAccount": sign_in}
    client.make(TENANTS, body)
    made = client.first(TENANTS, azureTenantId=AZURE_TENANT)
    assert SECRET not in str(made)
    assert client.server.secret_equals("entraTenants", AZURE_TENANT, "authentication.secret", SECRET)
    assert client.make(f"{TENANTS}/{made['id']}", {**made, "description": "x"}, "PUT")["description"] == "x"
    job = {"name": "Directory", "description": "", "type": "EntraIDTenantBackup", "storage": {"tenantId": made["id"]}}
    job = client.make("/jobs", job)
    assert "Directory" in client.refused(f"{TENANTS}/{made['id']}", method="DELETE")
    assert client("DELETE", f"/jobs/{job['id']}").status_code == 204
    client.make(f"{TENANTS}/{made['id']}", None, "DELETE")
    assert client.get(TENANTS)["data"] == []


@in_revisions(*SINCE_13)
def test_agents_are_discovered_by_a_rescan(client: Client) -> None:
    client.server.service.store.add("offlineComputers", {"name": "laptop02"})
    one = {"connectionType": "PermanentCredentials", "credentialsId": account(client)}
    body = {"name": "Branch", "description": "", "type": "IndividualComputers", "tag": "x"}
    computers = [{"hostName": name, **one} for name in ("laptop01", "laptop02")]
    row_id = client.make(GROUPS, {**body, "computers": computers})["resourceId"]
    assert client.get(f"{GROUPS}/{row_id}/discoveredEntities")["data"] == []
    session = client("POST", f"{GROUPS}/{row_id}/rescan").json()
    assert client.get(f"/sessions/{session['id']}")["result"]["result"] == "Warning"
    assert [each["name"] for each in client.get(f"{GROUPS}/{row_id}/discoveredEntities")["data"]] == ["laptop01"]
    roots = client.make("/inventory/physical", {})["data"]
    assert [(each["type"], each["id"]) for each in roots] == [("ProtectionGroup", row_id)]
    off = client("POST", f"{GROUPS}/{row_id}/disable")
    assert off.status_code == (200 if client.revision == "1.3-rev0" else 204)
    assert client.get(f"{GROUPS}/{row_id}")["isDisabled"] is True
    client("POST", f"{GROUPS}/{row_id}/enable")
    model = client.get(f"{GROUPS}/{row_id}")
    client.make(f"{GROUPS}/{row_id}", {**model, "description": "changed"}, "PUT")
    assert client.get(f"{GROUPS}/{row_id}") == {**model, "description": "changed"}


@in_revisions("1.3-rev1", "1.3-rev2")
def test_a_group_can_be_discovered_as_it_is_saved(client: Client) -> None:
    one = {"hostName": "laptop07", "connectionType": "SingleUseCredentials"}
    user = {"username": "root", "type": "Linux", "authenticationType": "Password", "password": SECRET}
    body = {"name": "Labs", "description": "", "type": "IndividualComputers"}
    body |= {"computers": [{**one, "singleUseCredentials": user}]}
    session = client.make(f"{GROUPS}?performRescan=true", body)
    assert client.get(f"/sessions/{session['relatedSessionId']}")["result"]["result"] == "Success"
    assert SECRET not in str(client.get(GROUPS))
    (computer,) = agents(client, session["resourceId"])
    assert computer["type"] == "LinuxComputer"


@in_revisions(*SINCE_13)
def test_what_a_job_refers_to_stays(client: Client) -> None:
    job = agent_job(client)
    group = job["computers"][0]["protectionGroupId"]
    target = {"backupRepositoryId": repository(client)}
    copy = {"name": "Copy", "description": "", "type": "BackupCopy", "mode": "Immediate", "target": target}
    copy = client.make("/jobs", {**copy, "sourceObjects": {"includes": {"jobs": [{"id": job["id"]}]}}})
    assert "Copy" in client.refused(f"/jobs/{job['id']}", method="DELETE")
    assert "Laptops" in client.refused(f"{GROUPS}/{group}", method="DELETE")
    for row_id in (copy["id"], job["id"]):
        assert client("DELETE", f"/jobs/{row_id}").status_code == 204
    client.make(f"{GROUPS}/{group}", None, "DELETE")
    assert client.make("/inventory/physical", {})["data"] == []


@in_revisions(*SINCE_13)
def test_jobs_are_one_list_and_one_name_space(client: Client) -> None:
    job = agent_job(client)
    assert job["isDisabled"] is False
    assert "exists already" in client.refused("/jobs", {**spec(job), "name": "Backup Job 2"})
    assert NOWHERE in client.refused("/jobs", {**spec(job), "name": "x", "storage": {"backupRepositoryId": NOWHERE}})
    listed = {row["name"]: row for row in client.get("/jobs")["data"]}
    assert listed["Laptops"] == client.get(f"/jobs/{job['id']}") == job
    assert "Backup Job 2" in listed
    state = client.first("/jobs/states", name="Laptops")
    assert (state["type"], state["objectsCount"], state["repositoryId"]) == (job["type"], 2, repository(client))
    client("POST", f"/jobs/{job['id']}/disable")
    disabled = client.get(f"/jobs/{job['id']}")
    assert disabled["isDisabled"] is True
    assert client.make("/jobs", {**spec(disabled), "name": "Again"})["isDisabled"] is False
    client("POST", f"/jobs/{job['id']}/enable")
    session = client("POST", f"/jobs/{job['id']}/start", json={"performActiveFull": False}).json()
    assert client.get(f"/sessions/{session['id']}")["result"]["result"] == "Success"
    assert client.first("/backups", jobId=job["id"])["jobType"] == "WindowsAgentBackup"
    assert client.make(f"/jobs/{job['id']}/clone", None)["name"] == "Laptops_clone1"
    assert client.make(f"/jobs/{job['id']}", {**job, "description": "new"}, "PUT")["description"] == "new"


@in_revisions(*SINCE_13)
def test_hyper_v_hosts_proxies_and_jobs(client: Client) -> None:
    host = {"name": "hv01", "description": "", "type": "HvServer", "credentialsStorageType": "Permanent"}
    client.make(HOSTS, {**host, "credentialsId": account(client)})
    cluster = {"name": "hvcluster", "description": "", "type": "HvCluster", "credentialsId": account(client)}
    client.make(HOSTS, {**cluster, "hvServers": [{"hvServerName": "hv02"}]})
    assert client.first(HOSTS, name="hvcluster")["childServers"] == [{"hvServerName": "hv02"}]
    host_id = client.first(HOSTS, name="hv01")["id"]
    for kind in ("HvProxy", "GeneralPurposeProxy"):
        client.make(PROXIES, {"description": "", "type": kind, "server": {"hostId": host_id, "maxTaskCount": 2}})
    assert {row["type"] for row in client.get(PROXIES)["data"]} >= {"HvProxy", "GeneralPurposeProxy", "ViProxy"}
    machines = client.make("/inventory/hv01", {"filter": None})["data"]
    machine = next(each for each in machines if each["type"] == "VirtualMachine")
    job = {"name": "Branch VMs", "description": "", "type": "HyperVBackup", "virtualMachines": {"includes": [machine]}}
    storage = {"backupRepositoryId": repository(client), "backupProxies": {"proxyType": client.word("OnHost")}}
    storage |= {"retentionPolicy": {"type": "Days", "quantity": 7}}
    made = client.make("/jobs", {**job, "storage": storage})
    assert made["schedule"] == {"runAutomatically": False}
    assert "no VirtualMachine" in client.refused(
        "/jobs", {**job, "name": "x", "storage": storage, "virtualMachines": {"includes": [{**machine, "name": "z"}]}}
    )
    exclusion = client.make("/globalExclusions/vm", {"vmObject": machine})
    noted = client.make(f"/globalExclusions/vm/{exclusion['id']}/note", {"note": "moved"}, "PUT")
    assert (noted["inventoryObject"]["name"], noted["note"]) == (machine["name"], "moved")


@in_revisions(*SINCE_13)
def test_mount_servers_are_managed_servers(client: Client) -> None:
    (own,) = client.get(f"{MOUNTS}/default")["data"]
    linux = client.first(HOSTS, type="LinuxHost")["id"]
    client.make(MOUNTS, {"hostId": linux, "setAsDefault": True})
    assert [row["id"] for row in client.get(f"{MOUNTS}/default")["data"]] == [linux]
    assert client("POST", f"{MOUNTS}/{own['id']}/default").status_code == 201
    model = client.get(f"{MOUNTS}/{linux}")
    assert (model["type"], model["isDefault"]) == (client.word("Linux"), False)
    model["settings"]["writeCacheFolder"] = "/cache"
    client.make(f"{MOUNTS}/{linux}", model, "PUT")
    assert client.get(f"{MOUNTS}/{linux}") == model
    assert client("DELETE", f"{MOUNTS}/{linux}").status_code == 405


@in_revisions(*SINCE_13)
def test_directories_and_their_groups(client: Client) -> None:
    domain = client.make("/adDomains", {"serverName": "dc01.orion.local", "credentialsId": account(client)})
    computer = {"id": NOWHERE, "fullName": "ward07", "domainId": domain["id"], "type": "Computer"}
    computer |= {"distinguishedName": "CN=ward07,DC=orion,DC=local"}
    controller = {name: domain[name] for name in ("id", "name", "serverName", "credentialsId")}
    body = {"name": "Domain", "description": "", "type": "ADObjects"}
    body |= {"activeDirectory": {"domainControllerSettings": controller, "objects": [computer]}}
    accounts = {"masterCredentialsId": account(client), "useCustomCredentials": False}
    accounts |= {"masterConnectionType": "PermanentCredentials"} if client.revision == "1.3-rev2" else {}
    body["credentials"] = accounts
    assert NOWHERE in client.refused(GROUPS, body)
    client.server.service.store.add("directoryObjects", {"name": "ward07", "type": "Computer"})
    (known,) = client.get(f"/inventory/activeDirectory/domains/{domain['id']}")["data"]
    computer["id"] = known["id"]
    row_id = client.make(GROUPS, body)["resourceId"]
    client.make(f"{GROUPS}/{row_id}/rescan", None)
    assert [each["name"] for each in agents(client, row_id)] == ["ward07"]
    assert "Domain" in client.refused(f"/adDomains/{domain['id']}", method="DELETE")


@in_revisions(*ALL)
def test_types_that_a_revision_does_not_have_are_refused(client: Client) -> None:
    later = {"1.2-rev1": "BackupCopy", "1.3-rev0": "FileBackup", "1.3-rev1": "IrisBackup"}
    for kind in (later.get(client.revision, "ProxmoxBackupJob"), "LegacyBackupCopy"):
        assert kind in client.refused("/jobs", {"name": "x", "description": "", "type": kind})


@in_revisions(*SINCE_13)
def test_types_that_cannot_be_created_are_listed(client: Client) -> None:
    estate = client.server.service.estate
    for name in ("LegacyBackupCopy", "ProxmoxBackupJob"):
        estate.load({"jobs": {"otherJobs": [{"name": name, "type": name}]}})
    known = {"LegacyBackupCopy", "ProxmoxBackupJob"} if client.revision == "1.3-rev2" else {"LegacyBackupCopy"}
    listed = {row["name"] for row in client.get("/jobs")["data"]}
    assert listed == {"Backup Job 2", *known}
    assert {row["name"] for row in client.get("/jobs/states")["data"]} == listed


@in_revisions("1.3-rev2")
def test_access_volumes_and_directories(client: Client) -> None:
    path = f"/backupInfrastructure/repositories/{repository(client)}/accessPermissions"
    model = client.get(path)
    password = client.first("/encryptionPasswords")["id"]
    model |= {"accessPolicy": "AllowExplicit", "accounts": [{"name": "TECH\\ops", "type": "ExternalUser"}]}
    model["encryptionSettings"] = {"isEnabled": True, "encryptionPasswordId": password}
    assert client.make(path, model, "PUT") == client.get(path) == model
    client.make(HOSTS, {"name": "scvmm", "description": "", "type": "SCVMM", "credentialsId": account(client)})
    client.server.service.store.add("hyperVHosts", {"name": "hv07"})
    found = client.make(f"{HOSTS}/hyperVHosts", {"scvmmHostId": client.first(HOSTS, name="scvmm")["id"]})
    assert found["data"] == [{"hvServerName": "hv07"}]
    client.server.service.store.add("directoryObjects", {"name": "ward07", "type": "Computer"})
    domain = client.make("/adDomains", {"serverName": "dc01.orion.local", "credentialsId": account(client)})
    (computer,) = client.get(f"/inventory/activeDirectory/domains/{domain['id']}")["data"]
    assert (computer["fullName"], computer["domainId"]) == ("ward07", domain["id"])


def test_hosts_and_directories_are_the_same_for_both_servers() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], target_build=BUILDS["1.3-rev2"]) as pair:
        source, target = (Client(server, "1.3-rev2") for server in pair.servers)
        pair.source.service.store.add("directoryObjects", {"name": "ward07", "type": "Computer"})
        found = []
        for each in (source, target):
            single = {"username": "TECH\\ops", "type": "Standard", "password": "Vb6&made+ops%Lk3="}
            made = each.make("/credentials", single)["id"]
            host = {"name": "hv01", "description": "", "type": "HvServer", "credentialsStorageType": "Permanent"}
            each.make(HOSTS, {**host, "credentialsId": made})
            domain = each.make("/adDomains", {"serverName": "dc01.orion.local", "credentialsId": made})
            (computer,) = each.get(f"/inventory/activeDirectory/domains/{domain['id']}")["data"]
            machines = each.make("/inventory/hv01", {})["data"]
            found.append((computer["fullName"], machines))
        assert found[0] == found[1]
        mounts = {"hostId": target.first(HOSTS, name="hv01")["id"]}
        target.make(MOUNTS, mounts)
        target.make(f"{HOSTS}/{mounts['hostId']}", None, "DELETE")
        for _look in range(target.server.service.switches.deletion_lag + 1):
            target.get("/jobs")
        assert mounts["hostId"] not in [row["id"] for row in target.get(MOUNTS)["data"]]


@in_revisions("1.3-rev1", "1.3-rev2")
def test_what_is_asked_for_beside(client: Client) -> None:
    question = {"url": "vcd01.orion.local", "credentialsId": account(client)}
    found = client.make(f"{HOSTS}/cloudDirectorHosts", question)["data"]
    assert {row["viServerName"] for row in found} == {"vcenter01.tech.local", "vcenter02.tech.local"}
    group = group_of(client, "laptop01")
    (computer,) = agents(client, group)
    client.make(f"{GROUPS}/{group}/discoveredEntities/trust", {"entityIds": [computer["id"]]})
    for action in ("applyConfiguration", "clearCache"):
        client.make(f"/jobs/{agent_job_of(client, computer)['id']}/{action}", None)


def agent_job_of(client: Client, computer: dict[str, Any]) -> dict[str, Any]:
    storage = {"destination": {"destinationType": "LocalStorage", "path": "D:\\"}}
    job = {"name": f"Policy {computer['name']}", "description": "", "type": "WindowsAgentBackupServerPolicy"}
    known = [row for row in client.get("/jobs")["data"] if row["name"] == job["name"]]
    return (
        known[0]
        if known
        else client.make("/jobs", {**job, "backupMode": "EntireComputer", "computers": [computer], "storage": storage})
    )
