# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export writes: a bundle that is whole or not there, for its owner only, and unchanged if nothing changed."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import zlib
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server
from support.estates import REVISION, bundle_of, chain_of_four, exported, manifest, writes
from support.tasks import drive

ALL = ["credentials", "cloudcredentials", "encryptionPasswords", "managedServers", "repositories", "proxies", "jobs"]
FILE_NAMES = sorted(f"{name}.json" for name in ("manifest", "states", *ALL))


def export(server: Server, **options: Any) -> dict[str, Any]:
    """Export; it has to go well."""
    result = drive("export", server, api_version=options.pop("api_version", REVISION), **options)
    assert not result.get("failed"), result["msg"]
    return result


def id_of(server: Server, kind: str, name: str) -> str:
    stored = server.snapshot()["rows"][kind]
    return next(key for key, row in stored.items() if name in (row["body"].get("name"), row["body"].get("username")))


# -- into what ---------------------------------------------------------------------------------------------------------


def test_without_a_dest_the_collections_come_inline_and_nothing_has_changed(pair: Pair) -> None:
    result = export(pair.source)
    assert result["changed"] is False
    assert "dest" not in result
    assert [job["name"] for job in result["resources"]["jobs"]["jobs"]] == ["Backup Job 2"]
    assert result["manifest"]["kinds"]["jobs"]["count"] == 1


def test_with_a_dest_large_collections_stay_out_of_the_result(pair: Pair, tmp_path: Path) -> None:
    result = export(pair.source, dest=str(tmp_path / "bundle"))
    assert result["dest"] == str(tmp_path / "bundle")
    assert "resources" not in result and "manifest" not in result


def test_the_bundle_says_where_it_comes_from_and_what_belongs_to_it(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    content = manifest(bundle)
    assert content["format"] == "backupfleet.rest/bundle/1"
    assert content["api_version"] == REVISION
    assert content["source"] == {
        "name": "srv04.tech.local",
        "vbr_id": pair.source.snapshot()["identity"]["vbrId"],
        "build": "12.3.1.1139",
        "names": ["srv04.tech.local"],
    }
    assert {kind: entry["count"] for kind, entry in content["kinds"].items()} == dict(
        zip(ALL, (4, 4, 2, 3, 4, 2, 1), strict=True)
    )
    assert sorted(file.name for file in Path(bundle).iterdir()) == FILE_NAMES


def test_the_files_hold_exactly_what_the_import_takes_sorted_and_stable(pair: Pair, tmp_path: Path) -> None:
    bundle = Path(exported(pair, tmp_path / "bundle"))
    inline = export(pair.source)["resources"]
    for kind in ALL:
        text = (bundle / f"{kind}.json").read_text()
        assert json.loads(text) == inline[kind] and text.endswith("}\n")
        rows = [line.strip().rstrip(",") for line in text.splitlines() if line.startswith("  ")]
        every = [record for listed in sorted(inline[kind]) for record in inline[kind][listed]]
        # One record in a line.
        assert rows == [json.dumps(record, sort_keys=True, ensure_ascii=False) for record in every]


def test_the_owner_alone_may_read_it_whatever_the_umask(pair: Pair, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        bundle = Path(exported(pair, tmp_path / "new" / "bundle"))
        (tmp_path / "there").mkdir(mode=0o777)
        there = Path(exported(pair, tmp_path / "there"))
    finally:
        os.umask(before)
    for directory in (bundle, there):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()} == {0o600}


def content_of(directory: Path) -> dict[str, tuple[str, int]]:
    return {file.name: (file.read_text(), file.stat().st_mtime_ns) for file in directory.iterdir()}


def test_an_unchanged_bundle_is_not_written_not_even_its_time(pair: Pair, tmp_path: Path) -> None:
    bundle = Path(exported(pair, tmp_path / "bundle"))
    before = content_of(bundle)
    result = export(pair.source, dest=str(bundle))
    assert (result["changed"], result["diff"]) == (False, [])
    assert content_of(bundle) == before


def test_a_change_at_the_source_is_a_change_of_the_bundle_and_is_shown(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    pair.source.service.store.get("jobs", id_of(pair.source, "jobs", "Backup Job 2"))["body"]["description"] = "New"  # type: ignore[index]

    result = export(pair.source, dest=bundle)

    assert result["changed"] is True
    (diff,) = result["diff"]
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    assert [line.partition(":")[0] for line in after] == ["api_version", "source", *ALL, "states"]
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [after[-2]]
    assert json.loads((tmp_path / "bundle" / "jobs.json").read_text())["jobs"][0]["description"] == "New"


def test_kinds_that_are_no_longer_wanted_leave_the_bundle(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    result = export(pair.source, dest=bundle, kinds=["jobs"])
    assert result["changed"] is True
    assert sorted(os.listdir(bundle)) == ["jobs.json", "manifest.json", "states.json"]


def test_a_journal_beside_the_bundle_stays(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    (tmp_path / "bundle" / "journal-x.json").write_text("{}")
    export(pair.source, dest=bundle, kinds=["jobs"])
    assert "journal-x.json" in os.listdir(bundle)


# -- for show ----------------------------------------------------------------------------------------------------------


def test_what_check_mode_would_write_can_be_planned_with(pair: Pair, tmp_path: Path) -> None:
    """The plan of the packed bundle is the plan of the bundle."""
    dest = str(tmp_path / "bundle")
    shown = export(pair.source, dest=dest, check=True)
    assert shown["changed"] is True
    assert not (tmp_path / "bundle").exists()
    options = {"src": dest, "on_missing_secret": "skip", "check": True}
    planned = drive("import", pair.target, bundle=shown["bundle"], **options)
    written = export(pair.source, dest=dest)
    assert "bundle" not in written
    assert planned == drive("import", pair.target, **options)
    assert planned["plan"], planned
    # It is read in the place of what stands there.
    assert drive("import", pair.target, bundle=shown["bundle"], **{**options, "src": str(tmp_path)}) == planned


def test_what_stands_there_already_is_not_packed(pair: Pair, tmp_path: Path) -> None:
    dest = exported(pair, tmp_path / "bundle")
    assert "bundle" not in export(pair.source, dest=dest, check=True)
    assert "bundle" not in export(pair.source, check=True), "nothing would be written without a dest"


def test_a_packed_bundle_has_no_template_and_little_weight(pair: Pair, tmp_path: Path) -> None:
    """Ansible up to 2.18 takes a text that begins with a brace for a dictionary, and one with two for a template."""
    packed = export(pair.source, dest=str(tmp_path / "bundle"), check=True)["bundle"]
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", packed)
    export(pair.source, dest=str(tmp_path / "bundle"))
    assert len(packed) < sum(file.stat().st_size for file in (tmp_path / "bundle").iterdir()) / 2


@pytest.mark.parametrize(
    "packed", ["nonsense", "bm9uc2Vuc2U=", "é", base64.b64encode(zlib.compress(b"[1]")).decode()], ids=ascii
)
def test_what_is_no_packed_bundle_is_refused(pair: Pair, tmp_path: Path, packed: str) -> None:
    result = drive("import", pair.target, src=str(tmp_path), bundle=packed)
    assert result["failed"] and "bundle is no packed bundle" in result["msg"]


def test_a_packed_bundle_lacks_nothing(pair: Pair, tmp_path: Path) -> None:
    packed = base64.b64encode(zlib.compress(b"{}")).decode()
    result = drive("import", pair.target, src=str(tmp_path), bundle=packed)
    assert result["failed"] and "has no manifest.json" in result["msg"]


# -- whole or not at all -----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process dies here."""


def kill_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the process die at the n-th file that is put in its place."""
    done = iter(range(number))
    replace = os.replace

    def dying(source: str, target: Path) -> None:
        if next(done, None) is None:
            raise Killed
        replace(source, target)

    monkeypatch.setattr(os, "replace", dying)


FILES = len(FILE_NAMES)


@pytest.mark.parametrize("number", range(FILES))
@pytest.mark.parametrize("existing", [False, True], ids=["new", "empty directory"])
def test_a_new_bundle_appears_at_once_or_not_at_all(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, existing: bool
) -> None:
    bundle = tmp_path / "bundle"
    if existing:
        bundle.mkdir()
    kill_at(monkeypatch, number)
    with pytest.raises(Killed):
        export(pair.source, dest=str(bundle))
    assert list(tmp_path.iterdir()) == ([bundle] if existing else []), "nothing is left lying about"
    assert not existing or not list(bundle.iterdir())
    monkeypatch.undo()
    assert export(pair.source, dest=str(bundle))["changed"] is True


@pytest.mark.parametrize("number", range(1, FILES))
def test_an_older_bundle_that_was_half_replaced_is_refused_by_the_import_and_mended_by_the_next_export(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    kill_at(monkeypatch, number)
    with pytest.raises(Killed):
        export(pair.source, dest=bundle)
    monkeypatch.undo()

    result = drive("import", pair.target, src=bundle)
    assert result["failed"] and "checksum differs" in result["msg"]
    assert writes(pair.target) == []

    assert export(pair.source, dest=bundle)["changed"] is True
    assert export(pair.source, dest=bundle)["changed"] is False
    assert sorted(os.listdir(bundle)) == FILE_NAMES


def test_a_file_that_somebody_changed_is_written_anew(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    (tmp_path / "bundle" / "jobs.json").write_text("{}")
    assert export(pair.source, dest=bundle)["changed"] is True
    assert export(pair.source, dest=bundle)["changed"] is False


def test_a_dest_that_cannot_be_written_is_one_message(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("a file, no directory")
    result = drive("export", pair.source, dest=str(tmp_path / "letter" / "bundle"))
    assert result["failed"] and str(tmp_path / "letter" / "bundle") in result["msg"]
    assert "cannot be written" in result["msg"]
