# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the project's own Python files as syntax, for the tests that look at the code instead of running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from tooling import tree

COLLECTION = ("ansible_collections", tree.NAMESPACE, tree.NAME)


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the repository, with slashes."""

    path: PurePosixPath

    @cached_property
    def text(self) -> str:
        return (tree.ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Import:
    """One imported module. `inside` is its path below the repository, `()` when it is not the collection's."""

    line: int
    name: str
    inside: tuple[str, ...]
    relative: bool


def python_files(*folders: str) -> list[Source]:
    """All Python files below the folders, in a stable order."""
    found = (path for folder in folders for path in sorted((tree.ROOT / folder).rglob("*.py")))
    return [_source(path.relative_to(tree.ROOT).as_posix()) for path in found]


@cache
def _source(path: str) -> Source:
    """One for each file, whoever asks: it is parsed once."""
    return Source(PurePosixPath(path))


def imports(source: Source) -> Iterator[Import]:
    """Every import statement of a file, also those in functions and under conditions."""
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _absolute(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(source, node)


def _absolute(line: int, name: str) -> Import:
    parts = tuple(name.split("."))
    inside = parts[len(COLLECTION) :] if parts[: len(COLLECTION)] == COLLECTION else ()
    return Import(line, name, inside, relative=False)


def _from(source: Source, node: ast.ImportFrom) -> Iterator[Import]:
    if not node.level:
        yield _absolute(node.lineno, node.module or "")
        return
    package = source.path.parts[: -node.level]
    base = (*package, *(node.module.split(".") if node.module else ()))
    dots = "." * node.level + (node.module or "")
    if (tree.ROOT / Path(*base)).with_suffix(".py").is_file():
        yield Import(node.lineno, dots, base, relative=True)
        return
    # `from . import secrets`: each name is a module of its own.
    for alias in node.names:
        yield Import(node.lineno, f"{dots}:{alias.name}", (*base, alias.name), relative=True)


def calls(source: Source) -> Iterator[tuple[int, str]]:
    """Line and last name of everything that is called: `module.fail_json(...)` is `fail_json`."""
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield node.lineno, function.attr
            elif isinstance(function, ast.Name):
                yield node.lineno, function.id


def classes(source: Source) -> Iterator[str]:
    """The names of the classes that a file defines at its top."""
    return (node.name for node in source.syntax.body if isinstance(node, ast.ClassDef))
