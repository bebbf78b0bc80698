# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing files whole or not at all: each is written beside its place, and then put there in one step.

An unfinished file is `.<name>.<random>.unfinished`. Its writer holds a lock on it (flock), which the system takes back
when the writer ends, however it ends. So a file whose lock can be had is a leftover, and the next writer of the same
name removes it. A directory that is being made is `.<name>.<random>.unfinished.d`; it stands and falls with the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .errors import Failure, InvalidInput

PIECE_BYTES = 1024 * 1024
NOT_IN_NAMES = re.compile(r"[^\w.-]")
# File systems allow 255 bytes, and a character has four at the most.
NAME_CHARACTERS = 60
SUFFIX = ".unfinished"
DIRECTORY_SUFFIX = ".d"
LOCK_SUFFIX = ".lock"
DIRECTORY_MODE = 0o700
FILE_MODE = 0o600
# How the standard library makes a temporary name one of its own.
RANDOM = "[a-z0-9_]{8}"
# How often another run may take a new file for a leftover before it is locked.
ATTEMPTS = 20
# A link is not followed, a pipe is not waited for.
OPENING = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NotWritten(Failure):
    """A file could not be written: the disk is full, the directory is not ours."""


@dataclass(frozen=True)
class Content:
    """The content of a file in so few words that two files can be compared."""

    sha256: str
    size: int


def name_of(text: str) -> str:
    """A text of a server as a part of the name of a file, which stays in its directory whatever the text is."""
    return NOT_IN_NAMES.sub("_", text)[:NAME_CHARACTERS]


class Draft:
    """A file that is written first and placed later; use it as a context manager.

    Example: `with Draft(path) as draft: draft.write(pieces); draft.place()`. Without `place` the file at `path` stays
    as it is, and so it does after a failure; the draft itself is removed. Raises NotWritten.
    """

    def __init__(self, path: Path) -> None:
        self.path = _meant(path)
        self._unfinished: Unfinished | None = None

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._discard()

    def check(self) -> None:
        """Refuse a place where no file can be. Raises InvalidInput."""
        if not is_place(self.path):
            raise InvalidInput(f"{self.path} is no file.", "Name a file as dest.")
        if not os.path.isdir(self._nearest()):
            raise InvalidInput(f"{self._nearest()} is no directory.", "Name another dest.")

    def existing(self) -> Content | None:
        """The content of the file that is at the place now; None if there is none."""
        digest, size = hashlib.sha256(), 0
        with self._guard("cannot be read"):
            if not os.path.exists(self.path):
                return None
            with self.path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    digest.update(piece)
                    size += len(piece)
        return Content(digest.hexdigest(), size)

    def write(self, pieces: Iterable[bytes]) -> Content:
        """Write the draft, readable by its owner only. An error of `pieces` itself is passed on as it is."""
        digest, size = hashlib.sha256(), 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                yield piece

        self._discard()
        self._unfinished = _write_beside(
            self._nearest(), self.path.name, measured(), partial(self._guard, "cannot be written")
        )
        return Content(digest.hexdigest(), size)

    def place(self) -> None:
        """Put the draft in its place, in one step. It takes over owner and mode of a file that is there."""
        with self._guard("cannot be written"):
            make_directories(self.path.parent)
            if self._unfinished is None:
                raise ValueError("a draft is written first")
            if os.path.exists(self.path):
                _inherit(self._unfinished.path, self.path.stat())
            self._unfinished.place(self.path)

    def _discard(self) -> None:
        if self._unfinished:
            self._unfinished.discard()

    def _nearest(self) -> Path:
        """The nearest directory above the place that exists: it is on the same file system."""
        return next(directory for directory in self.path.parents if os.path.exists(directory))

    @contextmanager
    def _guard(self, complaint: str) -> Iterator[None]:
        """Inside, an error of the file system becomes NotWritten."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotWritten(f"{self.path} {complaint}: {reason}.", "Whatever was there is untouched.") from None


def write_file(path: Path, text: str) -> None:
    """Write a file, readable by its owner only; it replaces one that is there. Raises OSError."""
    place = _meant(path)
    with _write_beside(place.parent, place.name, [text.encode()]) as unfinished:
        unfinished.place(place)


def make_directories(directory: Path) -> None:
    """Make a directory and what is missing above it, for nobody else; what is there stays. Raises OSError."""
    missing = [path for path in directory.parents if not path.exists()]
    for each in (*reversed(missing), directory):
        each.mkdir(DIRECTORY_MODE, exist_ok=True)


def make_room(path: Path) -> None:
    """Make the directory of a file, and prove that a file of this name can be written there. Raises InvalidInput."""
    place = _meant(path)
    try:
        make_directories(place.parent)
        if not is_place(path):
            raise OSError("it is no file")
        with Unfinished(place.parent, place.name):
            pass
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be written: {error}.", "Nothing was sent. Name another file.") from None


def is_place(path: Path) -> bool:
    """Whether a file may be at a path: there is one, or nothing; a directory, a pipe and a device are none."""
    return not os.path.exists(path) or os.path.isfile(path)


def _meant(path: Path) -> Path:
    """The file itself: a link stays a link, and what it leads to is replaced."""
    return Path(os.path.realpath(path))


def _inherit(path: str, existing: os.stat_result) -> None:
    # Whoever may not give files away keeps them.
    with suppress(PermissionError):
        os.chown(path, existing.st_uid, existing.st_gid)
    os.chmod(path, stat.S_IMODE(existing.st_mode))


def _write_beside(
    directory: Path,
    name: str,
    pieces: Iterable[bytes],
    guard: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Unfinished:
    """Write an unfinished file for `name` to the disk, readable by its owner only.

    A failure leaves no file behind. Each use of the disk is inside of a `guard()`, the making of the pieces is not.
    """
    with guard():
        unfinished = Unfinished(directory, name)
    try:
        # A second handle: the first one has the lock, which lasts until the file is placed.
        file = os.fdopen(os.dup(unfinished.handle), "wb")
        try:
            for piece in pieces:
                with guard():
                    file.write(piece)
            with guard():
                file.flush()
                os.fsync(file.fileno())
        finally:
            # What could not be flushed is an error already.
            with suppress(OSError):
                file.close()
    except BaseException:
        unfinished.discard()
        raise
    return unfinished


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Inside, no other run holds the file at this path. Raises InvalidInput if one does, or if the place is none.

    The lock is a file beside it, which is gone afterwards; that of a killed run can be had at once.
    """
    place = _meant(path)
    lock = str(place.with_name(f".{place.name}{LOCK_SUFFIX}"))
    try:
        handle = _hold(lock)
    except BlockingIOError:
        raise InvalidInput(
            f"Another run is at work with {path}.", "Nothing was changed. Run again when it has ended."
        ) from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be locked: {error}.", "Nothing was changed. Name another file.") from None
    try:
        yield
    finally:
        # Removed first: whoever waits for it looks whether it is still the one that has the path.
        with suppress(OSError):
            os.unlink(lock)
        os.close(handle)


def _hold(lock: str) -> int:
    """A handle to a locked file. Raises BlockingIOError if another has it, OSError."""
    for _attempt in range(ATTEMPTS):
        handle = os.open(lock, OPENING | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise
        except OSError:
            return handle  # A file system without locks.
        if _is_at(handle, lock):
            return handle
        os.close(handle)
    raise BlockingIOError


# -- unfinished files --------------------------------------------------------------------------------------------------


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
    for _attempt in range(ATTEMPTS):
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
    raise OSError(f"no file for {name} could be locked in {directory}")


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
