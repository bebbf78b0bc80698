# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file in the making: written beside its place piece by piece, and put there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from .errors import Failure, InvalidInput

PIECE_BYTES = 1024 * 1024
DIRECTORY_MODE = 0o700


class NotWritten(Failure):
    """A file could not be written: the disk is full, the directory is not ours."""


@dataclass(frozen=True)
class Content:
    """What a file holds, in so few words that two can be compared."""

    sha256: str
    size: int


class Draft:
    """A draft of the file at `path`; use it as a context manager, which leaves nothing behind but what was placed.

    Raises NotWritten for whatever goes wrong with files here; the file that was there is untouched then.
    """

    def __init__(self, path: Path) -> None:
        # A link stays one: what it leads to is replaced.
        self.path = Path(os.path.realpath(path))
        self._name = ""

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._name:
            with suppress(OSError):
                os.unlink(self._name)

    def check(self) -> None:
        """Refuse a place where no file can be. Raises InvalidInput."""
        if os.path.exists(self.path) and not os.path.isfile(self.path):
            raise InvalidInput(f"{self.path} is no file.", "Name a file as dest.")
        if not os.path.isdir(self._nearest()):
            raise InvalidInput(f"{self._nearest()} is no directory.", "Name another dest.")

    def there(self) -> Content | None:
        """What stands at the place now; None if nothing does."""
        digest, size = hashlib.sha256(), 0
        with self._told("cannot be read"):
            if not os.path.exists(self.path):
                return None
            with self.path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    digest.update(piece)
                    size += len(piece)
        return Content(digest.hexdigest(), size)

    def write(self, pieces: Iterable[bytes]) -> Content:
        """Write the draft, readable by its owner only. What `pieces` raises is passed on."""
        digest, size = hashlib.sha256(), 0
        with self._told("cannot be written"):
            handle, self._name = tempfile.mkstemp(dir=self._nearest(), prefix=f".{self.path.name}.")
        # Outside of `_told`: a failure of the pieces themselves has its own words.
        with self._closing(handle) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                with self._told("cannot be written"):
                    file.write(piece)
        return Content(digest.hexdigest(), size)

    def place(self) -> None:
        """Put the draft in its place, in one step. It takes over owner and mode of a file that is there."""
        with self._told("cannot be written"):
            self.path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            if os.path.exists(self.path):
                self._inherit(self.path.stat())
            os.replace(self._name, self.path)
        self._name = ""

    def _inherit(self, there: os.stat_result) -> None:
        # Whoever may not give files away keeps them.
        with suppress(PermissionError):
            os.chown(self._name, there.st_uid, there.st_gid)
        os.chmod(self._name, stat.S_IMODE(there.st_mode))

    def _nearest(self) -> Path:
        """The directory of the place, or of its directories the last one that is there: the same file system."""
        return next(directory for directory in self.path.parents if os.path.exists(directory))

    @contextmanager
    def _closing(self, handle: int) -> Iterator[BinaryIO]:
        """The draft, opened; on the disk when the context ends well."""
        file = os.fdopen(handle, "wb")
        try:
            yield file
            with self._told("cannot be written"):
                file.flush()
                os.fsync(handle)
        finally:
            # What could not be flushed has been told of.
            with suppress(OSError):
                file.close()

    @contextmanager
    def _told(self, complaint: str) -> Iterator[None]:
        """Inside, what goes wrong with files becomes an error that says so."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotWritten(f"{self.path} {complaint}: {reason}.", "Whatever was there is untouched.") from None


def write_file(path: Path, text: str) -> None:
    """Put a file in its place whole or not at all, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
