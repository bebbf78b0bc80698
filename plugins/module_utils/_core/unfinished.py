# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are being written beside their place, and what is left of those whose writer was killed.

An unfinished file is `.<name>.<random>.unfinished`. Its writer holds a lock on it (flock), which the system takes back
when the writer ends, however it ends. So a file whose lock can be had is a leftover, and the next writer of the same
name removes it. A directory that is being made is `.<name>.<random>.unfinished.d`; it stands and falls with the file.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

SUFFIX = ".unfinished"
DIRECTORY_SUFFIX = ".d"
DIRECTORY_MODE = 0o700
# How the standard library makes a temporary name one of its own.
RANDOM = "[a-z0-9_]{8}"
# A link is not followed, a pipe is not waited for.
OPENING = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unfinished:
    """A new, empty, locked file for `name` in `directory`, readable by its owner only; use it as a context manager.

    It is placed, or it is removed. Leftovers of the same name are removed first. Raises OSError.
    """

    def __init__(self, directory: Path, name: str) -> None:
        sweep(directory, name)
        self.handle, self.path = _locked(directory, name)

    def __enter__(self) -> Unfinished:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.discard()

    def make_directory(self) -> Path:
        """The directory that belongs to the file: it is removed with it, unless it was put elsewhere."""
        directory = Path(self.path + DIRECTORY_SUFFIX)
        directory.mkdir(DIRECTORY_MODE)
        return directory

    def place(self, target: Path) -> None:
        """Put the file where it belongs, in one step."""
        os.replace(self.path, target)
        self._close()

    def discard(self) -> None:
        """Remove the file and its directory; one that was placed stays where it is."""
        if self.path:
            _remove(self.path)
            self._close()

    def _close(self) -> None:
        self.path = ""
        os.close(self.handle)


def sweep(directory: Path, name: str) -> None:
    """Remove what killed writers of `name` left in `directory`; what cannot be removed, or may be alive, stays."""
    ours = re.compile(rf"\.{re.escape(name)}\.{RANDOM}{re.escape(SUFFIX)}")
    left: list[str] = []
    with suppress(OSError), os.scandir(directory) as entries:
        left = [entry.path for entry in entries if ours.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)]
    for path in left:
        with suppress(OSError):
            _remove_if_dead(path)


def _locked(directory: Path, name: str) -> tuple[int, str]:
    while True:
        handle, path = tempfile.mkstemp(dir=directory, prefix=f".{name}.", suffix=SUFFIX)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # Another run took it for a leftover, before it was locked, and removes it now.
        except OSError:
            return handle, path  # A file system without locks, where nothing is swept either.
        else:
            if _is_at(handle, path):
                return handle, path
        os.close(handle)


def _remove_if_dead(path: str) -> None:
    handle = os.open(path, OPENING)
    try:
        if os.fstat(handle).st_uid == os.geteuid():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(handle, path):
                _remove(path)
    finally:
        os.close(handle)


def _remove(path: str) -> None:
    """The directory first: without its file it would never be found again."""
    directory = path + DIRECTORY_SUFFIX
    with suppress(OSError):
        if stat.S_ISDIR(os.lstat(directory).st_mode):
            shutil.rmtree(directory, ignore_errors=True)
    if not os.path.isdir(directory):
        with suppress(OSError):
            os.unlink(path)


def _is_at(handle: int, path: str) -> bool:
    """Whether the open file is the one that has the path now."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except OSError:
        return False
