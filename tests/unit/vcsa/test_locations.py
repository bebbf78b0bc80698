# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locations, texts and passwords of a vCenter's backups: read, refused, compared."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.locations import (
    Location,
    check_free_text,
    check_password,
    location_given,
    location_reported,
)

# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["Abcdef1!", "aA1~" * 5, "!!!!aA1!", "Abcdef1\\", 'Abcde1"x'])
def test_a_good_password_is_accepted(password: str) -> None:
    check_password(password)


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
def test_a_bad_password_is_refused_and_not_shown(password: str, lacking: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_password(password)
    assert lacking in refusal.value.message
    assert password not in str(refusal.value)


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
def test_locations_are_read(location: str, kind: str | None, place: tuple[Any, ...]) -> None:
    assert location_given(location, kind) == Location(*place)


@pytest.mark.parametrize(
    ("location", "kind", "complaint"),
    [
        ("ftp://host/dir", "SFTP", "ftp:// and location_type is SFTP"),
        ("host/dir", None, "no protocol"),
        ("//nas/share", None, "Write smb://nas/share, or nfs://nas/share"),
        ("//nas/share", "SMB", "Write smb://nas/share, or nfs://nas/share"),
        ("\\\\nas\\share\\dir", None, "Write smb://nas/share/dir, or nfs://nas/share/dir"),
        ("//who:secret@nas/share", None, "Write smb://, or nfs:// if"),
        ("gopher://host/dir", None, "gopher"),
        ("file:///etc/passwd", None, "file"),
        ("sftp://-oProxyCommand=x/dir", None, "hyphen"),
        ("-oProxyCommand=x/dir", "SCP", "hyphen"),
        ("sftp:///dir", None, "no host"),
        ("", "SFTP", "no host"),
        ("sftp://host:0/dir", None, "port 0, which is none"),
        ("sftp://host:65536/dir", None, "port 65536, which is none"),
        ("sftp://host:99999/dir", None, "port 99999, which is none"),
        ("host:" + "9" * 5_000 + "/dir", "SFTP", "port 99999, which is none"),
        ("/dir", "SFTP", "no host"),
        ("\\\\host\\share", "SMB", "smb://host/share"),
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
def test_bad_locations_are_refused(location: str, kind: str | None, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint.replace("(", r"\(")) as error:
        location_given(location, kind)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("reported", "same"),
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
def test_backups_at_a_place_are_recognized(reported: str, same: bool) -> None:
    actual = location_reported(reported)
    assert bool(actual and location_given("sftp://host/dir").holds(actual)) is same


def test_a_place_without_a_path_holds_the_directories_in_it() -> None:
    actual = location_reported("sftp://host/vCenter/sn_vc01/M_1")
    assert actual and location_given("sftp://host").holds(actual)


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"location_user": "-oProxyCommand"}, "hyphen"),
        ({"location_user": "a\nb"}, "location_user has a control character"),
        ({"location_password": "a\x00b"}, "location_password has a control character"),
        ({"comment": "a\rb"}, "comment has a control character"),
    ],
)
def test_bad_texts_are_refused(texts: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        check_free_text(texts)


def test_good_texts_are_accepted() -> None:
    check_free_text(
        {"location_user": "TECH\\backup user", "location_password": "-Pä ss wörd", "comment": "-before it-"}
    )
