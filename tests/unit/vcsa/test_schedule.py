# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup schedules of a vCenter: what is sent, what an update cannot remove, passwords, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import (
    INFO,
    LOCATION,
    ONE_SCHEDULE,
    SCHEDULE,
    SECRETS,
    STYLES,
    WHOLE,
    manage_schedule,
    refused,
    schedule_writes,
    vcenter,
)


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


def holds(server: Server, **values: str) -> bool:
    return all(
        server.service.holds_secret({"kind": "schedules", "name": "default", "field": field, "value": value})
        for field, value in values.items()
    )


def schedules(server: Server) -> dict[str, Any]:
    """The schedules by their names, as the options would give them."""
    rows = drive(INFO, server, gather=["schedules"])["resource"]["schedules"]
    return {row.pop("name"): row for row in rows}


def test_a_schedule_is_created_with_every_option(server: Server) -> None:
    result = manage_schedule(server, **WHOLE, parts=["seat"], fast_backup=True)
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
    assert schedules(server)["default"] == {name: value for name, value in result["resource"].items() if name != "name"}


def test_a_schedule_that_was_read_can_be_given_back(server: Server) -> None:
    manage_schedule(server, **WHOLE, parts=["seat"])
    manage_schedule(server, name="second", location=LOCATION)
    server.readonly()
    for name, options in schedules(server).items():
        assert manage_schedule(server, name=name, **options)["changed"] is False


def test_a_schedule_without_encryption_is_a_warning(server: Server) -> None:
    assert "unencrypted" in manage_schedule(server, location=LOCATION)["warnings"][0]
    assert manage_schedule(server, location=LOCATION)["warnings"] == []


@pytest.mark.parametrize("location", ["SFTP://BACKUP.tech.local:22/vcenter/", "sftp://backup.tech.local/vcenter/"])
def test_the_same_location_written_differently_is_no_change(server: Server, location: str) -> None:
    manage_schedule(server, **WHOLE)
    assert manage_schedule(server, location=location)["changed"] is False


def test_only_what_differs_is_sent(server: Server) -> None:
    manage_schedule(server, **WHOLE)
    server.journal.clear()
    manage_schedule(server, **{**WHOLE, "retention": 5})
    (sent,) = [entry["body"] for entry in server.journal.entries if entry["method"] in ("PUT", "PATCH")]
    assert sent.get("spec", sent) == {"retention_info": {"max_count": 5}}
    assert holds(server, **SECRETS)


# -- what an update cannot remove --------------------------------------------------------------------------------------


def test_removing_one_value_keeps_all_others(server: Server) -> None:
    manage_schedule(server, **WHOLE, parts=["seat"], enabled=False)
    before = schedules(server)["default"]
    new = {name: f"Nw8&{value[4:]}" for name, value in SECRETS.items()}
    result = manage_schedule(server, retention=0, **new)
    assert (result["action"], result["changed"]) == ("recreate", True)
    assert schedules(server)["default"] == {**before, "retention": 0}
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
def test_nothing_is_removed_without_the_passwords(
    server: Server, gone: dict[str, Any], given: dict[str, Any], lacking: list[str]
) -> None:
    manage_schedule(server, **WHOLE)
    server.readonly()
    for check in (True, False):
        result = drive(SCHEDULE, server, check=check, **gone, **given)
        (option,) = gone
        assert f"has {option}, which no update can take away" in result["msg"]
        assert all(name in result["msg"].partition("Give ")[2] for name in lacking)


def test_a_schedule_that_cannot_be_made_anew_is_created_again(server: Server) -> None:
    manage_schedule(server, **WHOLE)
    before = schedules(server)
    server.faults.add(do="status", status=400, method="POST", path=ONE_SCHEDULE, body={"messages": []})
    result = drive(SCHEDULE, server, retention=0, **SECRETS)
    assert "was put back as it was" in result["msg"]
    assert result["previous"]["retention"] == 3
    assert schedules(server) == before
    assert holds(server, **SECRETS)


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ({"do": "status", "status": 400, "times": 0}, {"retention": 0, **SECRETS}),
        ({"do": "status", "status": 400}, {"location_user": "", "backup_password": SECRETS["backup_password"]}),
        ({"do": "drop_before"}, {"retention": 0, **SECRETS}),
    ],
)
def test_a_schedule_that_is_lost_is_in_the_error(
    server: Server, fault: dict[str, Any], options: dict[str, Any]
) -> None:
    manage_schedule(server, **WHOLE)
    server.faults.add(method="POST", path=ONE_SCHEDULE, **fault)
    result = drive(SCHEDULE, server, **options)
    assert "is gone. Make it with all its options" in result["msg"]
    assert (result["previous"]["location"], schedules(server)) == (LOCATION, {})
    server.faults.clear()
    assert manage_schedule(server, **WHOLE)["action"] == "create"


def test_an_option_that_the_appliance_ignores_is_an_error(server: Server) -> None:
    """Otherwise the same drift would be there in every run."""
    server.switch(release="6.7.2", styles="rest", unknown_fields="ignore")
    result = drive(SCHEDULE, server, fast_backup=True, **WHOLE)
    assert "did not take fast_backup" in result["msg"]


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_passwords_are_updated_only_with_update_secret(server: Server) -> None:
    manage_schedule(server, **WHOLE)
    new = {name: f"Nw8&{value[4:]}" for name, value in SECRETS.items()}
    server.readonly()
    assert manage_schedule(server, **new)["changed"] is False
    server.readonly(False)
    for _run in range(2):
        result = manage_schedule(server, **new, update_secret="always")
        assert (result["changed"], result["action"]) == (True, "update")
        assert result["diff"][0]["after"] == {"secrets": ["location_password", "backup_password"]}
    assert holds(server, **new)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "complaint"),
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
def test_bad_input_is_refused_before_any_request(server: Server, options: dict[str, Any], complaint: str) -> None:
    assert complaint in refused(server, SCHEDULE, **options)
    assert not server.journal.entries


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({}, "location is needed"),
        ({"location": LOCATION, "recurrence": {"hour": 3}}, "recurrence lacks minute"),
        ({"location": LOCATION, "parts": ["stats"]}, "Its parts are: common, seat."),
    ],
)
def test_what_a_new_schedule_lacks_is_named(server: Server, options: dict[str, Any], complaint: str) -> None:
    result = drive(SCHEDULE, server, **options)
    assert complaint in result["msg"]
    assert not schedule_writes(server)


def test_a_second_schedule_is_refused_in_the_words_of_the_appliance(server: Server) -> None:
    server.switch(second_schedule="refuse")
    manage_schedule(server, **WHOLE)
    result = drive(SCHEDULE, server, name="second", location=LOCATION)
    assert result["failed"] and result["error"]["message"]
