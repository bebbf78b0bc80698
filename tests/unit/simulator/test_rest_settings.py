# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a server, its users, roles and owners, in every revision, checked by the vendor's documents."""

from __future__ import annotations

from typing import Any

import pytest

from .test_rest_kinds import NOWHERE, SECRET, Client, account, agent_job, client, in_revisions, repository

__all__ = ["client"]

OPTIONS = "/generalOptions"
SPLIT = ("1.3-rev1", "1.3-rev2")
ALL = ("1.2-rev1", "1.3-rev0", *SPLIT)
SMTP = {"port": 25, "timeoutMs": 1000, "SSLEnabled": True, "authRequired": True}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/trafficRules", {"uploadStreamsCount": 7}),
        ("/securityAnalyzer/schedule", {"sendScanResults": True, "recipients": "ops@orion.local"}),
        (f"{OPTIONS}/storageLatency", {"storageLatencyControlEnabled": True}),
        (f"{OPTIONS}/hostAuthentication", {"mode": "TrustSpecified"}),
        ("/malwareDetection/settings/general", {"incidentAPISettings": {"quickBackupOnExternalEventEnabled": True}}),
        ("/malwareDetection/settings/fileDetection/suspiciousFileMasks", {"trustedPaths": ["C:\\safe"]}),
    ],
)
@in_revisions(*ALL)
def test_settings_are_replaced_whole(client: Client, path: str, change: dict[str, Any]) -> None:
    answer = client("GET", path)
    if answer.status_code == 404:
        client.judge.violations.clear()
        return
    model = {**answer.json(), **change}
    replaced = client("PUT", path, json=model)
    assert replaced.status_code == (201 if path == "/trafficRules" else 200)
    assert replaced.json() == client.get(path) == model


@in_revisions(*ALL)
def test_rules_of_traffic_get_ids(client: Client) -> None:
    rule = {"name": "Branch", "sourceIPStart": "10.0.0.1", "sourceIPEnd": "10.0.0.9"}
    rule |= {"targetIPStart": "10.1.0.1", "targetIPEnd": "10.1.0.9", "throttlingWindowEnabled": True}
    rule["throttlingWindowOptions"] = {"days": [{"day": client.word("Monday"), "hours": "1,1"}]}
    model = client.get("/trafficRules")
    made = client.make("/trafficRules", {**model, "trafficRules": [rule]}, "PUT")
    assert made["trafficRules"][0]["id"]
    assert made["trafficRules"][0]["throttlingWindowOptions"] == rule["throttlingWindowOptions"]


@in_revisions(*ALL)
def test_the_general_options(client: Client) -> None:
    model = client.get(OPTIONS)
    model["emailSettings"] |= {"smtpServerName": "mail.orion.local", "from": "a@orion.local", "to": "b@orion.local"}
    model["emailSettings"]["advancedSmtpOptions"] = {**SMTP, "credentialsId": account(client)}
    receiver = {"receiver": "snmp.orion.local", "port": 162, "communityString": SECRET}
    model["siemIntegration"] |= {"SNMPEventsEnabled": True, "SNMPServers": [receiver]}
    assert client.make(OPTIONS, model, "PUT") == client.get(OPTIONS) == model
    client.server.switch(snmp_community="blank")
    (shown,) = client.get(OPTIONS)["siemIntegration"]["SNMPServers"]
    assert shown["communityString"] == ""
    model["emailSettings"]["advancedSmtpOptions"]["credentialsId"] = NOWHERE
    assert NOWHERE in client.refused(OPTIONS, model, "PUT")


@in_revisions(*SPLIT)
def test_the_parts_of_the_general_options(client: Client) -> None:
    path = f"{OPTIONS}/emailSettings"
    mail = {**client.get(path), "smtpServerName": "mail.orion.local", "notificationsEnabled": True}
    assert client.make(path, mail, "PUT") == mail
    whole = client.get(OPTIONS)
    assert (whole["emailSettings"]["smtpServerName"], whole["notificationEnabled"]) == ("mail.orion.local", True)
    gmail = {name: mail[name] for name in ("notificationsEnabled", "emailSettings")}
    gmail |= {"mailServer": "Gmail", "appClientId": "x", "clientSecret": SECRET}
    assert client.make(path, gmail, "PUT")["clientSecret"] == ""
    path = f"{OPTIONS}/eventForwarding"
    events = {**client.get(path), "syslogServer": {"serverName": "log", "port": 514, "transportProtocol": "Udp"}}
    assert client.make(path, events, "PUT") == events
    assert client.get(OPTIONS)["siemIntegration"]["SyslogEventsEnabled"] is True


@in_revisions(*SPLIT)
def test_datastores_with_a_latency_of_their_own(client: Client) -> None:
    path = f"{OPTIONS}/storageLatency"
    store = {"platform": "VSphere", "hostName": "vc", "name": "datastore1", "type": "Datastore", "objectId": "d-1"}
    made = client.make(f"{path}/datastores", {"storageObject": store, "latencyLimitMs": 5})
    one = f"{path}/datastores/{made['id']}"
    assert client.make(one, {**made, "latencyLimitMs": 6}, "PUT")["latencyLimitMs"] == client.get(one)["latencyLimitMs"]
    model = client.get(path)
    assert client.make(path, model, "PUT") == model
    model["storageLatencyControlOptions"]["advancedOptions"][0]["id"] = NOWHERE
    assert NOWHERE in client.refused(path, model, "PUT")
    assert client("DELETE", one).status_code == 204
    assert client.get(path)["storageLatencyControlOptions"]["advancedOptions"] == []


@in_revisions(*SPLIT)
def test_users_and_their_roles(client: Client) -> None:
    client.server.service.store.add("unknownAccounts", {"name": "TECH\\nobody"})
    roles = {row["name"].removeprefix("Veeam "): row for row in client.get("/security/roles")["data"]}
    body = {"type": "ExternalUser", "isServiceAccount": False, "roles": [roles["Backup Viewer"]]}
    user = client.make("/security/users", {**body, "name": "TECH\\night"})
    assert user["roles"] == body["roles"]
    assert "exists already" in client.refused("/security/users", {**body, "name": "TECH\\night"})
    assert "nobody" in client.refused("/security/users", {**body, "name": "TECH\\nobody"})
    changed = client.make(f"/security/users/{user['id']}/roles", {"roles": [roles["Tape Operator"]]}, "PUT")
    assert [role["id"] for role in changed["roles"]] == [roles["Tape Operator"]["id"]]
    mode = client.make(f"/security/users/{user['id']}/changeServiceAccountMode", {"isServiceAccountEnable": True})
    assert mode["isServiceAccount"] is True
    assert client("DELETE", f"/security/users/{user['id']}").status_code == 204
    listed = client.get("/security/users")["data"]
    assert "TECH\\night" not in [row["name"] for row in listed]


@in_revisions("1.3-rev2")
def test_roles_of_one_server_and_owners_of_jobs(client: Client) -> None:
    job = agent_job(client)
    scope = {"entireInventory": False, "workloads": [{"type": "Jobs", "jobs": [{"jobId": job["id"]}]}]}
    places = {"allRepositories": False, "repositories": [{"repositoryId": repository(client)}]}
    role = {"name": "Night shift", "manageBackups": True, "manageRestores": False}
    made = client.make("/security/roles", {**role, "inventoryScope": scope, "repositoryScope": places})
    assert client.get(f"/security/roles/{made['id']}/details") == made
    assert client.get(f"/security/roles/{made['id']}")["isBuiltIn"] is False
    assert client.make(f"/security/roles/{made['id']}", {**made, "description": "x"}, "PUT")["description"] == "x"
    assert "Night shift" in client.refused(f"/jobs/{job['id']}", method="DELETE")
    built_in = client.first("/security/roles", name="Backup Viewer")["id"]
    assert "built-in" in client.refused(f"/security/roles/{built_in}", method="DELETE")
    assert client.make(f"/security/roles/{made['id']}/clone", None)["name"] == "Night shift_clone1"
    one = f"/acl/backupJob/{job['id']}"
    access = [{"principal": client.get(f"/security/roles/{made['id']}"), "rights": ["restore"]}]
    assert client.make(f"{one}/changeEffectiveAccess", {"effectiveAccess": access})
    owned = client.make(f"{one}/changeOwner", {"owner": client.server.viewer.username})
    assert owned["principal"]["owner"]["name"] == client.server.viewer.username
    assert owned["principal"]["effectiveAccess"][0]["principal"]["name"] == "Night shift"
    assert client.make("/acl", {})["pagination"]["total"] >= 2
