# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the checkout the two places that Ansible's tools ask for, whatever folder it was cloned into.

`checkout()` is the live tree under its collection name, for running and importing; `snapshot()` is a copy in a git
repository of its own, for tools that resolve links and then miss `ansible_collections` in the path.
"""

from __future__ import annotations

import contextlib
import filecmp
import shutil
import subprocess
from pathlib import Path

NAMESPACE, NAME = "backupfleet", "rest"
ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
SNAPSHOT = CACHE / "snapshot"


def place(base: Path) -> Path:
    """Where Ansible looks for this collection below a folder of collections."""
    return base / "ansible_collections" / NAMESPACE / NAME


def checkout() -> Path:
    """Link the repository under its collection name; return the folder that ANSIBLE_COLLECTIONS_PATH wants."""
    base = CACHE / "collections"
    inside = place(base)
    if inside.is_symlink():  # as it was once
        inside.unlink(missing_ok=True)
    inside.mkdir(parents=True, exist_ok=True)
    # Each folder by itself: a link to the whole checkout would lead to itself, and whoever builds a collection with a
    # distlib before 0.4.2 follows links.
    wanted = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    for gone in {path.name for path in inside.iterdir()} - wanted:
        (inside / gone).unlink(missing_ok=True)
    for name in wanted:
        # It is there from an earlier run, or since a moment ago from another pytest worker.
        with contextlib.suppress(FileExistsError):
            # Relative, so that a checkout may be moved.
            (inside / name).symlink_to(Path("../../../../..", name))
    return base


def environment(collections: Path | None = None) -> dict[str, str]:
    """The variables that let Ansible find the collection (the checkout's, or the one below `collections`)
    and keep its own files out of the home directory."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(collections or checkout()),
        "ANSIBLE_HOME": str(CACHE / "ansible"),
        # A config file of the user's must not decide what the tests and the demo show.
        "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
    }


def snapshot(base: Path = SNAPSHOT) -> Path:
    """Copy what git would commit, so including new files; return the copied collection's root, somewhere in `base`."""
    copy = place(base)
    wanted = _files()
    for stale in _copied(copy) - wanted:
        (copy / stale).unlink()
    for path in sorted(wanted):
        source, target = ROOT / path, copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # Untouched files keep their time stamps, so that the tools' caches stay warm.
        if not (target.exists() and filecmp.cmp(source, target, shallow=False)):
            shutil.copy2(source, target)
    if not (copy / ".git").exists():
        _git("init", "--quiet", cwd=copy)
    return copy


def _files() -> set[Path]:
    """Tracked and new files that exist and are not ignored."""
    listing = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT)
    return {Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file()}


def _copied(copy: Path) -> set[Path]:
    found = {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()}
    return {path for path in found if path.parts[0] != ".git" and path.parts[:2] != ("tests", "output")}


def _git(*words: str, cwd: Path) -> str:
    return subprocess.run(("git", *words), cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout
