# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One language everywhere: the field's standard terms, and no word of our own where there is one of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tooling import tree
from tooling.sources import classes, python_files

FOLDERS = ("plugins", "roles", "playbooks", "docs", "tests", "meta")
FILES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile", "noxfile.py")
ENDINGS = {".py", ".yml", ".yaml", ".md", ".rst", ".j2", ".toml", ""}
# The word that is not used, and what is used instead.
INSTEAD = {
    "wish|wishes|wished": "desired, request",
    "deed|deeds": "operation, change",
    "told": "reported, said, shown",
    "spelt": "written",
    "born|birth": "created, create-only",
    "blow|blows": "disturbance, fault",
    "desk": "the name of what it is",
    "visiting|dialect|dialects": "sign-in, client, style",
}
FORBIDDEN = {re.compile(rf"(?<![A-Za-z])({words})(?![A-Za-z])", re.I): better for words, better in INSTEAD.items()}


def texts() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((tree.ROOT / folder).rglob("*"))]
    return [
        path
        for path in [*found, *(tree.ROOT / name for name in FILES)]
        if path.is_file() and path.suffix in ENDINGS and path != Path(__file__).resolve()
    ]


def others(path: Path) -> Iterator[str]:
    """The words in a file that are not used, with their lines and what is better."""
    text = path.read_text(encoding="utf-8")
    for pattern, better in FORBIDDEN.items():
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path.relative_to(tree.ROOT)}:{line}: {match[0]} (better: {better})"


def test_standard_terms_are_used() -> None:
    assert texts()
    found = [word for path in texts() for word in others(path)]
    assert not found, "\n".join(found)


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for source in python_files("plugins/module_utils"):
        for name in classes(source):
            places[name].append(str(source))
    assert not {name: where for name, where in places.items() if len(where) > 1}
