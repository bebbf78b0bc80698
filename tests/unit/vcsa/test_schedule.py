# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup schedules of a vCenter: what an update cannot do, what is refused, passwords, runs, lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import LOCATION, ORDER, SECRETS, STYLES, refused, vcenter

MODULE = "vcsa_backup_schedule"
WHOLE = {**ORDER, "retention": 3, "recurrence": {"minute": 0, "hour": 2}}
ONE = r"/schedules(/update)?(/default)?$"


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


def keep(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    result = drive(MODULE, server, check=check, **options)
    assert not result.get("failed"), result["msg"]
    return result


def holds(server: Server, **values: str) -> bool:
    return all(
        server.service.holds_secret({"kind": "schedules", "name": "default", "field": field, "value": value})
        for field, value in values.items()
    )


def there(server: Server) -> dict[str, Any]:
    """The schedules, in the words of the options."""
    rows = drive("vcsa_backup_info", server, gather=["schedules"])["resource"]["schedules"]
    return {row.pop("name"): row for row in rows}


def changes(server: Server) -> list[str]:
    """The methods of the requests that changed a schedule."""
    return [
        entry["method"]
        for entry in server.journal.entries
        if "/schedules" in entry["path"] and entry["method"] != "GET" and not entry["path"].endswith("session")
    ]


def test_a_schedule_as_it_is_asked_for(server: Server) -> None:
    result = keep(server, **WHOLE, parts=["seat"], fast_backup=True)
    assert (result["action"], result["warnings"]) == ("create", [])
    days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
    assert result["resource"] == {
        "name": "default",
        "location": LOCATION,
        "location_user": "vcenter",
        "enabled": True,
        "parts": ["common", "seat"],
        "fast_backup": True,
        "retention": 3,
        "recurrence": {"minute": 0, "hour": 2, "days": days},
    }
    assert holds(server, **SECRETS)
    assert there(server)["default"] == {name: value for name, value in result["resource"].items() if name != "name"}


def test_what_is_told_can_be_given_back(server: Server) -> None:
    keep(server, **WHOLE, parts=["seat"])
    keep(server, name="second", location=LOCATION)
    server.readonly()
    for name, options in there(server).items():
        assert keep(server, name=name, **options)["changed"] is False


def test_a_schedule_without_encryption_is_warned_of(server: Server) -> None:
    assert "unencrypted" in keep(server, location=LOCATION)["warnings"][0]
    assert keep(server, location=LOCATION)["warnings"] == []


@pytest.mark.parametrize("location", ["SFTP://BACKUP.tech.local:22/vcenter/", "sftp://backup.tech.local/vcenter/"])
def test_the_same_place_in_another_spelling_is_no_change(server: Server, location: str) -> None:
    keep(server, **WHOLE)
    assert keep(server, location=location)["changed"] is False


def test_only_what_differs_is_sent(server: Server) -> None:
    keep(server, **WHOLE)
    server.journal.clear()
    keep(server, **{**WHOLE, "retention": 5})
    (sent,) = [entry["body"] for entry in server.journal.entries if entry["method"] in ("PUT", "PATCH")]
    assert sent.get("spec", sent) == {"retention_info": {"max_count": 5}}
    assert holds(server, **SECRETS)


# -- what an update cannot take away -----------------------------------------------------------------------------------


def test_what_is_taken_away_keeps_all_the_rest(server: Server) -> None:
    keep(server, **WHOLE, parts=["seat"], enabled=False)
    before = there(server)["default"]
    new = {name: f"Nw8&{value[4:]}" for name, value in SECRETS.items()}
    result = keep(server, retention=0, **new)
    assert (result["action"], result["changed"]) == ("recreate", True)
    assert there(server)["default"] == {**before, "retention": 0}
    assert holds(server, **new)


@pytest.mark.parametrize("gone", [{"retention": 0}, {"recurrence": {}}])
@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, ["location_password", "backup_password"]),
        ({"location_password": SECRETS["location_password"]}, ["backup_password"]),
        ({"backup_password": ""}, ["location_password"]),
    ],
)
def test_without_the_passwords_nothing_is_taken_away(
    server: Server, gone: dict[str, Any], given: dict[str, Any], lacking: list[str]
) -> None:
    keep(server, **WHOLE)
    server.readonly()
    for check in (True, False):
        result = drive(MODULE, server, check=check, **gone, **given)
        (option,) = gone
        assert f"has {option}, which no update can take away" in result["msg"]
        assert all(name in result["msg"].partition("Give ")[2] for name in lacking)


def test_a_schedule_that_cannot_be_made_anew_is_put_back(server: Server) -> None:
    keep(server, **WHOLE)
    before = there(server)
    server.faults.add(do="status", status=400, method="POST", path=ONE, body={"messages": []})
    result = drive(MODULE, server, retention=0, **SECRETS)
    assert "was put back as it was" in result["msg"]
    assert result["previous"]["retention"] == 3
    assert there(server) == before
    assert holds(server, **SECRETS)


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ({"do": "status", "status": 400, "times": 0}, {"retention": 0, **SECRETS}),
        ({"do": "status", "status": 400}, {"location_user": "", "backup_password": SECRETS["backup_password"]}),
        ({"do": "drop_before"}, {"retention": 0, **SECRETS}),
    ],
)
def test_a_schedule_that_is_lost_is_told(server: Server, fault: dict[str, Any], options: dict[str, Any]) -> None:
    keep(server, **WHOLE)
    server.faults.add(method="POST", path=ONE, **fault)
    result = drive(MODULE, server, **options)
    assert "is gone. Make it with all its options" in result["msg"]
    assert (result["previous"]["location"], there(server)) == (LOCATION, {})
    server.faults.clear()
    assert keep(server, **WHOLE)["action"] == "create"


def test_what_the_appliance_does_not_take_is_no_success(server: Server) -> None:
    """An appliance that ignores what it does not know would show the same difference for ever."""
    server.switch(release="6.7.2", styles="rest", unknown_fields="ignore")
    result = drive(MODULE, server, fast_backup=True, **WHOLE)
    assert "did not take fast_backup" in result["msg"]


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_passwords_are_changed_only_when_asked(server: Server) -> None:
    keep(server, **WHOLE)
    new = {name: f"Nw8&{value[4:]}" for name, value in SECRETS.items()}
    server.readonly()
    assert keep(server, **new)["changed"] is False
    server.readonly(False)
    for _run in range(2):
        result = keep(server, **new, update_secret="always")
        assert (result["changed"], result["action"]) == (True, "update")
        assert result["diff"][0]["after"] == {"secrets": ["location_password", "backup_password"]}
    assert holds(server, **new)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"recurrence": {"hour": 24}}, "recurrence.hour is 24"),
        ({"recurrence": {"minute": -1}}, "recurrence.minute is -1"),
        ({"retention": -1}, "retention is -1"),
        ({"location": "backup.tech.local/vcenter"}, "no protocol"),
        ({"location": "sftp://-x/vcenter"}, "hyphen"),
        ({"location_user": ""}, "location_password for no location_user"),
        ({"backup_password": "weak"}, "backup_password"),
        ({"backup_password": "", "update_secret": "always"}, "backup_password is empty"),
        ({"state": "absent", "run": True}, "cannot be run"),
        ({"comment": "a\nb"}, "comment"),
    ],
)
def test_bad_input_is_refused_before_anybody_is_asked(server: Server, options: dict[str, Any], told: str) -> None:
    assert told in refused(server, MODULE, **options)
    assert not server.journal.entries


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "location is needed"),
        ({"location": LOCATION, "recurrence": {"hour": 3}}, "recurrence lacks minute"),
        ({"location": LOCATION, "parts": ["stats"]}, "Its parts are: common, seat."),
    ],
)
def test_what_a_new_one_needs(server: Server, options: dict[str, Any], told: str) -> None:
    result = drive(MODULE, server, **options)
    assert told in result["msg"]
    assert not changes(server)


def test_a_second_one_is_refused_in_the_words_of_the_appliance(server: Server) -> None:
    server.switch(second_schedule="refuse")
    keep(server, **WHOLE)
    result = drive(MODULE, server, name="second", location=LOCATION)
    assert result["failed"] and result["error"]["message"]
