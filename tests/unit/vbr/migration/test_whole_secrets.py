# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in the secrets of what ordinary REST moves: those a server sends and those a user gives show up nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.testing import Pair, Server, simulated_pair
from support.canaries import Aviary, as_bytes, page
from support.headquarters import Move
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
OPTIONS = "/api/v1/generalOptions"
EVENTS, MAIL = f"{OPTIONS}/eventForwarding", f"{OPTIONS}/emailSettings"
# List -> where a server that says too much has a secret in an object of it.
SPOKEN = {
    "/api/v1/kmsServers": ("serverCertificate.certificate", "clientCertificate.password"),
    "/api/v1/inventory/entraId/tenants": ("authentication.secret", "authentication.certificate.password"),
    "/api/v1/agents/protectionGroups": (
        "credentials.masterCredentials.password",
        "computers.singleUseCredentials.password",
        "computers.singleUseCredentials.privateKey",
        "computers.singleUseCredentials.passphrase",
        "computers.singleUseCredentials.rootPassword",
        "options.handshakeCode",
    ),
    "/api/v1/backupInfrastructure/managedServers": ("singleUseCredentials.password", "handshakeCode"),
    "/api/v1/backupInfrastructure/proxies": ("server.credentials.password",),
    "/api/v1/backupInfrastructure/scaleOutRepositories": ("capacityTier.encryption.password",),
    "/api/v1/inventory/unstructuredDataServers": ("account.secretKey", "account.sharedKey"),
    "/api/v1/adDomains": ("credentials.password",),
}
GIVEN = {
    "kmsServers": ("server_certificate", "client_certificate", "client_certificate_password"),
    "entraTenants": ("application_secret",),
    "eventForwarding": ("community",),
    "generalOptions": ("community",),
}


@pytest.fixture
def pair() -> Iterator[Pair]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as servers:
        yield servers


def put(node: Any, path: str, value: str) -> None:
    """Put a value where a dotted path leads, also into each element of a list on the way."""
    first, _dot, rest = path.partition(".")
    for each in node if isinstance(node, list) else [node]:
        if rest:
            put(each.setdefault(first, {}), rest, value)
        else:
            each[first] = value


def speak_out(server: Server, aviary: Aviary) -> None:
    """Make a server show a canary in each place where one of its objects can have a secret."""
    for path, places in SPOKEN.items():
        listed = drive("rest", server, path=path)["resources"]
        for row in listed:
            for place in places:
                put(row, place, aviary.canary(f"{path} {place}"))
        number = len(listed)
        body = {"data": listed, "pagination": {"total": number, "count": number, "skip": 0, "limit": 200}}
        server.faults.add(do="status", status=200, method="GET", path=f"^{path}$", body=body, times=0)
    snmp = {"receiver": "snmp.orion.local", "port": 162, "communityString": aviary.canary("a community")}
    mail = {**drive("rest", server, path=MAIL)["resource"], "clientSecret": aviary.canary("a client's secret")}
    for path, shown in ((EVENTS, {"SNMPServers": [snmp], "syslogEventFiltering": []}), (MAIL, mail)):
        server.faults.add(do="status", status=200, method="GET", path=f"^{path}$", body=shown, times=0)


def given(move: Move, aviary: Aviary) -> dict[str, Any]:
    """The secrets that an import takes; those of kinds of ordinary REST are canaries."""
    secrets = move.secrets
    for kind, words in GIVEN.items():
        keys = secrets.get(kind) or {kind: {}}
        secrets[kind] = {key: {word: aviary.canary(f"{kind} {key} {word}") for word in words} for key in keys}
    return secrets


def test_what_a_source_says_too_much_is_in_no_bundle(pair: Pair, tmp_path: Path) -> None:
    aviary, lines = Aviary(), list[str]()
    speak_out(pair.source, aviary)
    result = drive("whole_export", pair.source, progress=lines, dest=str(tmp_path / "bundle"))
    assert not result.get("failed"), result["msg"]
    assert len(aviary.songs) > 40
    leaks = {each["kind"] for each in result["findings"] if each["code"] == "secret-in-export"}
    assert {"kmsServers", "entraTenants", "protectionGroups", "eventForwarding", "emailSettings"} <= leaks
    assert aviary.heard_under(tmp_path) == []
    assert aviary.heard_in("the result", as_bytes([result, lines])) == []


def test_what_a_target_says_too_much_is_in_no_plan(pair: Pair, tmp_path: Path) -> None:
    """It has everything already, and it has it otherwise."""
    aviary, lines, move = Aviary(), list[str](), Move(pair, tmp_path / "bundle")
    move.export()
    move.brought_in()
    speak_out(pair.target, aviary)
    options = {"src": str(move.bundle), "secrets": move.secrets, "on_existing": "update"}
    files = {"save_plan": str(tmp_path / "plan.json"), "report": str(tmp_path / "report.json")}
    results = [drive("whole_import", pair.target, check=True, progress=lines, **options)]
    results.append(drive("whole_import", pair.target, progress=lines, **options, **files))
    results.append(drive("whole_import", pair.target, progress=lines, **options))
    assert (tmp_path / "plan.json").exists() and any(result["diff"] for result in results)
    assert aviary.heard_under(tmp_path) == []
    assert aviary.heard_in("the results", as_bytes([results, lines])) == []


@pytest.mark.parametrize("status", [201, 400, 502])
def test_what_a_user_gives_is_said_nowhere_though_a_server_quotes_it(pair: Pair, tmp_path: Path, status: int) -> None:
    aviary, lines, move = Aviary(), list[str](), Move(pair, tmp_path / "bundle")
    snmp = {"receiver": "snmp.orion.local", "port": 162, "communityString": "Source7&community%Qx5="}
    body = {"SNMPServers": [snmp], "syslogEventFiltering": []}
    drive("rest", pair.source, path=EVENTS, method="PUT", body=body)
    move.export()
    secrets = given(move, aviary)
    values = [value for kind in GIVEN for fields in secrets[kind].values() for value in fields.values()]
    quoted: dict[int, Any] = {
        400: {"errorCode": "UnexpectedContent", "message": " ".join(values)},
        502: "\n".join(map(page, values)),
    }
    if status in quoted:
        for path in ("/kmsServers$", "/entraId/tenants$", "/eventForwarding$"):
            for method in ("POST", "PUT"):
                fault = {"do": "status", "status": status, "body": quoted[status], "method": method, "path": path}
                pair.target.faults.add(**fault, times=0)
    options = {"src": str(move.bundle), "secrets": secrets, "on_existing": "update"}
    results = [
        drive("whole_import", pair.target, check=True, progress=lines, **options),
        drive("whole_import", pair.target, progress=lines, **options, save_plan=str(tmp_path / "plan.json")),
        drive("whole_import", pair.target, progress=lines, **options, report=str(tmp_path / "report.json")),
    ]
    failed = {"kmsServers", "entraTenants", "eventForwarding"} if status in quoted else set()
    assert {*results[-1]["failed_objects"]} & set(GIVEN) == failed
    assert aviary.heard_under(tmp_path) == []
    assert aviary.heard_in("the results", as_bytes([results, lines])) == []
    kept = [each for each in pair.target.journal.entries if "status" not in each["faults"]]
    assert aviary.heard_in("the target's journal", as_bytes(kept)) == []


def test_a_secret_in_the_wrong_place_of_an_inline_object_is_hidden(pair: Pair) -> None:
    aviary = Aviary()
    account = {"username": "root", "type": "Linux", "password": aviary.canary("an account that is used once")}
    computer = {"hostName": "lab", "connectionType": "SingleUseCredentials", "singleUseCredentials": account}
    group = {"type": "IndividualComputers", "name": "Lab", "description": "", "computers": [computer]}
    key = {"type": "KMS", "name": "Keys", "port": 5696}
    for side in ("serverCertificate", "clientCertificate"):
        key[side] = {"certificate": aviary.canary(side), "password": aviary.canary(f"the password of {side}")}
    spec = {"protectionGroups": {"byRest": [group]}, "kmsServers": {"byRest": [key]}}
    results = [
        drive("whole_import", pair.target, check=check, spec=spec, spec_version="1.3-rev2", stage_anyway=["Lab"])
        for check in (True, False)
    ]
    assert aviary.heard_in("the results", as_bytes(results)) == []
    assert json.dumps(results).count("Keys") > 0
