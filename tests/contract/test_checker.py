# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker on the vendor's documents: what is documented passes, what is not is found, in every revision."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from . import REVISIONS, Contract, ContractObserver

SESSION = "/api/v1/automation/sessions/6745a759-2205-4cd2-b172-8ec8f7e60ef8"
TOKEN = {
    "access_token": "an-access-token",
    "token_type": "bearer",
    "refresh_token": "a-refresh-token",
    "expires_in": 900,
    ".issued": "2024-05-01T10:00:00.1234567+02:00",
    ".expires": "2024-05-01T10:15:00.1234567+02:00",
}
ERROR = {"errorCode": "NotFound", "message": "Resource does not exist", "resourceId": None}
NO_SESSIONS = {"data": [], "pagination": {"total": 0, "count": 0}}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_login_is_judged_as_a_form(contract: Contract, revision: str) -> None:
    form = {"grant_type": "password", "username": "u", "password": "p", "use_short_term_refresh": "true"}
    assert contract.check("POST", "/api/oauth2/token", {}, form, 200, TOKEN, revision) == []
    [sentence] = contract.check("POST", "/api/oauth2/token", {}, {**form, "grant_type": "guess"}, 200, TOKEN, revision)
    assert "form grant_type" in sentence


@pytest.mark.parametrize("revision", REVISIONS)
def test_query_parameters_are_typed_and_known(contract: Contract, revision: str) -> None:
    path = "/api/v1/automation/sessions"
    good = {"skip": "0", "limit": "200", "orderAsc": "false", "stateFilter": "Stopped", "resultFilter": "Failed"}
    assert contract.check("GET", path, good, None, 200, NO_SESSIONS, revision) == []
    bad = {"limit": "many", "StateFilter": "Stopped", "stateFilter": "stopped"}
    found = contract.check("GET", path, bad, None, 200, NO_SESSIONS, revision)
    assert len(found) == 3
    assert "query 'StateFilter' is not declared" in found[0]


@pytest.mark.parametrize("revision", REVISIONS)
def test_errors_have_their_shape(contract: Contract, revision: str) -> None:
    assert contract.check("GET", SESSION, {}, None, 404, ERROR, revision) == []
    assert contract.check("GET", SESSION, {}, None, 401, None, revision) == []
    [sentence] = contract.check("GET", SESSION, {}, None, 404, {**ERROR, "errorCode": "Gone"}, revision)
    assert "errorCode: 'Gone' is none of" in sentence


@pytest.mark.parametrize(
    ("revision", "word", "other"),
    [("1.0-rev2", "tag", "uniqueId"), ("1.1-rev0", "tag", "uniqueId"), ("1.2-rev1", "uniqueId", "tag")],
)
def test_the_spelling_of_the_revision_is_asked_for(contract: Contract, revision: str, word: str, other: str) -> None:
    record = {"type": "Standard", "username": "u", "password": ""}
    assert contract.check_collection(revision, "credentials", {"credentials": [{**record, word: "one"}]}) == []
    found = contract.check_collection(revision, "credentials", {"credentials": [{**record, other: "one"}]})
    assert len(found) == 2


def test_a_kind_that_the_revision_lacks_is_a_violation(contract: Contract) -> None:
    [sentence] = contract.check_collection("1.0-rev2", "cloudcredentials", {})
    assert "is not documented" in sentence


def test_the_vendors_own_examples_pass(contract: Contract) -> None:
    examples = contract.document("1.3-rev2")["components"]["examples"]
    by_kind = {
        "credentials": "CredentialsImportSpecCollectionExample",
        "cloudcredentials": "CloudCredentialsImportSpecCollectionExample",
        "encryptionPasswords": "EncryptionPasswordImportSpecCollectionExample",
        "managedServers": "ManageServerImportSpecCollectionExample",
        "repositories": "RepositoryImportSpecCollectionExample",
        "proxies": "ProxyImportSpecCollectionExample",
        "jobs": "JobImportSpecCollectionExample",
    }
    for kind, name in by_kind.items():
        assert contract.check_collection("1.3-rev2", kind, examples[name]["value"], strict_nulls=True) == []


def exchange(**changes: Any) -> Any:
    """An exchange as the simulator hands it to its observers."""
    fields = {
        "method": "POST",
        "path": "/api/oauth2/token",
        "query": {},
        "headers": {"X-API-Version": "1.3-rev2", "Content-Type": "application/x-www-form-urlencoded"},
        "body": b"grant_type=password&username=u&password=p%20w",
        "json": None,
        "status": 200,
        "response_json": TOKEN,
        "faults": (),
    }
    fields |= changes
    return SimpleNamespace(**fields, response_body=json.dumps(fields["response_json"]).encode())


def test_the_observer_collects_violations(contract: Contract) -> None:
    observer = ContractObserver(contract)
    observer(exchange())
    assert (observer.judged, observer.violations) == (1, [])
    observer(exchange(response_json={**TOKEN, "extra": 1}))
    assert (observer.judged, len(observer.violations)) == (2, 1)


def test_the_observer_leaves_alone_what_has_no_document(contract: Contract) -> None:
    observer = ContractObserver(contract, expected=lambda exchange: exchange.status == 403)
    observer(exchange(headers={"x-api-version": "1.2-rev0"}, status=418))
    observer(exchange(path="/swagger/v1.3-rev2/swagger.json", method="GET", status=418))
    observer(exchange(status=503, faults=("busy",)))
    observer(exchange(status=None))
    observer(exchange(status=403))
    assert (observer.judged, observer.violations) == (0, [])
