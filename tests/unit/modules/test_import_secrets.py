# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets: where they arrive, what a missing one blocks, and that none of them is ever shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._operations.automation_import import IMPORT
from driving import drive
from estates import (
    CHAIN_SECRETS,
    Record,
    account,
    actions,
    bundle_of,
    chain_of_four,
    codes,
    estate_of,
    exported,
    job,
    linux_host,
    repository,
    rows,
    secrets_of,
    writes,
)
from simulator.testing import Pair, Server

KEY = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(f"Qk{line:02}&canary+{line * 7919:060}" for line in range(30)) + "\n"


def linux_account(unique: str) -> Record:
    settings = {"SSHPort": 22, "elevateToRoot": True, "privateKey": "", "passphrase": "", "rootPassword": ""}
    return account(unique, "root", type="Linux", linuxAdditionalSettings=settings)


def cloud(kind: str, unique: str, **fields: Any) -> Record:
    return {"type": kind, "description": "", "uniqueId": unique, **fields}


# -- where they arrive -------------------------------------------------------------------------------------------------


def test_every_secret_of_the_seed_arrives_in_its_place(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    secrets = secrets_of(bundle)
    secrets["credentials"]["linux01"] |= {
        "private_key": KEY,
        "passphrase": "Xa1+phrase&Lm",
        "root_password": "Yb2=root%Pq",
    }

    result = drive("import", pair.target, src=bundle, secrets=secrets)

    assert not result.get("failed"), result["msg"]
    arrived = [
        ("credentials", "linux01", "password", secrets["credentials"]["linux01"]["password"]),
        ("credentials", "linux01", "linuxAdditionalSettings.privateKey", KEY),
        ("credentials", "linux01", "linuxAdditionalSettings.passphrase", "Xa1+phrase&Lm"),
        ("credentials", "linux01", "linuxAdditionalSettings.rootPassword", "Yb2=root%Pq"),
        *(
            (kind, name, field, secrets[kind][key][word])
            for kind, key, name, field, word in [
                ("cloudcredentials", "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E01", "techbackups", "sharedKey", "shared_key"),
                (
                    "cloudcredentials",
                    "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E02",
                    "tech-azure",
                    "existingAccount.subscription.secret",
                    "application_secret",
                ),
                (
                    "cloudcredentials",
                    "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E03",
                    "AKIATECHLOCALEXAMPLE",
                    "secretKey",
                    "secret_key",
                ),
                (
                    "encryptionPasswords",
                    "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11",
                    "Offsite tapes 2023",
                    "password",
                    "password",
                ),
            ]
        ),
    ]
    for kind, name, field, value in arrived:
        assert pair.target.secret_equals(kind, name, field, value), (kind, name, field)


@pytest.mark.parametrize(
    "given", [{"password": "Vz9&only+Rb4="}, {"private_key": KEY}, {"private_key": KEY, "passphrase": "p"}]
)
def test_a_linux_account_needs_a_password_or_a_key(target: Server, tmp_path: Path, given: dict[str, str]) -> None:
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[linux_account("linux")]))
    refused = drive(
        "import", target, src=bundle, secrets={"credentials": {"linux": {"passphrase": "p", "password": None}}}
    )
    assert "its secret is missing (password or private_key)" in refused["msg"]
    assert not drive("import", target, src=bundle, secrets={"credentials": {"linux": given}}).get("failed")


def test_an_azure_account_needs_a_secret_or_a_certificate_with_its_password(target: Server, tmp_path: Path) -> None:
    subscription = {"tenantId": "t", "applicationId": "a", "secret": "", "certificate": None}
    azure = cloud("AzureCompute", "azure", connectionName="azure", existingAccount={"subscription": subscription})
    bundle = bundle_of(tmp_path / "bundle", {"cloudcredentials": {"azureCompute": [azure]}})

    def with_secrets(**given: str) -> dict[str, Any]:
        return drive("import", target, check=True, src=bundle, secrets={"cloudcredentials": {"azure": given}})

    assert "(application_secret or certificate with certificate_password)" in with_secrets(certificate="c")["msg"]
    assert not with_secrets(certificate="Y2VydA==", certificate_password="Nj3&cert+Qw7").get("failed")
    assert not with_secrets(application_secret="Nj3&secret+Qw7").get("failed")


def test_a_managed_account_has_no_secret_and_needs_none(target: Server, tmp_path: Path) -> None:
    managed = account("managed", "tech\\gmsa$", type="ManagedService")
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[managed]), revision="1.3-rev1")
    assert drive("import", target, src=bundle)["created"] == {"credentials": ["managed"]}


def test_a_secret_is_found_whatever_the_case_of_its_key(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[account("Main-Account")]))
    secrets = {"credentials": {"MAIN-account": {"password": "Vz9&case+Rb4="}}}
    assert drive("import", target, src=bundle, secrets=secrets)["created"] == {"credentials": ["Main-Account"]}


def test_the_secrets_of_what_is_there_are_not_needed(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    again = drive("import", target, src=bundle)
    assert (again["changed"], set(actions(again).values())) == (False, {"keep"})


def test_an_encryption_password_without_a_unique_id_is_known_by_its_hint(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(
        tmp_path / "bundle",
        {"encryptionPasswords": {"encryptionPasswords": [{"hint": "Tapes", "password": ""}]}},
    )
    secrets = {"encryptionPasswords": {"Tapes": {"password": "Lg5&tapes+Sh8="}}}

    def give_it_an_id(exchange: Any) -> None:
        # Servers give every object an id of their own when it comes without one.
        for row in target.service.store.rows("encryptionPasswords"):
            row["body"]["uniqueId"] = "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E99"

    target.app.observers.append(give_it_an_id)
    first = drive("import", target, src=bundle, secrets=secrets)
    assert not first.get("failed"), first["msg"]
    assert first["created"] == {"encryptionPasswords": ["Tapes"]}
    second = drive("import", target, src=bundle, secrets=secrets)
    assert (second["changed"], actions(second)) == (False, {"Tapes": "keep"})
    assert len(rows(target, "encryptionPasswords")) == 1


# -- when one is missing -----------------------------------------------------------------------------------------------


def two_branches() -> dict[str, Any]:
    """Two accounts; what hangs on the first is a host, a repository, a job, and a job that follows it."""
    first, second = account("first", "tech\\first"), account("second", "tech\\second")
    store = repository("Store", "one.tech.local")
    free = repository("Free", "two.tech.local")
    return estate_of(
        credentials=[first, second],
        linuxHosts=[linux_host("one.tech.local", first), linux_host("two.tech.local", second)],
        LinuxLocalRepositories=[store, free],
        jobs=[job("Nightly", store), job("Afterwards", free, after="Nightly"), job("Weekly", free)],
    )


SECOND = {"credentials": {"second": {"password": "Hs6&second+Dp2="}}}


def test_skipping_a_missing_secret_skips_the_record_and_everything_that_needs_it_by_name(
    target: Server, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"src": bundle_of(tmp_path / "bundle", two_branches()), "on_missing_secret": "skip"}

    result = drive("import", target, secrets=SECOND, **options)

    assert not result.get("failed"), result["msg"]
    assert result["blocked"] == {
        "credentials": ["first"],
        "managedServers": ["one.tech.local"],
        "repositories": ["Store"],
        "jobs": ["Nightly", "Afterwards"],
    }
    reasons = {item["key"]: item["reason"] for item in result["plan"] if item["action"] == "blocked"}
    assert reasons == {
        "first": "its secret is missing (password)",
        "one.tech.local": "needs credentials 'first', which is blocked",
        "Store": "needs managedServers 'one.tech.local', which is blocked",
        "Nightly": "needs repositories 'Store', which is blocked",
        "Afterwards": "needs jobs 'Nightly', which is blocked",
    }
    assert result["created"] == {
        "credentials": ["second"],
        "managedServers": ["two.tech.local"],
        "repositories": ["Free"],
        "jobs": ["Weekly"],
    }
    assert drive("import", target, secrets=SECOND, **options)["changed"] is False
    later = drive("import", target, secrets={"credentials": {"first": {"password": "Hs6&first+Dp2="}}}, **options)
    assert later["created"] == {**result["blocked"]}


def test_failing_on_a_missing_secret_names_whoever_needs_it(target: Server, tmp_path: Path) -> None:
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", two_branches()), secrets=SECOND)
    assert codes(result, "error") == ["missing-secret"]
    assert (
        "credentials: first: its secret is missing (password). Needed by managedServers 'one.tech.local'"
        in result["msg"]
    )
    assert writes(target) == []


# -- never shown -------------------------------------------------------------------------------------------------------


def inline_estate() -> dict[str, Any]:
    return estate_of(
        credentials=[account("one", password="Tg7&inline+Kc3="), account("two", password="Tg7&second+Kc3=")]
    )


def test_secrets_in_an_inline_estate_arrive(target: Server) -> None:
    result = drive("import", target, spec=inline_estate(), api_version="1.2-rev1")
    assert not result.get("failed"), result["msg"]
    assert target.service.holds_secret(
        {"kind": "credentials", "uniqueId": "one", "field": "password", "value": "Tg7&inline+Kc3="}
    )
    assert drive("import", target, spec=inline_estate(), api_version="1.2-rev1")["changed"] is False


def test_secrets_in_an_inline_estate_are_hidden_at_both_edges() -> None:
    estate = inline_estate()
    estate["credentials"]["credentials"] += [linux_account("linux"), None]
    estate["credentials"]["credentials"][2]["linuxAdditionalSettings"] |= {"privateKey": KEY, "passphrase": "Phr&se"}
    certificate = {"certificate": "Y2VydGlmaWNhdGU=", "password": "Pf&certificate"}
    estate["cloudcredentials"] = {
        "amazon": [cloud("Amazon", "a", secretKey="Ak&secret")],
        "azureStorage": [cloud("AzureStorage", "b", sharedKey="Ak&shared")],
        "azureCompute": [
            cloud(
                "AzureCompute",
                "c",
                existingAccount={"subscription": {"secret": "Ak&application", "certificate": certificate}},
            )
        ],
    }
    estate["encryptionPasswords"] = {"encryptionPasswords": [{"hint": "h", "password": "Ep&password"}]}
    assert set(IMPORT.hidden({"spec": estate})) == {
        "Tg7&inline+Kc3=",
        "Tg7&second+Kc3=",
        KEY,
        "Phr&se",
        "Ak&secret",
        "Ak&shared",
        "Ak&application",
        "Y2VydGlmaWNhdGU=",
        "Pf&certificate",
        "Ep&password",
    }


@pytest.mark.parametrize("spec", [None, {}, {"tapes": 1}, {"jobs": []}, {"credentials": {"credentials": ["x", None]}}])
def test_looking_for_secrets_to_hide_minds_no_nonsense(spec: Any) -> None:
    assert list(IMPORT.hidden({"spec": spec})) == []


ECHO = "account one has the password {} and the key {}"


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("path", ["/import$", "/sessions/[^/]+$", "/logs$"])
@pytest.mark.parametrize("as_page", [True, False])
def test_a_server_that_quotes_secrets_is_not_quoted(target: Server, tmp_path: Path, path: str, as_page: bool) -> None:
    secrets = {"credentials": {"one": {"password": 'Tg7&"quoted\\+Kc3=', "private_key": KEY}}}
    echo = ECHO.format(secrets["credentials"]["one"]["password"], KEY)
    body: Any = {"errorCode": "UnknownError", "message": echo}
    if path == "/logs$":
        body = {"totalRecords": 1, "records": [{"id": 1, "status": "Failed", "title": echo, "description": echo}]}
    if as_page:
        body = "<html>" + json.dumps(body)
    status = 200 if path == "/logs$" else 500
    target.faults.add(do="status", status=status, path=path, body=body, times=0)
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[linux_account("one")]))
    told: list[str] = []

    result = drive("import", target, told=told, src=bundle, secrets=secrets, report=str(tmp_path / "report.json"))

    shown = json.dumps(result) + "".join(told) + (tmp_path / "report.json").read_text()
    assert "quoted" not in shown
    assert "canary" not in shown
    assert "PRIVATE KEY" not in shown
