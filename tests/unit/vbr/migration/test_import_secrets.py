# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of an import: where they arrive, which are needed, and what a missing one blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server
from support.estates import (
    CHAIN_SECRETS,
    PRIVATE_KEY,
    account,
    actions,
    bundle_of,
    chain_of_four,
    cloud_account,
    codes,
    estate_of,
    exported,
    job,
    linux_account,
    linux_host,
    repository,
    rows,
    secrets_of,
    writes,
)
from support.tasks import drive

CLOUD = "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E0"


# -- where they arrive -------------------------------------------------------------------------------------------------


# kind, key, what it is called, where the secret is, the user's word for it
ARRIVING = [
    ("credentials", "linux01", "linux01", "password", "password"),
    ("credentials", "linux01", "linux01", "linuxAdditionalSettings.privateKey", "private_key"),
    ("credentials", "linux01", "linux01", "linuxAdditionalSettings.passphrase", "passphrase"),
    ("credentials", "linux01", "linux01", "linuxAdditionalSettings.rootPassword", "root_password"),
    ("credentials", "main-domain-credentials", "tech\\username02", "password", "password"),
    ("cloudcredentials", f"{CLOUD}1", "techbackups", "sharedKey", "shared_key"),
    ("cloudcredentials", f"{CLOUD}2", "tech-azure", "existingAccount.subscription.secret", "application_secret"),
    ("cloudcredentials", f"{CLOUD}3", "AKIATECHLOCALEXAMPLE", "secretKey", "secret_key"),
    ("cloudcredentials", f"{CLOUD}4", "GOOGTECHLOCALEXAMPLE", "secretKey", "secret_key"),
    ("encryptionPasswords", "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11", "Offsite tapes 2023", "password", "password"),
]


def test_every_secret_of_the_seed_arrives_in_its_place(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    secrets = secrets_of(bundle)
    secrets["credentials"]["linux01"] |= {
        "private_key": PRIVATE_KEY,
        "passphrase": "Xa1+phrase&Lm",
        "root_password": "Yb2=root%Pq",
    }

    result = drive("import", pair.target, src=bundle, secrets=secrets)

    assert not result.get("failed"), result["msg"]
    for kind, key, name, field, word in ARRIVING:
        assert pair.target.secret_equals(kind, name, field, secrets[kind][key][word]), (kind, name, field)


@pytest.mark.parametrize(
    "given",
    [{"password": "Vz9&only+Rb4="}, {"private_key": PRIVATE_KEY}, {"private_key": PRIVATE_KEY, "passphrase": "p"}],
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
    azure = cloud_account(
        "AzureCompute", "azure", connectionName="azure", existingAccount={"subscription": subscription}
    )
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
    """Two accounts; what hangs on the first is a host, a repository, a job, and a job that waits for it."""
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
        "credentials 'first': its secret is missing (password). Needed by managedServers 'one.tech.local'"
        in result["msg"]
    )
    assert writes(target) == []
