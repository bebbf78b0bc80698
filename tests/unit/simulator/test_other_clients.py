# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other people's clients send and expect: ids of zeros, paths in any case, values as texts, honest refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.core.blueprint import PLAIN_PASSWORD
from simulator.demo import PLAIN_LOGIN
from simulator.services.em.blueprint import PLAIN_LOGIN as EM_PLAIN
from simulator.services.vbaz.blueprint import PLAIN_LOGIN as VBAZ_PLAIN
from simulator.services.vcsa.blueprint import PLAIN_LOGIN as VCSA_PLAIN
from simulator.testing import Pair, Server, estate, simulated
from support.em_caller import EmCaller
from support.falsified import ZERO_ID
from support.vbaz_caller import VbazCaller
from support.vbr_caller import VbrCaller
from support.vcsa_caller import VcsaCaller

Modern = Callable[[str], VbrCaller]
REVISIONS = ("1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev2")
INFRA = "/backupInfrastructure"
README = Path(__file__).parents[2] / "simulator" / "README.md"
NOWHERE = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"


@pytest.fixture
def em() -> Iterator[Server]:
    with simulated("em") as server:
        yield server


@pytest.fixture
def vbaz() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


def job_of(caller: VbrCaller) -> dict[str, Any]:
    return dict(caller.get("/jobs")["data"][0])


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["message"])


# --- an id of zeros is none ------------------------------------------------------------------------------------------


def zeroed(value: Any) -> Any:
    """A copy in which every id that is null is one of zeros."""
    if isinstance(value, dict):
        return {
            name: ZERO_ID if item is None and name.endswith(("Id", "IdOrNull")) else zeroed(item)
            for name, item in value.items()
        }
    return [zeroed(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("path", ["/jobs", f"{INFRA}/managedServers", f"{INFRA}/repositories", f"{INFRA}/proxies"])
def test_an_id_of_zeros_that_is_sent_means_none(modern: Modern, revision: str, path: str) -> None:
    caller = modern(revision)
    models = caller.get(path)["data"]
    found = []
    for bodies in (models, zeroed(models)):
        for model in bodies:
            answer = caller("PUT", f"{path}/{model['id']}", json=model)
            assert answer.status_code in (200, 201), answer.text
        found.append(estate(caller.server))
    assert found[0] == found[1]


def test_an_id_of_zeros_in_the_configuration_backup_means_none(source: VbrCaller) -> None:
    settings = source.get("/configBackup")
    assert settings["encryption"] == {"isEnabled": False, "passwordId": ZERO_ID}
    assert source("PUT", "/configBackup", json=settings).json() == settings
    settings["encryption"]["isEnabled"] = True
    assert refusal(source("PUT", "/configBackup", json=settings))[0] == 400


def test_where_an_id_is_needed_zeros_are_none_given(source: VbrCaller) -> None:
    body = {"description": "", "type": "ViProxy", "server": {"hostId": ZERO_ID}}
    assert refusal(source("POST", f"{INFRA}/proxies", json=body)) == (400, "hostId is required")


def test_a_list_of_ids_may_hold_zeros(source: VbrCaller) -> None:
    job = job_of(source)
    job["storage"]["backupProxies"] |= {"proxyIds": [ZERO_ID]}
    answer = source("PUT", f"/jobs/{job['id']}", json=job)
    assert answer.json()["storage"]["backupProxies"]["proxyIds"] == []


def test_zeros_in_a_text_stay_a_text(source: VbrCaller) -> None:
    job = job_of(source) | {"description": ZERO_ID}
    assert source("PUT", f"/jobs/{job['id']}", json=job).json()["description"] == ZERO_ID


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_server_may_say_none_by_zeros_and_takes_them_back(modern: Modern, revision: str) -> None:
    caller = modern(revision)
    before = estate(caller.server)
    caller.server.switch(zero_ids="on")
    for job in caller.get("/jobs")["data"]:
        encryption = job["storage"]["advancedSettings"]["storageData"]["encryption"]
        assert encryption.get("encryptionPasswordId", encryption.get("encryptionPasswordIdOrNull")) == ZERO_ID
        assert caller("PUT", f"/jobs/{job['id']}", json=job).status_code == 200
    assert estate(caller.server) == before


def test_zeros_in_sessions_and_exports_too(source: VbrCaller) -> None:
    source.server.switch(zero_ids="on")
    session = source("POST", "/configBackup/backup").json()
    assert (session["parentSessionId"], session["resourceId"], session["endTime"]) == (ZERO_ID, ZERO_ID, None)
    (job,) = source.export("jobs")["jobs"]
    encryption = job["storage"]["advancedSettings"]["storageData"]["encryption"]
    assert encryption["encryptionPasswordId"] == ZERO_ID
    assert source("GET", f"/jobs/{NOWHERE}").json()["resourceId"] == NOWHERE


def test_an_azure_filter_by_no_policy_asks_nothing(vbaz: Server) -> None:
    caller = VbazCaller(vbaz)
    assert len(caller.all(PolicyId=ZERO_ID)) == len(caller.all())
    assert caller.export({"policyId": ZERO_ID}).content == caller.export().content


# --- paths in any case, but for vCenter ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/cloudcredentials"),
        ("GET", "/API/V1/Jobs/STATES"),
        ("GET", "/api/v1/backupinfrastructure/managedservers/"),
        ("GET", "/api/v1/inventory/VMware/hosts/VCENTER01.tech.local"),
        ("POST", "/api/v1/automation/cloudCredentials/export"),
        ("POST", "/api/v1/Automation/encryptionpasswords/Export"),
        ("GET", "/Swagger/V1.2-rev1/Swagger.JSON"),
    ],
)
def test_vbr_finds_paths_without_regard_to_case(source: VbrCaller, method: str, path: str) -> None:
    answer = source.session.request(method, source.server.url + path)
    assert answer.status_code == 200, answer.text


def test_what_stands_in_a_path_keeps_its_case(source: VbrCaller) -> None:
    answer = source("GET", "/Inventory/vmware/hosts/Nowhere.Local")
    assert answer.json()["resourceId"] == "Nowhere.Local"
    assert source("GET", f"/jobs/{job_of(source)['id'].upper()}").status_code == 200


def test_a_role_is_checked_whatever_the_case(pair: Pair) -> None:
    viewer = VbrCaller(pair.source, "1.2-rev1", pair.source.viewer)
    for path in ("/SERVERINFO", "/Automation/jobs/Export"):
        assert viewer("GET" if "INFO" in path else "POST", path).status_code == 403


def test_em_finds_paths_without_regard_to_case(em: Server) -> None:
    caller = EmCaller(em)
    assert caller("GET", "/Jobs").status_code == 200
    assert caller("GET", f"{em.url}/API/backupservers").status_code == 200


def test_azure_finds_paths_without_regard_to_case(vbaz: Server) -> None:
    caller = VbazCaller(vbaz)
    for path in ("/jobsessions", "/api/V8.1/JobSessions", "/API/v8/policies/virtualmachines"):
        answer = caller.session.get(f"{vbaz.url}{path if path.lower().startswith('/api') else '/api/v8.1' + path}")
        assert answer.status_code == 200, path
    assert "/api/v8.1/" in caller("GET", "/api/V8.1/JobSessions").json()["_links"]["self"]["href"]


def test_vcenter_looks_at_the_case_of_paths() -> None:
    with simulated("vcsa") as server:
        for style in ("rest", "api"):
            caller = VcsaCaller(server, style)
            assert caller("GET", "/parts").status_code == 200
            assert caller("GET", "/Parts").status_code == 404


# --- a value has its type --------------------------------------------------------------------------------------------


def test_flags_and_numbers_in_texts_are_converted(source: VbrCaller) -> None:
    settings = source.get("/configBackup") | {"isEnabled": "False", "restorePointsToKeep": "14"}
    answer = source("PUT", "/configBackup", json=settings)
    assert (answer.json()["isEnabled"], answer.json()["restorePointsToKeep"]) == (False, 14)


def test_or_they_are_refused(source: VbrCaller) -> None:
    source.server.switch(text_values="refuse")
    settings = source.get("/configBackup")
    for name, value, text in (
        ("isEnabled", "False", "isEnabled must be true or false"),
        ("restorePointsToKeep", "14", "restorePointsToKeep must be a whole number"),
    ):
        assert refusal(source("PUT", "/configBackup", json=settings | {name: value})) == (400, text)
    assert source.get("/configBackup") == settings


@pytest.mark.parametrize("wrong", ["", "many", 1.5, True, [], {}, 10**30])
def test_what_is_no_number_is_refused(source: VbrCaller, wrong: Any) -> None:
    settings = source.get("/configBackup") | {"restorePointsToKeep": wrong}
    assert refusal(source("PUT", "/configBackup", json=settings)) == (
        400,
        "restorePointsToKeep must be a whole number",
    )


def test_the_place_of_a_wrong_value_is_named(source: VbrCaller) -> None:
    job = job_of(source)
    job["virtualMachines"]["excludes"]["templates"]["isEnabled"] = "perhaps"
    text = "virtualMachines.excludes.templates.isEnabled must be true or false"
    assert refusal(source("PUT", f"/jobs/{job['id']}", json=job)) == (400, text)


def test_em_converts_texts_and_refuses_the_rest(em: Server) -> None:
    caller = EmCaller(em, "application/json")
    path = "/jobs/" + caller.get("/jobs?format=Entity")["Jobs"][0]["UID"].rpartition(":")[2]
    for sent, status in (("true", 202), (False, 202), (1, 400), ("yes", 400), ("", 400), ([], 400)):
        body = {"ScheduleEnabled": sent}
        assert caller("PUT", f"{path}?action=edit", json=body).status_code == status, sent
    assert all(isinstance(job["ScheduleEnabled"], bool) for job in caller.jobs())


@pytest.mark.parametrize(
    "body", ['{"a":' * 200 + "1" + "}" * 200, '{"name": "\\ud800"}', '{"name": NaN}', "[" * 90_000]
)
def test_json_that_no_service_reads(pair: Pair, source: VbrCaller, body: str) -> None:
    answer = source("POST", "/jobs", data=body, headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, "The request body is not JSON")
    assert pair.source.app.defects == []


# --- refusals say what is the matter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/jobs", "HyperVBackup"),
        ("/credentials", "AwsKey"),
        ("/cloudCredentials", "Oracle"),
        (f"{INFRA}/managedServers", "HvServer"),
        (f"{INFRA}/repositories", "TapeLibrary"),
        (f"{INFRA}/proxies", "GeneralPurposeProxy"),
    ],
)
def test_a_type_that_is_not_served_is_named(source: VbrCaller, path: str, kind: str) -> None:
    status, message = refusal(source("POST", path, json={"type": kind}))
    assert (status, f"of type {kind} is not served in 1.2-rev1" in message) == (400, True), message


def test_an_extent_that_is_no_id(modern: Modern) -> None:
    caller = modern("1.3-rev2")
    for wrong in (-1, "-1", None, [], {}):
        body = {"name": "x", "description": "", "performanceTier": {"performanceExtents": [{"id": wrong}]}}
        assert caller("POST", f"{INFRA}/scaleOutRepositories", json=body).status_code == 400, wrong
    assert caller.get(f"{INFRA}/scaleOutRepositories")["data"] == []


def test_a_filter_expression_of_nothing(source: VbrCaller) -> None:
    for wrong in ({"items": [None]}, {"items": "x"}, None, []):
        body = {"filter": {"type": "GroupExpression", "operation": "and", **(wrong or {})}}
        assert source("POST", "/inventory", json=body).status_code in (200, 400)
        assert source.server.app.defects == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/jobs/quickBackup"),
        ("POST", "/jobs/quickBackup/vSphere"),
        ("GET", "/sessions/statistics"),
        ("GET", f"/jobs/{NOWHERE}/statistics"),
        ("GET", f"{INFRA}/repositories/mountServers"),
        ("GET", "/malwareDetection/events"),
    ],
)
def test_a_path_that_is_not_served_is_none(source: VbrCaller, method: str, path: str) -> None:
    answer = source(method, path)
    assert (answer.status_code, answer.json()) == (
        404,
        {"errorCode": "NotFound", "message": "The requested path does not exist", "resourceId": None},
    )


def test_a_method_that_is_not_served_says_which_are(source: VbrCaller, em: Server, vbaz: Server) -> None:
    answer = source("PATCH", f"/jobs/{NOWHERE}")
    assert (answer.status_code, answer.json()["errorCode"]) == (405, "MethodNotAllowed")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, PUT"
    assert EmCaller(em)("POST", "/jobs").headers["Allow"] == "GET, HEAD"
    assert VbazCaller(vbaz)("PUT", "/jobSessions").headers["Allow"] == "GET, HEAD"
    with simulated("vcsa") as server:
        assert VcsaCaller(server, "rest")("PATCH", "/parts").headers["Allow"] == "GET, HEAD"


# --- secrets, hosts, proxies -----------------------------------------------------------------------------------------


def test_pieces_of_a_badly_encoded_password_are_not_shown(pair: Pair) -> None:
    password = "Tk9&uW4+zQ7%eR2=sN8#vB5!source"
    form = f"grant_type=password&username=TECH\\administrator&password={password}"
    headers = {"x-api-version": "1.2-rev1", "Content-Type": "Application/x-www-form-urlencoded"}
    answer = requests.post(f"{pair.source.url}/api/oauth2/token", data=form, headers=headers, timeout=5)
    assert answer.status_code == 401
    entry = pair.source.journal.entries[-1]
    assert (entry["body"]["grant_type"], entry["body"]["username"]) == ("password", "TECH\\administrator")
    requests.post(f"{pair.source.url}/api/oauth2/token?{form}", headers=headers, timeout=5)
    assert not [piece for piece in ("uW4", "zQ7", "eR2", "sN8", "vB5") if piece in str(pair.source.journal.dump())]


def test_an_account_with_a_password_of_letters_and_digits(pair: Pair, em: Server, vbaz: Server) -> None:
    assert PLAIN_PASSWORD.isalnum()
    assert PLAIN_PASSWORD in README.read_text(encoding="utf-8")
    for server in pair.servers:
        assert "access_token" in VbrCaller(server, "1.2-rev1", PLAIN_LOGIN).tokens
    assert EmCaller(em, login=EM_PLAIN).token
    assert VbazCaller(vbaz, login=VBAZ_PLAIN).tokens["access_token"]
    with simulated("vcsa") as server:
        assert VcsaCaller(server, "api", VCSA_PLAIN).get("/parts")


@pytest.mark.parametrize(
    "account",
    [
        {"credentialsStorageType": "SingleUse", "singleUseCredentials": {"username": "root", "password": "x"}},
        {"singleUseCredentials": {"username": "root", "password": "x"}},
        {"credentialsStorageType": "singleUse", "credentialsId": ZERO_ID},
        {"credentialsStorageType": "Certificate"},
    ],
)
def test_the_key_of_a_host_with_an_account_for_once(source: VbrCaller, account: dict[str, Any]) -> None:
    answer = source("POST", "/connectionCertificate", json={"serverName": "h", "type": "LinuxHost", **account})
    assert (answer.status_code, set(answer.json())) == (201, {"fingerprint"})


@pytest.mark.parametrize("account", [{}, {"credentialsStorageType": None}, {"credentialsId": ZERO_ID}])
def test_the_key_of_a_host_without_an_account(source: VbrCaller, account: dict[str, Any]) -> None:
    answer = source("POST", "/connectionCertificate", json={"serverName": "h", "type": "LinuxHost", **account})
    assert refusal(answer) == (400, "credentialsId is required")


@pytest.mark.parametrize("revision", REVISIONS)
def test_proxies_have_no_unique_id_of_their_host(modern: Modern, revision: str) -> None:
    for proxy in modern(revision).export("proxies")["proxies"]:
        assert not {"hostUniqueId", "hostTag"} & set(proxy["server"])
