# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing files whole or not at all: each is written beside its place, and then put there in one step."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import Failure, InvalidInput
from .unfinished import DIRECTORY_MODE, Unfinished

PIECE_BYTES = 1024 * 1024
NOT_IN_NAMES = re.compile(r"[^\w.-]")
# File systems allow 255 bytes, and a character has four at the most.
NAME_CHARACTERS = 60


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
        # A link stays a link: the file that it leads to is replaced.
        self.path = Path(os.path.realpath(path))
        self._unfinished: Unfinished | None = None

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._discard()

    def check(self) -> None:
        """Refuse a place where no file can be. Raises InvalidInput."""
        if os.path.exists(self.path) and not os.path.isfile(self.path):
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

        def guard() -> AbstractContextManager[None]:
            return self._guard("cannot be written")

        self._discard()
        self._unfinished = _write_beside(self._nearest(), self.path.name, measured(), guard)
        return Content(digest.hexdigest(), size)

    def place(self) -> None:
        """Put the draft in its place, in one step. It takes over owner and mode of a file that is there."""
        with self._guard("cannot be written"):
            self.path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
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
    with _write_beside(path.parent, path.name, [text.encode()]) as unfinished:
        unfinished.place(path)


def make_room(path: Path) -> None:
    """Make the directory of a file, and prove that a file can be written there. Raises InvalidInput."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.is_dir():
            raise IsADirectoryError("it is a directory")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error}.", "Nothing was sent. Name another file.") from None


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
