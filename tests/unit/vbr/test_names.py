# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are nearly the same, on servers that ignore case and on servers that do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import account, actions, codes, estate_of, job, linux_account, linux_host, repository, rows
from support.quartet import BUILDS
from support.tasks import drive

SHARP, DOUBLE = "DOM\\svc-weiß", "DOM\\svc-weiss"
HINTS = ("Straße 1", "Strasse 1")
IMPORT = {"api_version": "1.2-rev1"}


@pytest.fixture(params=["ignore_case", "exact"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A 13.0.1 with the seed's estate, of both sorts."""
    with simulated_pair(source_build=BUILDS["1.3-rev1"]) as pair:
        pair.source.switch(names=request.param)
        yield pair.source


@pytest.fixture
def exact() -> Iterator[Server]:
    """A 12.3.1 without jobs of its own that tells upper case from lower case."""
    with simulated_pair() as pair:
        pair.target.switch(names="exact")
        yield pair.target


def names(server: Server, kind: str, field: str = "name") -> list[str]:
    return [row[field] for row in rows(server, kind)]


def test_names_that_are_one_only_after_full_case_folding_are_two_objects(server: Server) -> None:
    for name in (SHARP, DOUBLE):
        made = drive("credentials", server, account=name, account_password=f"pw&{name}=1", description="Owner")
        again = drive("credentials", server, account=name, description="Owner", check=True)
        assert (made["action"], again["changed"]) == ("create", False)
    assert {SHARP, DOUBLE} <= set(names(server, "credentials", "username"))
    for hint in HINTS:
        assert drive("encryption_password", server, hint=hint, encryption_password="Pw&Strasse=1")["action"] == "create"
    assert set(HINTS) <= set(names(server, "encryptionPasswords", "hint"))


def test_what_is_there_in_another_case_is_meant_and_not_renamed(server: Server) -> None:
    drive("credentials", server, account="DOM\\Owner", account_password="pw&Owner=1", description="One")
    for check in (True, False):
        result = drive("credentials", server, account="dom\\OWNER", description="Two", check=check)
        assert (result["action"], result["resource"]["username"]) == ("update", "DOM\\Owner")
    assert drive("credentials", server, account="dom\\OWNER", description="Two")["changed"] is False
    assert drive("credentials", server, account="dom\\OWNER", state="absent")["action"] == "delete"


TWINS = ("DOM\\twin", "DOM\\Twin")


def test_of_two_that_differ_by_case_only_the_exact_one_is_meant(server: Server) -> None:
    items = [{"account": name, "account_password": "pw&twin=1", "unique_id": name[-4:]} for name in TWINS]
    # Accounts may have one name on every server, so that both are made if their unique ids differ.
    items[1]["unique_id"] = "other"
    assert not drive("estate", server, credentials=items).get("failed")
    listed = drive("info", server, resource="credentials")["resources"]
    made = {row["username"]: row["id"] for row in listed if row["username"] in TWINS}
    for name in TWINS:
        result = drive("credentials", server, account=name, description="Changed", check=True)
        assert (result["action"], result["resource"]["id"]) == ("update", made[name])
        result = drive("estate", server, credentials=[{"account": name, "description": "Changed"}], check=True)
        assert result["resources"][0]["action"] == "update"
    wanted = {"account": "DOM\\TWIN", "description": "New"}
    for refused in (
        drive("credentials", server, check=True, **wanted),
        drive("estate", server, check=True, credentials=[wanted]),
    ):
        assert refused["failed"]
        assert all(f"{row_id} (Standard {name})" in refused["msg"] for name, row_id in made.items())


def jobs_by_case() -> dict[str, Any]:
    spec = estate_of(
        credentials=[linux_account("linux-key")],
        linuxHosts=[linux_host("linux01.tech.local", linux_account("linux-key"))],
        LinuxLocalRepositories=[repository("Store", "linux01.tech.local", unique="S")],
    )
    store = {"name": "Store", "uniqueId": "S"}
    spec["jobs"] = {"jobs": [job("Daily", store), job("DAILY", store), job("Next", store, after="DAILY")]}
    return spec


SECRETS = {"credentials": {"linux-key": {"private_key": "PRIVATE&KEY=of-linux"}}}


def test_jobs_that_differ_by_case_only_move_beside_each_other(exact: Server) -> None:
    result = drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    assert not result.get("failed"), result["msg"]
    assert result["created"]["jobs"] == ["Daily", "DAILY", "Next"]
    twins = [each["key"] for each in result["findings"] if each["code"] == "names-differ-by-case"]
    assert twins == ["Daily", "DAILY"]
    moved = {row["body"]["name"]: row for row in exact.snapshot()["rows"]["jobs"].values()}
    assert {"Daily", "DAILY", "Next"} <= set(moved)
    assert moved["Next"]["body"]["schedule"]["afterThisJob"]["jobName"] == "DAILY"
    assert all(moved[name]["state"]["disabled"] for name in ("Daily", "DAILY", "Next"))
    again = drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    assert set(actions(again, "jobs").values()) <= {"keep", "drift"}
    assert "names-differ-by-case" not in codes(again)


def test_one_that_the_server_takes_for_another_is_not_said_to_be_made(exact: Server) -> None:
    exact.switch(names="ignore_case")
    result = drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    assert result["failed"]
    assert list(result["failed_objects"]["jobs"]) == ["DAILY"]
    assert "Daily" in result["created"]["jobs"]


def test_an_import_asks_which_of_two_is_meant(exact: Server) -> None:
    drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    spec = {"jobs": {"jobs": [job("daily", {"name": "Store", "uniqueId": "S"})]}}
    result = drive("import", exact, spec=spec, **IMPORT)
    assert codes(result, "error") == ["ambiguous-name"]
    assert "'DAILY', 'Daily'" in result["msg"]


def test_a_reference_is_written_as_the_target_writes_the_name(exact: Server) -> None:
    drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    spec = {"jobs": {"jobs": [job("Other", {"name": "STORE", "uniqueId": None}, after="next")]}}
    result = drive("import", exact, spec=spec, **IMPORT)
    assert result["created"].get("jobs") == ["Other"], result["msg"]


def test_secrets_and_renames_go_by_the_exact_key_first(exact: Server) -> None:
    spec = estate_of(credentials=[account("key", "DOM\\a"), account("KEY", "DOM\\b")])
    given = {"credentials": {"KEY": {"password": "pw&second=2"}, "key": {"password": "pw&first=1"}}}
    result = drive("import", exact, spec=spec, secrets=given, **IMPORT)
    assert result["created"]["credentials"] == ["key", "KEY"], result["msg"]
    for name, password in (("DOM\\a", "pw&first=1"), ("DOM\\b", "pw&second=2")):
        assert exact.secret_equals("credentials", name, "password", password)


def test_a_run_is_that_of_the_job_of_the_exact_name(exact: Server) -> None:
    drive("import", exact, spec=jobs_by_case(), secrets=SECRETS, **IMPORT)
    listed = drive("info", exact, resource="jobs")["resources"]
    by_name = {row["name"]: row["id"] for row in listed}
    for name in ("Daily", "DAILY"):
        assert drive("job_run", exact, name=name, action="stop", check=True)["job"]["id"] == by_name[name]
    assert "several jobs" in drive("job_run", exact, name="daily", action="stop", check=True)["msg"]
