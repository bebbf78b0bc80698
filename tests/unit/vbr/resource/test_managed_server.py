# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers: whom to trust, credentials that are used once, and deletions that take a while."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.services.vbr.resources.connection_certificate import fingerprint, thumbprint
from simulator.testing import Pair, Server
from support.estates import writes
from support.tasks import drive

LINUX = {"name": "linux09.tech.local", "type": "LinuxHost", "credentials": "username01"}
VCENTER = {"name": "vcenter09.tech.local", "type": "ViHost", "credentials": "main-domain-credentials"}
ONCE = {
    "name": "hardened09.tech.local",
    "type": "LinuxHost",
    "single_use_account": "installer",
    "single_use_password": "Mf2&xJ9#pQ4=rV7%",
}
SOME_OTHER_KEY = "ssh-ed25519 256 KCR7SAh1JAqLNVgFaPcL6uEBS72dX+brNJKsjXov22M"


@pytest.fixture
def source(pair: Pair) -> Server:
    return pair.source


def proof(server: Server, options: dict[str, Any]) -> str:
    ask = fingerprint if options["type"] == "LinuxHost" else thumbprint
    return ask(server.service, options["name"])


def manage(server: Server, **options: Any) -> dict[str, Any]:
    """Runs the module; it has to go well."""
    result = drive("managed_server", server, **options)
    assert not result.get("failed"), result["msg"]
    return result


@pytest.mark.parametrize("options", [LINUX, VCENTER], ids=["key", "certificate"])
def test_nobody_is_trusted_unasked(source: Server, options: dict[str, Any]) -> None:
    result = drive("managed_server", source, **options)
    assert result["failed"]
    assert proof(source, options) in result["msg"]
    assert "trust: first_use" in result["msg"]
    assert [write for write in writes(source) if "connectionCertificate" not in write] == []


@pytest.mark.parametrize("trust", ["fingerprint", "first_use"])
def test_another_key_than_the_given_one_is_refused(source: Server, trust: str) -> None:
    result = drive("managed_server", source, **LINUX, fingerprint=SOME_OTHER_KEY, trust=trust)
    assert result["failed"]
    assert proof(source, LINUX) in result["msg"]
    assert SOME_OTHER_KEY in result["msg"]


@pytest.mark.parametrize("options", [LINUX, VCENTER], ids=["key", "certificate"])
def test_trust_on_first_use_is_reported(source: Server, options: dict[str, Any]) -> None:
    for check in (True, False):
        result = drive("managed_server", source, check=check, **options, trust="first_use")
        assert [proof(source, options) in warning for warning in result["warnings"]] == [True]
    assert manage(source, **options, trust="first_use")["warnings"] == []


def test_the_given_fingerprint_is_taken_in_the_spellings_people_have(source: Server) -> None:
    key = proof(source, LINUX)
    thumb = proof(source, VCENTER)
    colons = ":".join(thumb[at : at + 2] for at in range(0, len(thumb), 2)).lower()
    keys = (key, f"SHA256:{key.split()[-1]}", f"256 SHA256:{key.split()[-1]}")
    # A whole line of ssh-keygen.
    keys += (f"256 SHA256:{key.split()[-1]} root@repo01 (ED25519)", f"3072 SHA256:{key.split()[-1]} no comment (RSA)")
    for options, given in [*((LINUX, each) for each in keys), (VCENTER, thumb), (VCENTER, colons)]:
        result = manage(source, **options, fingerprint=given)
        assert (result["action"], result["warnings"]) == ("create", [])
        manage(source, name=options["name"], state="absent")


@pytest.mark.parametrize("given", [f"256 MD5:{':'.join(['0f'] * 16)} root@repo01 (ED25519)", ":".join(["0F"] * 16)])
def test_a_fingerprint_by_md5_is_not_called_another_key(source: Server, given: str) -> None:
    result = drive("managed_server", source, **LINUX, fingerprint=given)
    assert result["failed"] and "is one by MD5" in result["msg"]
    assert "ssh-keygen -l -f" in result["msg"] and "stand between" not in result["msg"]


def test_a_server_that_is_known_is_not_asked_again(source: Server) -> None:
    manage(source, **LINUX, trust="first_use")
    source.switch(host_keys=1)
    assert manage(source, **LINUX, description="Known")["action"] == "update"


def test_a_key_that_changed_in_between_is_reported(source: Server) -> None:
    known = proof(source, LINUX)
    source.switch(host_keys=1)
    result = drive("managed_server", source, **LINUX, fingerprint=known)
    assert result["failed"]
    assert known in result["msg"]


def test_single_use_credentials_arrive_and_are_shown_to_nobody(source: Server) -> None:
    made = manage(source, **ONCE, trust="first_use")
    assert source.secret_equals(
        "managedServers", ONCE["name"], "singleUseCredentials.password", ONCE["single_use_password"]
    )
    new = "Bd6=kT1#yS8&wH3%"
    kept = manage(source, **{**ONCE, "single_use_password": new})
    assert kept["changed"] is False
    changed = manage(source, **{**ONCE, "single_use_password": new}, update_secret="always")
    assert changed["changed"] is True
    assert source.secret_equals("managedServers", ONCE["name"], "singleUseCredentials.password", new)
    assert not any(secret in json.dumps([made, kept, changed]) for secret in (new, ONCE["single_use_password"]))


def test_what_is_deleted_is_gone_when_the_task_ends(source: Server, swift_clock: Any) -> None:
    manage(source, **LINUX, trust="first_use")
    source.switch(deletion_lag=6)
    assert manage(source, name=LINUX["name"], state="absent")["action"] == "delete"
    assert swift_clock.slept
    assert manage(source, name=LINUX["name"], state="absent")["action"] == "none"


def test_a_deletion_that_never_ends_is_reported(source: Server, swift_clock: Any) -> None:
    manage(source, **LINUX, trust="first_use")
    source.switch(deletion_lag=10_000)
    result = drive("managed_server", source, name=LINUX["name"], state="absent", wait_timeout=30)
    assert result["failed"]
    assert "is still listed" in result["msg"]


def test_a_server_in_use_is_not_deleted_and_who_uses_it_is_named(source: Server) -> None:
    result = drive("managed_server", source, name="enterprise05.tech.local", state="absent")
    assert result["failed"]
    assert "Linux Direct Backup Repository 1" in result["msg"]


def test_the_type_cannot_be_changed(source: Server) -> None:
    result = drive("managed_server", source, name="enterprise05.tech.local", type="WindowsHost")
    assert result["failed"]
    assert "has type LinuxHost, which cannot become WindowsHost" in result["msg"]


def test_an_account_of_several_records_has_to_be_shown_by_unique_id(source: Server) -> None:
    for unique_id in ("first", "second"):
        drive("credentials", source, account="twin", account_password="Zr8&vN2#", unique_id=unique_id)
    windows = {"name": "srv10.tech.local", "type": "WindowsHost"}
    result = drive("managed_server", source, **windows, credentials="twin")
    assert result["failed"]
    assert "2 credentials record are called 'twin'" in result["msg"]
    assert manage(source, **windows, credentials="second")["action"] == "create"


def test_a_host_that_cannot_be_added_is_an_error_with_the_reason(source: Server) -> None:
    """Between question and answer somebody else may have given the host a new key."""
    key = proof(source, LINUX)
    source.app.observers.append(
        lambda exchange: source.switch(host_keys=1) if exchange.path.endswith("connectionCertificate") else None
    )
    result = drive("managed_server", source, **LINUX, fingerprint=key)
    assert result["failed"]
    assert "is another one" in result["msg"]


def test_the_type_says_which_of_two_hosts_of_a_name_is_meant(server: Server) -> None:
    document = server.snapshot()
    rows = document["rows"]["managedServers"]
    linux = next(row for row in rows.values() if row["body"]["name"] == "enterprise05.tech.local")
    other = "11111111-2222-4333-8444-000000000001"
    rows[other] = {**linux, "id": other, "group": "viHosts", "body": {**linux["body"], "type": "ViHost"}}
    server.restore(document)
    found = drive("info", server, resource="estate", query="managed_servers[?name=='enterprise05.tech.local']")
    assert len(found["resource"]) == 2
    server.readonly()
    again = drive("estate", server, managed_servers=found["resource"])
    assert (again.get("failed"), again["changed"]) == (None, False), again
    unclear = drive("managed_server", server, name="enterprise05.tech.local", state="absent")
    assert "2 managed server are called" in unclear["msg"]
