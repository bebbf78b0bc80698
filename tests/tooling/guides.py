# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the code that people are asked to type: the blocks of the guides and of the README files.

In a guide a block of `shell` is run by a test as it stands, one of `yaml` with a caption is the file of that name, and
one of `console` is only shown, because it asks a person or belongs to another machine.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tooling import tree

GUIDES = tree.ROOT / "docs" / "docsite" / "rst"
DIRECTIVE = re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)$")
CAPTION = re.compile(r"^ +:caption: (?P<caption>\S+)$")
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)$")


@dataclass(frozen=True)
class Block:
    """A piece of code in a text; `line` is where it begins, `caption` the name of the file it stands for."""

    path: Path
    line: int
    language: str
    caption: str
    code: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(tree.ROOT)}:{self.line}"


def texts() -> list[Path]:
    """Everything that shows people what to type."""
    patterns = ("*.md", "docs/*.md", "docs/docsite/rst/*.rst", "roles/*/README.md", "tests/*/README.md")
    return sorted(path for pattern in patterns for path in tree.ROOT.glob(pattern))


def blocks(path: Path) -> list[Block]:
    """The code blocks of a text, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(_directives(path, lines) if path.suffix == ".rst" else _fences(path, lines))


def _directives(path: Path, lines: list[str]) -> Iterator[Block]:
    for number, line in enumerate(lines):
        found = DIRECTIVE.match(line)
        if not found:
            continue
        body = list(_deeper(lines[number + 1 :], len(found["indent"])))
        captions = [name["caption"] for text in body if (name := CAPTION.match(text))]
        code = textwrap.dedent("\n".join(text for text in body if not CAPTION.match(text))).strip("\n")
        yield Block(path, number + 1, found["language"], captions[0] if captions else "", code + "\n")


def _deeper(lines: list[str], indent: int) -> Iterator[str]:
    """The lines up to the first that is not indented more."""
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return
        yield line


def _fences(path: Path, lines: list[str]) -> Iterator[Block]:
    start, language = None, ""
    for number, line in enumerate(lines):
        found = FENCE.match(line)
        if found and start is None:
            start, language = number, found["language"]
        elif found and start is not None:
            code = textwrap.dedent("\n".join(lines[start + 1 : number]))
            yield Block(path, start + 1, language, "", code + "\n")
            start = None


def script(guide: str) -> str:
    """A guide as a script for bash: its files are written and its commands run, in the order of the text."""
    return "".join(_step(block) for block in blocks(GUIDES / f"{guide}.rst"))


def _step(block: Block) -> str:
    if block.language == "shell":
        return block.code
    if block.language == "yaml" and block.caption:
        end = "END_OF_FILE"
        return f"mkdir -p $(dirname {block.caption})\ncat > {block.caption} <<'{end}'\n{block.code}{end}\n"
    return ""
