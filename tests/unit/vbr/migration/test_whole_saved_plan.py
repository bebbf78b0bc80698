# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A saved plan of a whole server: what it says, that it is carried out as it is, and refused when something changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.headquarters import Move
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
MAIL = "/api/v1/generalOptions/emailSettings"
DOMAINS = "/api/v1/adDomains"


@dataclass
class Planned:
    """A move whose plan was saved."""

    move: Move
    plan: Path

    @property
    def target(self) -> Server:
        return self.move.pair.target

    def content(self) -> dict[str, Any]:
        return dict(json.loads(self.plan.read_text(encoding="utf-8")))

    def import_it(self, **other: Any) -> dict[str, Any]:
        return self.move.bring_in(on_existing="update", **other)


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[Planned]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Planned(Move(pair, tmp_path / "bundle"), tmp_path / "plan.json")
        shown = drive("rest", pair.source, path=MAIL)["resource"]
        put(pair.source, MAIL, {**shown, "smtpServerName": "mail.orion.local"})
        made.move.export()
        result = made.import_it(save_plan=str(made.plan))
        assert not result.get("failed") and result["changed"], result["msg"]
        yield made


def put(server: Server, path: str, body: Any, method: str = "PUT") -> None:
    result = drive("rest", server, path=path, method=method, body=body)
    assert not result.get("failed"), result["msg"]


def test_a_plan_says_of_each_object_how_it_goes_and_nothing_is_sent(planned: Planned) -> None:
    assert [each for each in writes(planned.target) if "/inventory/" not in each] == []
    objects = {(one["kind"], one["key"]): one for one in planned.content()["objects"]}
    ways = {key: (one["transport"], one["action"], one["phase"]) for key, one in objects.items()}
    assert ways["jobs", "Hyper-V 1"] == ("rest", "create", "stage")
    assert ways["repositories", "Cloud files"] == ("automation", "create", "cutover")
    assert ways["emailSettings", "emailSettings"][:2] == ("rest", "update")
    assert ways["wanAccelerators", "hq-wan"][0] == "by hand"
    assert {"kind": "repositories", "key": "Store north 2"} in objects["jobs", "Hyper-V 1"]["needs"]


def test_the_diff_shows_what_a_setting_becomes(planned: Planned) -> None:
    result = planned.import_it(check=True)
    (mail,) = [each for each in result["diff"] if each["before_header"] == "emailSettings"]
    assert mail["before"] == "emailSettings\n    smtpServerName: ''\n"
    assert mail["after"].endswith("\n    smtpServerName: 'mail.orion.local'\n") and "is updated" in mail["after"]
    created = next(each for each in result["diff"] if each["after_header"] == "scaleOutRepositories")
    assert "Orion pool" in created["after"] and "Orion pool" not in created["before"]


def test_the_plan_is_carried_out_and_then_there_is_nothing_to_do(planned: Planned) -> None:
    digest = planned.content()["digest"]
    first = planned.import_it(plan=str(planned.plan), plan_digest=digest)
    assert not first.get("failed") and first["changed"], first.get("msg")
    assert first["updated"]["emailSettings"] == ["emailSettings"] and "Hyper-V 1" in first["created"]["jobs"]
    again = planned.import_it(plan=str(planned.plan), plan_digest=digest)
    assert not again.get("failed") and not again["changed"], again.get("msg")


def other_mail(planned: Planned) -> None:
    shown = drive("rest", planned.target, path=MAIL)["resource"]
    put(planned.target, MAIL, {**shown, "smtpServerName": "other.orion.local"})


def same_domain(planned: Planned) -> None:
    account = {
        "type": "Standard",
        "username": "orion\\service03",
        "password": "Wq7&orion+other%Zx5=",
        "description": "",
    }
    put(planned.target, "/api/v1/credentials", account, "POST")
    (made,) = drive("rest", planned.target, path="/api/v1/credentials")["resources"]
    put(planned.target, DOMAINS, {"serverName": "dc01.orion.local", "credentialsId": made["id"]}, "POST")


def other_job(planned: Planned) -> None:
    source = planned.move.pair.source
    job = next(row for row in source.service.estate.rows(JOBS) if row["body"]["name"] == "Hyper-V 1")
    job["body"]["description"] = "Changed since"
    planned.move.export(dest=str(planned.move.bundle))


@pytest.mark.parametrize(
    ("change", "named"),
    [(other_mail, "emailSettings"), (same_domain, "dc01.orion.local"), (other_job, "Hyper-V 1")],
    ids=["the target's settings", "the target's objects", "the source's objects"],
)
def test_a_plan_is_refused_when_something_changed(
    planned: Planned, change: Callable[[Planned], None], named: str
) -> None:
    change(planned)
    sent = len(writes(planned.target))
    for check in (True, False):
        result = planned.import_it(check=check, plan=str(planned.plan))
        assert result["failed"] and not result["changed"]
        assert named in result["msg"]
    assert [each for each in writes(planned.target)[sent:] if "/inventory/" not in each] == []
