# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving a whole server: jobs sleep whatever goes wrong after them, no secret is kept, no server text is a link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, simulated_pair
from support.tasks import drive, secrets_for

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.0.1.180"
LEAK = "Leak7&orion+kept%Qx5="
GROUPS = "/api/v1/agents/protectionGroups$"
DOMAINS = "/api/v1/adDomains$"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as servers:
        yield servers


def exported(pair: Pair, place: Path) -> dict[str, Any]:
    return drive("whole_export", pair.source, dest=str(place))


def imported(pair: Pair, place: Path, **other: Any) -> dict[str, Any]:
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    return drive("whole_import", pair.target, src=str(place), secrets=secrets_for(manifest), **other)


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    """A list of these rows, as a server answers with it."""
    number = len(rows)
    return {"data": list(rows), "pagination": {"total": number, "count": number, "skip": 0, "limit": 200}}


def test_jobs_sleep_though_nothing_after_them_may_be_created(pair: Pair, tmp_path: Path) -> None:
    exported(pair, tmp_path / "bundle")
    pair.target.faults.add(do="status", method="POST", path="/security/users$", status=403, times=0)

    result = imported(pair, tmp_path / "bundle", stage_anyway=["Files copy", "Cloud files", "Copy of tier 01"])

    assert set(result["failed_objects"]) == {"users"}
    jobs = list(pair.target.service.estate.rows(JOBS))
    assert jobs
    assert [each["body"]["name"] for each in jobs if not each["state"].get("disabled")] == []


def test_a_secret_that_ordinary_rest_shows_is_not_kept(pair: Pair, tmp_path: Path) -> None:
    account = {"type": "Linux", "username": "root", "password": LEAK, "privateKey": LEAK}
    computers = [{"hostName": "lab", "connectionType": "SingleUseCredentials", "singleUseCredentials": account}]
    group = {"id": "5f1a6c1e-1d0b-4c57-9a0f-00000000aa01", "name": "Leaking", "type": "IndividualComputers"}
    pair.source.faults.add(do="status", status=200, path=GROUPS, body=page({**group, "computers": computers}), times=0)
    mail = {"notificationsEnabled": False, "advancedSmtpOptions": {"clientSecret": LEAK}, "clientSecret": LEAK}
    pair.source.faults.add(do="status", status=200, path="/emailSettings$", body=mail, times=0)

    result = exported(pair, tmp_path / "bundle")

    written = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bundle").iterdir())
    assert "Leaking" in written
    assert LEAK not in written + json.dumps(result)
    said = {each["kind"] for each in result["findings"] if each["code"] == "secret-in-export"}
    assert "emailSettings" in said


def test_what_a_server_calls_like_a_link_of_ours_is_none(pair: Pair, tmp_path: Path) -> None:
    domain = {"id": "5f1a6c1e-1d0b-4c57-9a0f-00000000aa02", "serverName": "dc01.orion.local"}
    strange = {"refersTo": "credentials", "name": "orion\\service01"}
    pair.source.faults.add(do="status", status=200, path=DOMAINS, body=page({**domain, "extra": strange}), times=0)

    exported(pair, tmp_path / "bundle")

    written = json.loads((tmp_path / "bundle" / "adDomains.json").read_text(encoding="utf-8"))
    (record,) = written["byRest"]
    assert record["extra"] == {"name": "orion\\service01"}


def test_a_link_to_no_kind_stops_its_object_alone(pair: Pair, tmp_path: Path) -> None:
    exported(pair, tmp_path / "bundle")
    spec = {"adDomains": {"byRest": [{"serverName": "dc09", "credentialsId": {"refersTo": "nosuch", "name": "x"}}]}}

    result = drive("whole_import", pair.target, spec=spec, spec_version="1.3-rev1")

    assert result["failed"]
    assert "there is no kind 'nosuch'" in result["msg"]


def test_permissions_wait_with_their_repository(tmp_path: Path) -> None:
    build = "13.1.0.411"
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as pair:
        exported(pair, tmp_path / "bundle")

        result = imported(pair, tmp_path / "bundle")

    assert not result.get("failed"), result["msg"]
    phases = {each["key"]: each["phase"] for each in result["plan"] if each["kind"] == "repositoryPermissions"}
    assert phases["Cloud files"] == "cutover"
    assert phases["Store north 1"] == "stage"


def test_a_note_goes_to_no_object_that_a_server_takes_for_the_new_one(pair: Pair, tmp_path: Path) -> None:
    exported(pair, tmp_path / "bundle")
    other = {"id": "5f1a6c1e-1d0b-4c57-9a0f-00000000aa03", "inventoryObject": {"hostName": "vc09", "name": "till"}}
    pair.target.faults.add(do="status", status=201, method="POST", path="/globalExclusions/vm$", body=other, times=0)

    result = imported(pair, tmp_path / "bundle")

    assert set(result["failed_objects"]) == {"vmExclusions"}
    assert [each for each in pair.target.journal.counts if other["id"] in each] == []


def test_a_platform_that_is_no_text_stops_no_more_than_its_job(pair: Pair, tmp_path: Path) -> None:
    (job,) = [each for each in pair.source.service.estate.rows(JOBS) if each["body"]["name"] == "Hyper-V 1"]
    job["body"]["virtualMachines"]["includes"][0]["platform"] = {}
    exported(pair, tmp_path / "bundle")

    result = imported(pair, tmp_path / "bundle")

    # The next ones of its chain fail with it.
    assert {kind: list(names) for kind, names in result["failed_objects"].items()} == {
        "jobs": ["Hyper-V 1", "Hyper-V 2", "Hyper-V 3"]
    }
