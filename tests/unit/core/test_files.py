# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A draft is put in its place whole or not at all, and leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.files import (
    Content,
    Draft,
    NotWritten,
    make_directories,
)

OLD, NEW = b"what was there\n", b"what is new\n"
# A device that is always full.
FULL = Path("/dev/full")


def content(data: bytes) -> Content:
    return Content(hashlib.sha256(data).hexdigest(), len(data))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(name="place")
def place_of_a_file(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.csv"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def test_a_new_file_is_its_owners_only_and_its_directories_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "evidence.csv"
    with Draft(path) as draft:
        draft.check()
        assert draft.existing() is None
        assert draft.write([NEW[:3], NEW[3:]]) == content(NEW)
        assert not (tmp_path / "a").exists()
        draft.place()
    assert path.read_bytes() == NEW and mode(path) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(place: Path) -> None:
    with Draft(place) as draft:
        assert draft.existing() == content(OLD)
        draft.write([NEW])
        assert place.read_bytes() == OLD
        draft.place()
    assert (place.read_bytes(), mode(place)) == (NEW, 0o640)


def test_a_draft_that_was_not_placed_is_gone(place: Path) -> None:
    with Draft(place) as draft:
        draft.write([NEW])
        (drafted,) = set(place.parent.iterdir()) - {place}
        assert mode(drafted) == 0o600
    assert place.read_bytes() == OLD and list(place.parent.iterdir()) == [place]


class Boom(BaseException):
    """An interrupt."""


def breaking_off() -> Iterator[bytes]:
    yield NEW
    raise Boom


def test_an_interrupt_leaves_the_old_file_and_nothing_else(place: Path) -> None:
    with pytest.raises(Boom), Draft(place) as draft:
        draft.write(breaking_off())
    assert place.read_bytes() == OLD and list(place.parent.iterdir()) == [place]


def test_a_link_stays_one(tmp_path: Path, place: Path) -> None:
    link = tmp_path / "latest.csv"
    link.symlink_to(place.name)
    with Draft(link) as draft:
        assert draft.existing() == content(OLD)
        draft.write([NEW])
        draft.place()
    assert link.is_symlink() and place.read_bytes() == NEW


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("size", [10, 10_000_000], ids=["full at the end", "full on the way"])
def test_a_full_disk_is_one_clear_error(place: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The draft lies where nothing can be written: the device stands for its disk."""
    real = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda handle, how: (os.close(handle), real(os.open(FULL, os.O_WRONLY), how))[1])
    with pytest.raises(NotWritten, match=r"No space left on device.*there is untouched"), Draft(place) as draft:
        draft.write([b"x" * size])
    assert place.read_bytes() == OLD and list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize("step", ["existing", "write", "place"])
def test_what_the_system_refuses_is_one_clear_error(place: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Whoever runs the tests may be allowed everything, so the system's refusals are made up."""

    def refuse(*_words: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with pytest.raises(NotWritten, match=f"{place} cannot be .*: Permission denied"), Draft(place) as draft:
        if step == "existing":
            monkeypatch.setattr(Path, "open", refuse)
            draft.existing()
        if step == "write":
            monkeypatch.setattr("tempfile.mkstemp", refuse)
        draft.write([NEW])
        monkeypatch.setattr(os, "replace", refuse)
        draft.place()
    monkeypatch.undo()
    assert place.read_bytes() == OLD and list(place.parent.iterdir()) == [place]


def test_whoever_may_not_give_files_away_keeps_them(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", refuse)
    with Draft(place) as draft:
        draft.write([NEW])
        draft.place()
    assert (place.read_bytes(), mode(place)) == (NEW, 0o640)


def test_no_place_for_a_file_is_refused_before_anything_is_asked(place: Path) -> None:
    with pytest.raises(InvalidInput, match="is no file"):
        Draft(place.parent).check()
    with pytest.raises(InvalidInput, match=f"{place} is no directory"):
        Draft(place / "deeper" / "evidence.csv").check()


def test_directories_are_made_for_nobody_else_and_those_that_are_there_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    wanted = tmp_path / "one" / "two" / "three"
    for _time in range(2):
        make_directories(wanted)
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, *reversed(wanted.parents[:2]), wanted)]
        assert modes == [0o755, 0o700, 0o700, 0o700]


def test_where_a_file_is_no_directory_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match=r"File exists|Not a directory"):
            make_directories(place)
