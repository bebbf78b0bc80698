# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle on disk: what is rendered is what is read, and files appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.files import make_room, write_file
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bundle import (
    Bundle,
    ServerIdentity,
    differs,
    read_bundle,
    render,
    standing_manifest,
    write_bundle,
)

SOURCE = ServerIdentity("vbr.tech.local", "id", "12.3.1.1139", ("VBR", "vbr.tech.local"))
ESTATE = {
    "jobs": {"jobs": [{"name": "Größe ∞ 🔑", "z": None, "a": [1, {"b": []}]}]},
    "managedServers": {"linuxHosts": [None], "viHosts": []},
    "credentials": {"credentials": [{"username": "tech\\u", "uniqueId": "U", "password": ""}]},
}
BUNDLE = Bundle("1.2-rev1", SOURCE, ESTATE, "2026-01-01T00:00:00Z", ({"kind": "credentials", "key": "U"},))


def test_what_was_written_is_read_with_its_kinds_in_order(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    again = read_bundle(tmp_path / "bundle")
    assert again == BUNDLE
    assert list(again.estate) == ["credentials", "managedServers", "jobs"]


def test_the_order_of_keys_makes_no_other_bundle(tmp_path: Path) -> None:
    turned = {kind: dict(reversed(list(collection.items()))) for kind, collection in ESTATE.items()}
    assert render(Bundle("1.2-rev1", SOURCE, turned)).texts == render(Bundle("1.2-rev1", SOURCE, ESTATE)).texts


def test_bundles_that_differ_in_their_time_only_are_the_same(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    there = standing_manifest(tmp_path / "bundle")
    later = Bundle(BUNDLE.revision, SOURCE, ESTATE, "2027-01-01T00:00:00Z", BUNDLE.slots)
    assert not differs(there, render(later))
    assert differs(there, render(Bundle("1.3-rev0", SOURCE, ESTATE, slots=BUNDLE.slots)))
    assert differs(there, render(Bundle("1.2-rev1", ServerIdentity(), ESTATE, slots=BUNDLE.slots)))
    assert differs(there, render(Bundle("1.2-rev1", SOURCE, {}, slots=BUNDLE.slots)))
    assert differs({}, render(BUNDLE))


@pytest.mark.parametrize("spoil", ["manifest.json", "jobs.json"])
@pytest.mark.parametrize("text", [None, "", "[]", '{"kinds": 3}', '{"kinds": {"jobs": null}}'])
def test_a_bundle_that_is_not_whole_does_not_stand(tmp_path: Path, spoil: str, text: str | None) -> None:
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    (tmp_path / "bundle" / spoil).unlink()
    if text is not None:
        (tmp_path / "bundle" / spoil).write_text(text)
    assert standing_manifest(tmp_path / "bundle") == {}


def test_a_file_of_the_manifest_cannot_be_outside_the_bundle(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    manifest = tmp_path / "bundle" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"jobs.json"', '"../../../../etc/hostname"'))
    with pytest.raises(InvalidInput, match=r"has no .*bundle/hostname"):
        read_bundle(tmp_path / "bundle")


def test_a_bundle_behind_a_link_is_written_where_the_link_points(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    write_bundle(tmp_path / "link", render(BUNDLE))
    assert (tmp_path / "link").is_symlink()
    assert read_bundle(tmp_path / "disk") == BUNDLE


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.json"
    write_file(path, "old")

    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_file(path, "new")
    assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["file.json"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_making_room_leaves_nothing_but_the_directory(tmp_path: Path) -> None:
    make_room(tmp_path / "a" / "b" / "file.json")
    assert os.listdir(tmp_path / "a" / "b") == []
    for wrong in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(InvalidInput, match=r"cannot be written.*Nothing was sent"):
            make_room(wrong)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (ServerIdentity(), []),
        (ServerIdentity("A"), ["A"]),
        (ServerIdentity("a.b", names=("A.B", "a", "")), ["a.b", "a"]),
    ],
)
def test_each_name_of_a_server_counts_once(source: ServerIdentity, names: list[str]) -> None:
    assert source.all_names == names


@pytest.mark.parametrize("name", ["manifest.json", "jobs.json"])
def test_a_bundle_with_a_pipe_in_it_is_not_whole_and_not_waited_for(tmp_path: Path, name: str) -> None:
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    assert standing_manifest(tmp_path / "bundle")["kinds"]
    (tmp_path / "bundle" / name).unlink()
    os.mkfifo(tmp_path / "bundle" / name)
    assert standing_manifest(tmp_path / "bundle") == {}
