# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading files of ours that somebody may have changed: only a file, only so large, and only what it should hold.

Whatever else lies at the path is one error that names it and says why. A pipe is not waited for, a device not read.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from .answer import Misfit
from .errors import InvalidInput
from .shape import Shape, check

# More than an answer may have (COLLECTION_BYTES), because a bundle is written with blanks.
MOST_BYTES = 512 * 2**20
MEGABYTE = 2**20
OPENING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
# What a misfit calls the whole of it.
WHOLE = "all of it"


class _No(Exception):
    """Why a file is not what it should be."""


def read_json(path: Path, shape: Shape, most_bytes: int = MOST_BYTES, what: str = "The file", remedy: str = "") -> Any:
    """What a file of JSON holds, of this shape. `what` is what the reader calls the file, `remedy` what to do.

    Raises InvalidInput.
    """
    return parsed(read_text(path, most_bytes, what, remedy), path, shape, what, remedy)


def read_text(path: Path, most_bytes: int = MOST_BYTES, what: str = "The file", remedy: str = "") -> str:
    """The text of a file. Raises InvalidInput."""
    try:
        return _read(path, most_bytes).decode("utf-8")
    except (_No, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or str(error)
    raise InvalidInput(f"{what} {path} cannot be read: {why}.", remedy)


def parsed(text: str, path: Path, shape: Shape, what: str = "The file", remedy: str = "") -> Any:
    """What a text holds as JSON, of this shape; `path` is where it stands. Raises InvalidInput."""
    try:
        value = json.loads(text)
        check(value, shape, WHOLE)
    except Misfit as misfit:
        why = str(misfit).replace(f"{WHOLE}.", "")
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError as error:
        why = f"it is not JSON ({error})"
    else:
        return value
    raise InvalidInput(f"{what} {path} cannot be read: {why}.", remedy)


def _read(path: Path, most_bytes: int) -> bytes:
    handle = os.open(path, OPENING)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _No("it is no file")
        # As much is asked for as there is: memory is taken before it is filled.
        content = file.read(min(found.st_size, most_bytes) + 1)
        if len(content) > found.st_size:
            # It grows, or its file system does not say how large it is.
            content += file.read(most_bytes + 1 - len(content))
    if len(content) > most_bytes:
        raise _No(f"it is larger than {most_bytes / MEGABYTE:g} MB")
    return content
