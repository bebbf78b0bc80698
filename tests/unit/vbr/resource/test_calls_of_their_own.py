# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are changed by calls of their own, or by none; parts of other objects; secrets that travel with both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import drive
from unit.vbr.resource.test_job import AS_IT_IS

STORE = "Main Big Repository"
COMMUNITY, OTHER_COMMUNITY = "Cx4&community+%=#Wr7", "Cx5&another+%=#Wr8"
WATCHER = {"receiver": "watch.tech.local", "community": COMMUNITY}
SHARE = {
    "name": "New share",
    "type": "Smb",
    "share_path": "\\\\nas\\new",
    "share_credentials": "tech\\username02",
    "max_task_count": 2,
    "mount_server": {"host": "srv04.tech.local", "write_cache_folder": "D:\\Cache"},
}
EXPLICIT = {"access": "AllowExplicit", "accounts": [{"name": "TECH\\tapes", "type": "ExternalUser"}]}


@pytest.fixture(name="server")
def served() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        yield pair.source


def well(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("failed"), result["msg"]
    return result


def test_what_no_call_changes_is_refused(server: Server) -> None:
    domain = {"server_name": "dc01.tech.local"}
    well(drive("ad_domain", server, **domain, credentials="linux01"))
    exclusion = {"host_name": "vcenter02.tech.local", "name": "filesrv02"}
    well(drive("vm_exclusion", server, **exclusion))
    server.readonly()
    server.journal.clear()
    for module, options in (
        ("ad_domain", {**domain, "credentials": "username01"}),
        ("vm_exclusion", {**exclusion, "platform": "HyperV"}),
    ):
        result = drive(module, server, **options)
        assert result["failed"] and "the server has no call that changes them" in result["msg"]
        assert "Remove it first" in result["msg"]
    assert writes(server) == []


def test_a_user_needs_a_built_in_role_at_first(server: Server) -> None:
    well(drive("role", server, name="Team", manage_backups=True))
    server.journal.clear()
    result = drive("user", server, name="TECH\\team", type="ExternalGroup", roles=["Team"])
    assert result["failed"] and "built-in roles only" in result["msg"] and writes(server) == []


def test_users_take_roles_that_the_same_task_makes(server: Server) -> None:
    items = {
        "roles": [{"name": "Team", "manage_backups": True, "all_repositories": False, "repositories": [STORE]}],
        "users": [{"name": "TECH\\team", "type": "ExternalGroup", "roles": ["Team", "Backup Viewer"]}],
    }
    check = well(drive("estate", server, check=True, **items))
    done = well(drive("estate", server, **items))
    assert (check["counts"], check["diff"]) == (done["counts"], done["diff"])
    assert done["counts"]["create"] == len(items)
    assert well(drive("estate", server, **items))["changed"] is False


def test_a_new_repository_gets_its_permissions_in_the_same_task(server: Server) -> None:
    items = {"repositories": [SHARE], "repository_permissions": [{"repository": "New share", **EXPLICIT}]}
    check = well(drive("estate", server, check=True, **items))
    done = well(drive("estate", server, **items))
    assert (check["counts"], check["diff"]) == (done["counts"], done["diff"])
    assert (done["counts"]["create"], done["counts"]["update"]) == (1, 1)
    again = well(drive("estate", server, **items))
    assert again["changed"] is False
    alone = well(drive("repository_permissions", server, repository="New share"))
    assert alone["resource"]["accessPolicy"] == "AllowExplicit"


def test_permissions_of_a_repository_that_is_not_there_are_an_error(server: Server) -> None:
    result = drive("repository_permissions", server, repository="Nowhere", **EXPLICIT)
    assert result["failed"] and "there is no backup repository 'Nowhere'. Known: " in result["msg"]


def test_a_new_job_gets_its_owner_and_roles_in_the_same_task(server: Server) -> None:
    job = {**AS_IT_IS, "name": "New job"}
    items = {
        "jobs": [job],
        "roles": [{"name": "Team", "manage_backups": True}],
        "users": [{"name": "TECH\\team", "type": "ExternalGroup", "roles": ["Backup Viewer"]}],
        "job_permissions": [
            {"job": "New job", "owner": "TECH\\team", "access": [{"role": "Team", "rights": ["write"]}]}
        ],
    }
    check = well(drive("estate", server, check=True, **items))
    server.journal.clear()
    done = well(drive("estate", server, **items))
    assert (check["counts"], check["diff"]) == (done["counts"], done["diff"])
    # Whoever gives a job away has set the rest before.
    assert [path.rpartition("/")[2] for path in writes(server)][-2:] == ["changeEffectiveAccess", "changeOwner"]
    assert well(drive("estate", server, **items))["changed"] is False
    read = well(drive("info", server, resource="estate"))["resource"]["job_permissions"]
    assert items["job_permissions"][0] in read


def test_an_owner_in_other_letters_is_the_same_one(server: Server) -> None:
    well(drive("user", server, name="TECH\\team", type="ExternalGroup", roles=["Backup Viewer"]))
    named = {"job": AS_IT_IS["name"]}
    assert well(drive("job_permissions", server, **named, owner="TECH\\team"))["changed"] is True
    server.readonly()
    assert well(drive("job_permissions", server, **named, owner="tech\\TEAM"))["changed"] is False
    blank = drive("job_permissions", server, **named, owner=" ")
    assert blank["failed"] and "owner is blank" in blank["msg"]


def test_who_changes_permissions_or_a_mount_server_still_uses_its_account(server: Server) -> None:
    """Both have the id of another object, which uses the account that is to go."""
    well(drive("estate", server, repositories=[SHARE]))
    account = {"account": "tech\\username02", "type": "Standard", "state": "absent"}
    changing = {
        "repository_permissions": [{"repository": "New share", **EXPLICIT}],
        "mount_servers": [{"host": "srv04.tech.local", "write_cache_folder": "F:\\Cache"}],
    }
    result = drive("estate", server, check=True, credentials=[account], **changing)
    assert result["failed"] and "repository 'New share'" in result["msg"]


def test_mail_that_gets_another_account_lets_the_first_one_go(server: Server) -> None:
    account = {"account": "TECH\\mail", "account_password": "Mx4&mail+%=#Wr7"}
    well(drive("estate", server, credentials=[account], email_settings={"smtp_credentials": "TECH\\mail"}))
    gone = {"account": "TECH\\mail", "state": "absent"}
    kept = drive("estate", server, check=True, credentials=[gone])
    assert kept["failed"] and "e-mail settings" in kept["msg"]
    other = {"smtp_credentials": "linux01"}
    assert well(drive("estate", server, credentials=[gone], email_settings=other))["counts"]["delete"] == 1


@pytest.mark.parametrize("shown", ["clear", "blank"])
def test_a_community_is_sent_and_never_shown(server: Server, shown: str) -> None:
    server.switch(snmp_community=shown)
    for check in (True, False):
        made = well(drive("event_forwarding", server, check=check, snmp_servers=[WATCHER]))
        assert made["changed"] and COMMUNITY not in json.dumps(made)
    (stored,) = _communities(server)
    assert stored == COMMUNITY
    # One that is not given is not shown either.
    more = [{"receiver": "watch.tech.local"}, {"receiver": "other.tech.local", "community": OTHER_COMMUNITY}]
    changed = well(drive("event_forwarding", server, snmp_servers=more))
    read = drive("info", server, resource="estate")
    assert COMMUNITY not in json.dumps([changed, read]) and OTHER_COMMUNITY not in json.dumps([changed, read])
    assert [*_communities(server)] == [COMMUNITY, OTHER_COMMUNITY]


def test_a_community_that_changed_is_sent_when_somebody_asks_for_it(server: Server) -> None:
    well(drive("event_forwarding", server, snmp_servers=[WATCHER]))
    given = {"snmp_servers": [{**WATCHER, "community": OTHER_COMMUNITY}]}
    assert well(drive("event_forwarding", server, **given))["changed"] is False
    for check in (True, False):
        sent = well(drive("event_forwarding", server, check=check, **given, update_secret="always"))
        assert (sent["changed"], sent["action"]) == (True, "update")
        assert sent["diff"][0]["after"] == {"secrets": "sent again"}
    assert [*_communities(server)] == [OTHER_COMMUNITY]


def test_the_secret_of_a_tenant_is_sent_when_somebody_asks_for_it(server: Server) -> None:
    tenant = {"azure_tenant_id": "2f0b6f0c-5ef8-4a73-9a34-6d8e5a0c7f21", "application_id": "6a7e1d94"}
    well(drive("entra_tenant", server, **tenant, application_secret="Sx8&entra+secret%=#Lm5"))
    (before,) = _tenants(server)
    given = {**tenant, "application_secret": "Sx9&entra+other%=#Lm6"}
    assert well(drive("entra_tenant", server, **given))["changed"] is False
    sent = well(drive("entra_tenant", server, **given, update_secret="always"))
    assert sent["changed"] and "Sx9" not in json.dumps(sent)
    (put,) = [each for each in writes(server) if each.startswith("PUT")]
    assert put.endswith(before["id"])


def test_a_certificate_is_changed_when_somebody_asks_for_it(server: Server) -> None:
    named = {"name": "keys.tech.local"}
    sides = ("server", "client")
    first = {f"{side}_certificate": f"MIIKzQIBAzCCCpMGfirst{side}" for side in sides}
    formats = {f"{side}_certificate_format": "Pfx" for side in sides}
    made = well(drive("kms_server", server, **named, **first, **formats))["resource"]
    other = {"client_certificate": "MIIKzQIBAzCCCpMGsecondclient", "client_certificate_format": "Pfx"}
    assert well(drive("kms_server", server, **named, **other))["changed"] is False
    now = well(drive("kms_server", server, **named, **other, update_secret="always"))["resource"]
    assert now["clientCertificateThumbprint"] != made["clientCertificateThumbprint"]
    assert now["serverCertificateThumbprint"] == made["serverCertificateThumbprint"]


def test_the_general_options_name_what_there_is_instead(server: Server) -> None:
    result = drive("general_options", server, email_enabled=True)
    assert result["failed"] and "Use vbr_email_settings, vbr_notifications and vbr_event_forwarding" in result["msg"]
    assert well(drive("general_options", server, email_enabled=True, api_version="1.3-rev0"))["changed"]


def _communities(server: Server) -> Iterator[str]:
    for row in server.service.store.rows("singletons"):
        yield from (each["communityString"] for each in row["body"].get("SNMPServers") or [])


def _tenants(server: Server) -> list[dict[str, Any]]:
    return list(server.service.store.rows("entraTenants"))
