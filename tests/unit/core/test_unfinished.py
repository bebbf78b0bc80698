# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a killed run left is removed by the next one; what a live one writes, or others keep, stays."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.files import Draft, Unfinished, sweep, write_file
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bundle import (
    Bundle,
    ServerIdentity,
    read_bundle,
    render,
    write_bundle,
)
from tooling import tree

NAME = "evidence.csv"
LEFTOVER = f".{NAME}.abcd_123.unfinished"
BUNDLE = Bundle("1.2-rev1", ServerIdentity("vbr"), {"jobs": {"jobs": [{"name": "A"}]}})
COLLECTION = "ansible_collections.backupfleet.rest.plugins.module_utils"
# Writers that stop in the middle, and go on when they are given a line.
DRAFT = f"""
import sys
from pathlib import Path
from {COLLECTION}._core.files import Draft
def pieces():
    yield b"half of it, "
    print("in the middle", flush=True)
    sys.stdin.readline()
    yield b"all of it"
with Draft(Path(sys.argv[1])) as draft:
    draft.write(pieces())
    draft.place()
"""
DIRECTORY = f"""
import sys
from pathlib import Path
from {COLLECTION}._vbr.migration import bundle
write = bundle.write_file
def slow(path, text):
    write(path, text)
    print("in the middle", flush=True)
    sys.stdin.readline()
bundle.write_file = slow
made = bundle.Bundle("1.2-rev1", bundle.ServerIdentity("vbr"), {{"jobs": {{"jobs": []}}}})
bundle.write_bundle(Path(sys.argv[1]), bundle.render(made))
"""
MANY = f"""
import sys
from pathlib import Path
from {COLLECTION}._core.files import write_file
for number in range(300):
    write_file(Path(sys.argv[1]), "x" * number)
"""


def start(program: str, path: Path) -> subprocess.Popen[str]:
    paths = os.pathsep.join((str(tree.ROOT / "tests"), str(tree.checkout())))
    command = (sys.executable, "-c", program, str(path))
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def in_the_middle(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    with start(program, path) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "in the middle\n"
            yield writer
        finally:
            writer.kill()


def names(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir())


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with in_the_middle(DRAFT, path):
        (left,) = names(tmp_path)
    assert names(tmp_path) == [left]
    write_file(path, "whole")
    assert names(tmp_path) == [NAME]


def test_what_a_live_run_writes_stays_and_is_placed(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with in_the_middle(DRAFT, path) as writer:
        with Draft(path) as draft:
            draft.write([b"of another run"])
            draft.place()
        assert len(names(tmp_path)) == 2
        writer.communicate("\n")
        assert writer.returncode == 0
    assert (names(tmp_path), path.read_text()) == ([NAME], "half of it, all of it")


def test_the_next_export_removes_the_directory_that_a_killed_one_left(tmp_path: Path) -> None:
    with in_the_middle(DIRECTORY, tmp_path / "bundle"):
        left = names(tmp_path)
        assert [name.partition(".unfinished")[2] for name in left] == ["", ".d"]
        # A live one keeps its own.
        sweep(tmp_path, "bundle")
        assert names(tmp_path) == left
    write_bundle(tmp_path / "bundle", render(BUNDLE))
    assert names(tmp_path) == ["bundle"]
    assert read_bundle(tmp_path / "bundle") == BUNDLE


def test_a_file_of_a_bundle_that_was_being_replaced_is_removed_too(tmp_path: Path) -> None:
    write_bundle(tmp_path, render(BUNDLE))
    (tmp_path / ".jobs.json.abcd_123.unfinished").touch()
    write_bundle(tmp_path, render(BUNDLE))
    assert names(tmp_path) == ["jobs.json", "manifest.json"]


def test_two_runs_that_write_the_same_file_all_the_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    runs = [start(MANY, tmp_path / NAME) for _run in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    for run in runs:
        run.communicate()
    assert names(tmp_path) == [NAME]


@pytest.mark.parametrize(
    "name",
    [
        *(f".{NAME}.original", f".{NAME}.abcd_123", f".{NAME}.abcd_123.unfinished.d", f"{NAME}.abcd_123.unfinished"),
        *(f".{NAME}.ABCD_123.unfinished", f".{NAME}.abcd_1234.unfinished", ".other.csv.abcd_123.unfinished"),
        *(f".{NAME}.abcd_123.unfinished\n", ".evidenceXcsv.abcd_123.unfinished", f"x.{NAME}.abcd_123.unfinished"),
    ],
)
def test_what_has_another_name_is_not_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    write_file(tmp_path / NAME, "whole")
    assert names(tmp_path) == sorted([NAME, name])


def test_what_is_no_plain_file_is_not_ours(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody's")
    link, pipe, folder = (tmp_path / f".{NAME}.{letter * 8}.unfinished" for letter in "lpf")
    link.symlink_to(elsewhere)
    os.mkfifo(pipe)
    folder.mkdir()
    write_file(tmp_path / NAME, "whole")
    assert len(names(tmp_path)) == 5
    assert elsewhere.read_text() == "somebody's"


def test_a_link_instead_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / LEFTOVER).touch()
    (tmp_path / f"{LEFTOVER}.d").symlink_to(tmp_path / "elsewhere")
    sweep(tmp_path, NAME)
    assert (tmp_path / "elsewhere" / "kept").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / LEFTOVER).touch()
    os.chown(tmp_path / LEFTOVER, 65534, 65534)
    sweep(tmp_path, NAME)
    assert names(tmp_path) == [LEFTOVER]


def test_without_locks_files_are_written_and_nothing_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (tmp_path / LEFTOVER).touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    write_file(tmp_path / NAME, "whole")
    assert names(tmp_path) == sorted([LEFTOVER, NAME])


@pytest.mark.parametrize("locked", [True, False], ids=["another run has its lock", "another run has removed it"])
def test_a_file_that_was_taken_for_a_leftover_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    real, taken = fcntl.flock, list[str]()

    def late(handle: int, how: int) -> None:
        if not taken:
            taken.extend(names(tmp_path))
            (tmp_path / taken[0]).unlink()
            if locked:
                raise BlockingIOError
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with Unfinished(tmp_path, NAME) as unfinished:
        (name,) = names(tmp_path)
        assert [name] != taken
        unfinished.place(tmp_path / NAME)
    assert names(tmp_path) == [NAME]
