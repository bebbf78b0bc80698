# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is ever shown: not one that stands in an inline estate, not one that a server quotes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK, Secrets
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.operations.automation_import import IMPORT
from simulator.testing import Pair, Server
from support.estates import (
    PRIVATE_KEY,
    account,
    bundle_of,
    cloud_account,
    estate_of,
    linux_account,
    linux_host,
    secrets_of,
)
from support.reports import report, run
from support.tasks import drive


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


def test_flags_and_small_numbers_of_an_inline_estate_hide_nothing_else(target: Server) -> None:
    """1 is True for Python: neither is a secret, wherever it stands."""
    estate = inline_estate()
    host = linux_host("srv1.tech.local", account("one"))
    estate["managedServers"] = {"linuxHosts": [{**host, "networkSettings": {"portRangeStart": 1, "serverSide": True}}]}
    result = drive("import", target, check=True, spec=estate, api_version="1.2-rev1")
    assert "srv1.tech.local" in json.dumps(result["plan"])
    assert all(isinstance(number, int) for counted in result["counts"].values() for number in counted.values())


def test_secrets_in_an_inline_estate_are_hidden_at_both_edges() -> None:
    estate = inline_estate()
    estate["credentials"]["credentials"] += [linux_account("linux"), None]
    estate["credentials"]["credentials"][2]["linuxAdditionalSettings"] |= {
        "privateKey": PRIVATE_KEY,
        "passphrase": "Phr&se",
    }
    certificate = {"certificate": "Y2VydGlmaWNhdGU=", "password": "Pf&certificate"}
    estate["cloudcredentials"] = {
        "amazon": [cloud_account("Amazon", "a", secretKey="Ak&secret")],
        "azureStorage": [cloud_account("AzureStorage", "b", sharedKey="Ak&shared")],
        "azureCompute": [
            cloud_account(
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
        PRIVATE_KEY,
        "Phr&se",
        "Ak&secret",
        "Ak&shared",
        "Ak&application",
        "Y2VydGlmaWNhdGU=",
        "Pf&certificate",
        "Ep&password",
    }


@pytest.mark.parametrize("spec", [None, {}, {"tapes": 1}, {"jobs": []}, {"credentials": {"credentials": ["x", None]}}])
def test_looking_for_secrets_to_hide_survives_any_input(spec: Any) -> None:
    assert list(IMPORT.hidden({"spec": spec})) == []


ECHO = "account one has the password {} and the key {}"


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("path", ["/import$", "/sessions/[^/]+$", "/logs$"])
@pytest.mark.parametrize("as_page", [True, False])
def test_a_server_that_quotes_secrets_is_not_quoted(target: Server, tmp_path: Path, path: str, as_page: bool) -> None:
    secrets = {"credentials": {"one": {"password": 'Tg7&"quoted\\+Kc3=', "private_key": PRIVATE_KEY}}}
    echo = ECHO.format(secrets["credentials"]["one"]["password"], PRIVATE_KEY)
    body: Any = {"errorCode": "UnknownError", "message": echo}
    if path == "/logs$":
        body = {"totalRecords": 1, "records": [{"id": 1, "status": "Failed", "title": echo, "description": echo}]}
    if as_page:
        body = "<html>" + json.dumps(body)
    status = 200 if path == "/logs$" else 500
    target.faults.add(do="status", status=status, path=path, body=body, times=0)
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[linux_account("one")]))
    lines: list[str] = []

    result = drive("import", target, progress=lines, src=bundle, secrets=secrets, report=str(tmp_path / "report.json"))

    shown = json.dumps(result) + "".join(lines) + (tmp_path / "report.json").read_text()
    assert "quoted" not in shown
    assert "canary" not in shown
    assert "PRIVATE KEY" not in shown


@pytest.mark.parametrize("word", ["keep", "create", "jobs", "credentials", "managedServers", "Success", "kind", "plan"])
def test_a_secret_that_is_a_word_of_ours_falsifies_no_report(pair: Pair, tmp_path: Path, word: str) -> None:
    bundle, written = str(tmp_path / "bundle"), tmp_path / "report.json"
    exported = drive("export", pair.source, dest=bundle)
    secrets = secrets_of(bundle)
    secrets["credentials"] = {key: dict.fromkeys(names, word) for key, names in secrets["credentials"].items()}

    imported = drive("import", pair.target, src=bundle, secrets=secrets, report=str(written))

    assert not imported.get("failed"), imported["msg"]
    for details in ({}, json.loads(written.read_text(encoding="utf-8"))):
        document = report({**run(pair, export=exported, import_=imported), "details": details})
        assert document["totals"]["created"] == sum(map(len, imported["created"].values())) == 19
        assert (document["totals"]["kept"], document["totals"]["planned"]) == (1, 0)
        assert {session["result"] for session in document["sessions"]} == {"Success"}
        assert set(document["kinds"]) == {item["kind"] for item in imported["plan"]} <= set(KINDS)


def test_a_word_of_ours_stays_only_where_it_is_one() -> None:
    secrets = Secrets()
    secrets.add("jobs", "keep")
    said = {
        "kind": "jobs",
        "note": "jobs",
        "action": ["keep", "jobs"],
        "jobs": {"name": "keep jobs"},
        "kind2": ["keep"],
    }
    clean = secrets.redact_within(said, {"kind": ("jobs",), "action": ("keep",)})
    assert clean == {
        "kind": "jobs",
        "note": MASK,
        "action": ["keep", MASK],
        "jobs": {"name": f"{MASK} {MASK}"},
        "kind2": [MASK],
    }
