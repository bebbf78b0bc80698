# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, cloud credentials and encryption passwords: whose record it is, and what becomes of its secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import SECRET
from ansible_collections.backupfleet.rest.plugins.module_utils._core.hiding import secrets_in
from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import Option
from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK, Secrets
from contract import Contract, ContractObserver
from simulator.seeds import headquarters
from simulator.testing import Server, estate, simulated_pair
from support.quartet import ALL, BUILDS, RECENT
from support.tasks import drive

OLD = "Vn4#sK8&wP2+zD6%qH1="
NEW = "Lc7=tR1%bX5&hM9#yG3+"
KEY = "PRIVATE-KEY-Bf5+Jt9=Mx3&Rc7%"
PHRASE = "Zq2%Dw6&Sn0+Ek4#Vy8="
ROOT = "Hu3+Pl7#Oa1=Ti5&Jb9%"
HINT = "Long-term archive"
HINTED = "Lb8#Kc3+Jd6&Ie1%Hf5=Gg0"


@pytest.fixture
def server() -> Iterator[Server]:
    """A 13.0.1 with the seed's estate."""
    with simulated_pair(source_build=BUILDS["1.3-rev1"]) as pair:
        yield pair.source


def writes(server: Server) -> list[tuple[str, str, Any]]:
    """Method, last part of the path and body of every write from now on, whole."""
    seen: list[tuple[str, str, Any]] = []

    def note(exchange: Any) -> None:
        if exchange.method != "GET" and "/oauth2/" not in exchange.path:
            seen.append((exchange.method, exchange.path.rpartition("/")[2], exchange.json))

    server.app.observers.append(note)
    return seen


def kept(result: dict[str, Any], *secrets: str) -> dict[str, Any]:
    """The result, which shows no secret."""
    assert not [secret for secret in secrets if secret in str(result)]
    return result


@pytest.mark.parametrize("revision", ["1.1-rev0", "1.3-rev2"])
def test_two_passwords_of_one_hint_are_kept_apart_by_their_unique_ids(revision: str) -> None:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        pair.source.switch(twins="accept")
        given = [{"hint": "Tapes", "unique_id": name, "encryption_password": NEW} for name in ("one", "two")]
        made = drive("estate", pair.source, encryption_passwords=given)
        assert (made.get("failed"), made["counts"]["create"]) == (None, 2), made
        read = drive("info", pair.source, resource="estate", query="encryption_passwords")["resource"]
        assert {item["unique_id"] for item in read if item["hint"] == "Tapes"} == {"one", "two"}
        pair.source.readonly()
        for items in (given, read):
            again = drive("estate", pair.source, encryption_passwords=items)
            assert (again.get("failed"), again["changed"]) == (None, False), again
        unclear = drive("encryption_password", pair.source, hint="Tapes", state="absent")
        assert "2 encryption password are called 'Tapes'" in unclear["msg"]


def test_two_records_of_one_account_are_kept_apart_by_description_or_id(server: Server) -> None:
    record = {"account": "TECH\\double", "account_password": OLD}
    first = drive("credentials", server, **record, unique_id="first", description="One")["resource"]
    second = drive("credentials", server, **record, unique_id="second", description="Two")["resource"]

    refused = drive("credentials", server, account="tech\\DOUBLE", description="Three")
    assert refused["failed"] is True
    assert first["id"] in refused["msg"]
    assert second["id"] in refused["msg"]

    by_description = drive("credentials", server, account="TECH\\double", description="Two")
    assert (by_description["changed"], by_description["resource"]["id"]) == (False, second["id"])
    gone = drive("credentials", server, account="TECH\\double", description="Three", state="absent")
    assert gone["changed"] is False
    by_id = drive("credentials", server, account="TECH\\double", unique_id="first", description="Three")
    assert (by_id["action"], by_id["resource"]["id"]) == ("update", first["id"])


def test_a_star_in_a_name_is_not_a_pattern(server: Server) -> None:
    assert drive("credentials", server, account="TECH\\*", state="absent")["changed"] is False


@pytest.mark.parametrize(
    ("module", "options", "named"),
    [
        ("credentials", {"account": "TECH\\new"}, "account_password"),
        ("credentials", {"account": "new", "type": "Linux"}, "account_password (or private_key)"),
        ("encryption_password", {"hint": "New"}, "encryption_password"),
        ("cloud_credentials", {"type": "Amazon", "access_key": "NEW"}, "secret_key"),
        ("cloud_credentials", {"type": "AzureStorage", "account": "new"}, "shared_key"),
        (
            "cloud_credentials",
            {"type": "AzureCompute", "connection_name": "new"},
            "application_secret (or certificate)",
        ),
    ],
)
def test_a_new_record_without_its_secret_is_refused_before_anything_is_sent(
    server: Server, module: str, options: dict[str, Any], named: str
) -> None:
    sent = writes(server)
    for check in (True, False):
        result = drive(module, server, check=check, **options)
        assert result["failed"] is True
        assert named in result["msg"]
    assert sent == []


@pytest.mark.parametrize("revision", ALL)
def test_secrets_of_a_record_change_by_their_own_calls_and_only_when_asked(revision: str, contract: Contract) -> None:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        server, observer = pair.source, ContractObserver(contract)
        server.app.observers.append(observer)
        options = {
            "type": "Linux",
            "account": "linux01",
            "account_password": NEW,
            "private_key": KEY,
            "passphrase": PHRASE,
            "root_password": ROOT,
        }
        sent = writes(server)
        untouched = kept(drive("credentials", server, **options, description="By key"), NEW, KEY, PHRASE, ROOT)
        assert (untouched["action"], [method for method, _name, _body in sent]) == ("update", ["PUT"])
        assert not [secret for secret in (NEW, KEY, PHRASE, ROOT) if secret in str(sent)]
        sent.clear()

        for _time in range(2):
            check = drive("credentials", server, check=True, update_secret="always", **options)
            assert sent == []
            changed = kept(drive("credentials", server, update_secret="always", **options), NEW, KEY, PHRASE, ROOT)
            assert (changed["changed"], check["changed"], changed["diff"]) == (True, True, check["diff"])
            assert [(name, body) for _method, name, body in sent] == [
                ("changepassword", {"password": NEW}),
                ("changeprivatekey", {"privateKey": KEY, "passphrase": PHRASE}),
                ("changerootpassword", {"password": ROOT}),
            ]
            sent.clear()
        assert server.secret_equals("credentials", "linux01", "password", NEW)
        assert server.secret_equals("credentials", "linux01", "linuxAdditionalSettings.rootPassword", ROOT)
        assert observer.violations == []


@pytest.mark.parametrize("revision", ["1.1-rev0", *RECENT])
@pytest.mark.parametrize(
    ("options", "secrets", "call"),
    [
        ({"type": "Amazon", "access_key": "AKIATECHLOCALEXAMPLE"}, {"secret_key": NEW}, "changeSecretKey"),
        ({"type": "Google", "access_key": "GOOGTECHLOCALEXAMPLE"}, {"secret_key": NEW}, "changeSecretKey"),
        ({"type": "AzureStorage", "account": "techbackups"}, {"shared_key": NEW}, "changeSecretKey"),
        ({"type": "AzureCompute", "connection_name": "tech-azure"}, {"application_secret": NEW}, "changeSecretKey"),
        (
            {"type": "AzureCompute", "connection_name": "tech-azure", "certificate_format": "Pfx"},
            {"certificate": KEY, "certificate_password": NEW},
            "changeCertificate",
        ),
    ],
)
def test_secrets_of_clouds_change_by_a_call_of_their_own(
    revision: str, options: dict[str, Any], secrets: dict[str, str], call: str, contract: Contract
) -> None:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        server, observer = pair.source, ContractObserver(contract)
        server.app.observers.append(observer)
        before = estate(server)["cloudcredentials"]
        sent = writes(server)
        assert kept(drive("cloud_credentials", server, **options, **secrets), *secrets.values())["changed"] is False
        assert (sent, estate(server)["cloudcredentials"]) == ([], before)

        result = kept(
            drive("cloud_credentials", server, update_secret="always", **options, **secrets), *secrets.values()
        )
        assert (result["changed"], [name for _method, name, _body in sent]) == (True, [call])
        assert estate(server)["cloudcredentials"] != before
        assert observer.violations == []


def test_an_update_keeps_the_secret(server: Server) -> None:
    drive("credentials", server, account="TECH\\backup", account_password=OLD)
    drive("credentials", server, account="TECH\\backup", account_password=NEW, description="Other")
    assert server.secret_equals("credentials", "TECH\\backup", "password", OLD)


def test_a_record_in_use_stays_and_who_uses_it_is_named(server: Server) -> None:
    result = drive("credentials", server, type="Linux", account="username01", state="absent")
    assert result["failed"] is True
    assert "managed server 'enterprise05.tech.local'" in result["msg"]


def test_an_account_is_no_field_of_another_type(server: Server) -> None:
    result = drive("credentials", server, account="TECH\\backup", account_password=OLD, private_key=KEY)
    assert "private_key is for" in result["msg"]
    result = drive("credentials", server, api_version="1.2-rev1", type="ManagedService", account="TECH\\gmsa$")
    assert "1.3-rev0" in result["msg"]


@pytest.mark.parametrize("revision", [revision for revision in RECENT if revision != "1.2-rev1"])
def test_an_encryption_password_is_changed_only_if_it_is_another(revision: str, contract: Contract) -> None:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        server, observer = pair.source, ContractObserver(contract)
        server.app.observers.append(observer)
        sent = writes(server)

        same = drive("encryption_password", server, hint=HINT, encryption_password=HINTED, update_secret="always")
        assert (same["changed"], [name for _method, name, _body in sent]) == (False, ["verify"])

        server.readonly()
        check = drive("encryption_password", server, True, hint=HINT, encryption_password=NEW, update_secret="always")
        server.readonly(False)
        changed = drive("encryption_password", server, hint=HINT, encryption_password=NEW, update_secret="always")
        assert (check["changed"], changed["changed"], changed["diff"]) == (True, True, check["diff"])
        assert server.secret_equals("encryptionPasswords", HINT, "password", NEW)

        again = drive("encryption_password", server, hint=HINT, encryption_password=NEW, update_secret="always")
        assert kept(again, NEW)["changed"] is False
        assert observer.violations == []


def test_without_a_way_to_compare_an_encryption_password_is_changed_every_time() -> None:
    with simulated_pair(source_build=BUILDS["1.2-rev1"]) as pair:
        for _time in range(2):
            result = drive(
                "encryption_password", pair.source, hint=HINT, encryption_password=NEW, update_secret="always"
            )
            assert result["changed"] is True
        assert pair.source.secret_equals("encryptionPasswords", HINT, "password", NEW)


def test_where_an_encryption_password_cannot_be_changed_the_task_says_so() -> None:
    with simulated_pair(source_build=BUILDS["1.1-rev0"]) as pair:
        options = {"hint": HINT, "encryption_password": NEW}
        assert drive("encryption_password", pair.source, **options)["changed"] is False
        result = drive("encryption_password", pair.source, update_secret="always", **options)
        assert result["failed"] is True
        assert "1.2-rev1" in result["msg"]


def test_what_is_a_secret_by_its_name_is_hidden_in_every_answer() -> None:
    """A certificate in an answer may be that of a server, which everybody sees."""
    said = dict.fromkeys(SECRET - {"certificate"}, OLD)
    assert set(Secrets().redact_within({"resources": [said]})["resources"][0].values()) == {MASK}


@pytest.mark.parametrize("name", sorted(SECRET))
def test_what_is_a_secret_by_its_name_is_known_wherever_it_is_given(name: str) -> None:
    given = {"body": {"SNMPServers": [{name: "orchard"}]}}
    assert list(secrets_in({"body": Option(type="dict", mixed=True)}, given)) == ["orchard"]


def test_a_list_of_tokens_shows_none() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        (row,) = drive("info", pair.source, resource="recoveryTokens")["resources"]
    assert (row["name"], row["recoveryToken"]) == ("ward01", MASK)


def test_what_an_answer_hid_is_not_sent_back() -> None:
    path = "/api/v1/generalOptions/eventForwarding"
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        receiver = {"receiver": "snmp.orion.local", "port": 162, "communityString": OLD}
        body = {"SNMPServers": [receiver], "syslogEventFiltering": []}
        assert not drive("rest", pair.source, path=path, method="PUT", body=body).get("failed")
        shown = drive("rest", pair.source, path=path)["resource"]
        assert OLD not in str(shown)
        for check in (True, False):
            refused = drive("rest", pair.source, check=check, path=path, method="PUT", body=shown)
            assert refused["failed"] and "body.SNMPServers[0].communityString: ********" in refused["msg"]
