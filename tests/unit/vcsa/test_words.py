# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a vCenter's backups without asking one: passwords, spans, states, locations, parts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.times import moment_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa import locations, parts, passwords
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.jobs import as_row, last_success, percent
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.states import state_of

# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["Abcdef1!", "aA1~" * 5, "!!!!aA1!", "Abcdef1\\", 'Abcde1"x'])
def test_a_password_as_it_should_be(password: str) -> None:
    passwords.check(password)


@pytest.mark.parametrize(
    ("password", "lacking"),
    [
        ("Abcde1!", "8 to 20 characters"),
        ("Abcdef1!" * 2 + "Abcd1", "8 to 20 characters"),
        ("abcdef1!", "an upper case letter"),
        ("ABCDEF1!", "a lower case letter"),
        ("Abcdefg!", "a digit"),
        ("Abcdefg1", "a special character"),
        ("Abcdef 1!", "visible ASCII"),
        ("Abcdef1!é", "visible ASCII"),
        ("Abcdef1!\n", "visible ASCII"),
        ("Abcdef1!\t", "visible ASCII"),
    ],
)
def test_a_password_that_is_refused_is_not_shown(password: str, lacking: str) -> None:
    with pytest.raises(InvalidInput) as told:
        passwords.check(password)
    assert lacking in told.value.message
    assert password not in str(told.value)


# -- times and states --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2023-12-09T07:45:57.000Z",
        "2023-12-09T07:45:57Z",
        "2023-12-09T08:45:57.1234567+01:00",
        "2023-12-09T07:45:57",
        " 2023-12-09T07:45:57.5Z",
    ],
)
def test_moments_in_every_spelling(text: str) -> None:
    moment = moment_of(text)
    assert moment is not None and int(moment.timestamp()) == 1702107957


@pytest.mark.parametrize("text", ["", "yesterday", None, 1702107957, "2023-13-09T07:45:57Z"])
def test_what_is_no_moment(text: Any) -> None:
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("NONE", "pending"),
        ("PENDING", "pending"),
        ("INPROGRESS", "running"),
        ("RUNNING", "running"),
        ("BLOCKED", "blocked"),
        ("SUCCEEDED", "succeeded"),
        ("FAILED", "failed"),
        ("CANCELLED", "unknown"),
        (None, "unknown"),
    ],
)
def test_both_vocabularies_are_one(word: Any, state: str) -> None:
    assert state_of(word) == state


# -- locations ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "kind", "place"),
    [
        ("sftp://host/dir", None, ("SFTP", "host", 22, "dir")),
        ("SFTP://Host.Tech.Local:22/dir/", "SFTP", ("SFTP", "host.tech.local", 22, "dir")),
        ("host/dir", "SFTP", ("SFTP", "host", 22, "dir")),
        ("10.144.99.5/vcsa-backup", "FTP", ("FTP", "10.144.99.5", 21, "vcsa-backup")),
        ("host:/srv/backup/dir", "SCP", ("SCP", "host", 22, "srv/backup/dir")),
        ("nfs://10.10.10.10:/nfs/store/", None, ("NFS", "10.10.10.10", 2049, "nfs/store")),
        ("smb://host/share/dir", None, ("SMB", "host", 445, "share/dir")),
        ("10.50.5.63/F$/Backups/", "SMB", ("SMB", "10.50.5.63", 445, "F$/Backups")),
        ("https://[2001:db8::1]:8443/dav", None, ("HTTPS", "[2001:db8::1]", 8443, "dav")),
        ("ftps://host", None, ("FTPS", "host", 21, "")),
        ("http://host/with%20space", None, ("HTTP", "host", 80, "with space")),
    ],
)
def test_locations_as_they_are_written(location: str, kind: str | None, place: tuple[Any, ...]) -> None:
    assert locations.located(location, kind) == locations.Location(*place)


@pytest.mark.parametrize(
    ("location", "kind", "told"),
    [
        ("ftp://host/dir", "SFTP", "ftp:// and location_type is SFTP"),
        ("host/dir", None, "no protocol"),
        ("gopher://host/dir", None, "gopher"),
        ("file:///etc/passwd", None, "file"),
        ("sftp://-oProxyCommand=x/dir", None, "hyphen"),
        ("-oProxyCommand=x/dir", "SCP", "hyphen"),
        ("sftp:///dir", None, "no host"),
        ("", "SFTP", "no host"),
        ("/dir", "SFTP", "no host"),
        ("\\\\host\\share", "SMB", "no host"),
        ("sftp://ho st/dir", None, "a space"),
        ("sftp://host/dir\n", None, "control character"),
        ("sftp://host/dir\x00", None, "control character"),
        ("sftp://host/a\u2028b", None, "control character"),
        ("sftp://user:secret@host/dir", None, "an account"),
        ("sftp://host;id/dir", None, "no host"),
        ("sftp://$(id)/dir", None, "no host"),
        ("sftp://host:port/dir", None, "no host"),
    ],
)
def test_locations_that_are_refused(location: str, kind: str | None, told: str) -> None:
    with pytest.raises(InvalidInput, match=told.replace("(", r"\(")) as error:
        locations.located(location, kind)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("told", "same"),
    [
        ("sftp://host/dir", True),
        ("sftp://HOST:22/dir/", True),
        ("sftp://user@host/dir", True),
        ("sftp://host/dir/vCenter/sn_vc01.tech.local/M_8.0.2_20231209-074557_", True),
        ("sftp://host/dir/sn_vc01.tech.local/S_8.0.2_20231209-074557_with comment", True),
        ("sftp://host/dir/other", False),
        ("sftp://host/directory", False),
        ("sftp://host/Dir", False),
        ("sftp://host:2222/dir", False),
        ("sftp://other/dir", False),
        ("scp://host/dir", False),
        ("sftp://host", False),
        ("nonsense", False),
    ],
)
def test_which_backups_are_at_a_place(told: str, same: bool) -> None:
    there = locations.read(told)
    assert bool(there and locations.located("sftp://host/dir").holds(there)) is same


def test_a_place_at_the_top_has_directories_too() -> None:
    there = locations.read("sftp://host/vCenter/sn_vc01/M_1")
    assert there and locations.located("sftp://host").holds(there)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"location_user": "-oProxyCommand"}, "hyphen"),
        ({"location_user": "a\nb"}, "location_user has a control character"),
        ({"location_password": "a\x00b"}, "location_password has a control character"),
        ({"comment": "a\rb"}, "comment has a control character"),
    ],
)
def test_words_that_are_refused(words: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        locations.check_words(**words)


def test_words_that_are_fine() -> None:
    locations.check_words(location_user="TECH\\backup user", location_password="-Pä ss wörd", comment="-before it-")


# -- parts and jobs ----------------------------------------------------------------------------------------------------

PARTS: list[Any] = [
    {"id": "common", "name": {"default_message": "Inventory"}, "selected_by_default": True, "optional": False},
    {"id": "seat", "name": "Stats", "selected_by_default": False, "optional": True},
]


def test_parts() -> None:
    parts.check(["seat", "common"], PARTS)
    parts.check(None, PARTS)
    assert (parts.selected(PARTS), parts.required(PARTS)) == (["common"], {"common"})
    assert [parts.as_row(row, 5)["name"] for row in PARTS] == ["Inventory", "Stats"]
    with pytest.raises(InvalidInput, match=r"no part stats.*common, seat"):
        parts.check(["seat", "stats"], PARTS)


@pytest.mark.parametrize(
    ("details", "whole"),
    [
        ({"status": "RUNNING", "progress": {"total": 200, "completed": 50}}, 25),
        ({"status": "SUCCEEDED", "progress": {"total": 0, "completed": 0}}, 100),
        ({"status": "PENDING"}, 0),
        ({"status": "FAILED", "progress": None}, 100),
    ],
)
def test_progress_in_percent(details: dict[str, Any], whole: int) -> None:
    assert percent(details) == whole


def success(job_id: str, start: str | None, status: str = "SUCCEEDED") -> dict[str, Any]:
    return as_row(job_id, details={"status": status, "start_time": start, "location": "sftp://host/dir"})


def test_the_last_success_is_the_newest_that_succeeded() -> None:
    now = moment_of("2023-12-09T12:00:00Z")
    assert now is not None
    rows = [
        success("1", "2023-12-09T09:00:00Z"),
        success("2", "2023-12-09T11:00:00Z", "FAILED"),
        success("3", "2023-12-09T10:00:00Z"),
        success("4", None),
        success("5", "2023-12-09T12:30:00Z"),
    ]
    found = last_success(rows, now)
    assert found and (found.row["id"], found.age) == ("3", 7200.0)
    assert last_success(rows, now, locations.located("sftp://other/dir")) is None
    assert last_success([], now) is None


def test_a_backup_that_began_a_little_later_than_now_is_young() -> None:
    now = moment_of("2023-12-09T12:00:00Z")
    assert now is not None
    found = last_success([success("1", "2023-12-09T12:00:02Z")], now)
    assert found and found.age == 0.0
