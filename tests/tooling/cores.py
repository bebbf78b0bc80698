# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of ansible-core that the collection supports, and the Pythons on which each runs as a controller."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

# Oldest first. The collection runs on Python 3.10 too; its tests want 3.11.
PYTHONS = {
    "2.16": ("3.11", "3.12"),
    "2.17": ("3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
# The Pythons of the build machines, and of the pins.
TESTED = ("3.11", "3.12", "3.13")
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def oldest(python: str = THIS_PYTHON) -> str:
    """The oldest supported ansible-core that runs on a Python."""
    return next(core for core, pythons in PYTHONS.items() if python in pythons)


def elsewhere(python: str = THIS_PYTHON) -> list[str]:
    """The supported versions of ansible-core that do not run on a Python."""
    return [core for core, pythons in PYTHONS.items() if python not in pythons]


def interpreter(core: str) -> str:
    """A Python of this machine for an ansible-core: a path, or the name of the one that is wanted and not there."""
    found = (path for python in PYTHONS[core] for path in installed(python))
    return next(found, f"python{PYTHONS[core][-1]}")


def installed(python: str) -> list[str]:
    """The paths of a Python on this machine; empty if it is not there."""
    if python == THIS_PYTHON:
        return [sys.executable]
    # The commands that pyenv puts into the path do nothing for a version that is not switched on.
    switched_off = sorted((Path.home() / ".pyenv" / "versions").glob(f"{python}.*/bin/python{python}"))
    in_path = shutil.which(f"python{python}")
    return [str(path) for path in switched_off] or ([in_path] if in_path and "shims" not in in_path else [])
