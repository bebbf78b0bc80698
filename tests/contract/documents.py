# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the vendor's OpenAPI files are, and how one is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

REVISIONS = ("1.0-rev2", "1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")

ENVIRONMENT_VARIABLE = "VENDOR_SPECS"
REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DIRECTORY = Path("../shared/specs")


class SpecificationsMissing(FileNotFoundError):
    """The vendor's files are not on this machine; the message names the folder."""


def spec_directory() -> Path:
    """The folder of the vendor's files; a relative one begins at the root of the repository."""
    return (REPOSITORY_ROOT / (os.environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_DIRECTORY)).resolve()


def find_documents(directory: Path) -> dict[str, Path]:
    """The file of each revision; raises `SpecificationsMissing` unless all exist."""
    return present({revision: directory / f"vbr-{revision}.json" for revision in REVISIONS}, directory)


def present(files: dict[str, Path], directory: Path) -> dict[str, Path]:
    """The files, if all exist; raises `SpecificationsMissing` otherwise."""
    absent = [file.name for file in files.values() if not file.is_file()]
    if absent:
        which = "all" if len(absent) == len(files) else ", ".join(absent)
        raise SpecificationsMissing(
            f"the vendor's OpenAPI files are not in {directory} (missing: {which}); "
            f"set {ENVIRONMENT_VARIABLE} to their folder"
        )
    return files


def read_document(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as stream:
        document: dict[str, Any] = json.load(stream)
    return document
