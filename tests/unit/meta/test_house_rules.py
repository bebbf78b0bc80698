# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that can be read off the syntax: one decision, one edge, nothing too long to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tooling.sources import Source, calls, python_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
EDGE = "plugins/module_utils/_core/edge.py"

PLUGINS = python_files("plugins")
MODULES = python_files("plugins/modules")
OURS = python_files("plugins", "tests")


def _attributes(source: Source, name: str) -> Iterator[int]:
    return (node.lineno for node in ast.walk(source.syntax) if isinstance(node, ast.Attribute) and node.attr == name)


def test_check_mode_is_read_once() -> None:
    places = [f"{source}:{line}" for source in PLUGINS for line in _attributes(source, "check_mode")]
    assert len(places) == 1
    assert places[0].startswith(EDGE)


# Where the code lets time pass, or goes round without knowing how often. Every other wait is one of `poll`, every other
# list one of `paging`: they end.
WAITS = {
    "plugins/module_utils/_core/polling.py",
    "plugins/module_utils/_core/transport.py",
    # The pieces of a download, each of which has a deadline.
    "plugins/module_utils/_core/http.py",
    # Three looks for the announcement of a session that was lost.
    "plugins/module_utils/_vbr/migration/apply.py",
    # A few attempts for a task that says "not found" of what was made a moment ago.
    "plugins/module_utils/_em/job_clone.py",
    # While the appliance is busy, until wait_timeout.
    "plugins/module_utils/_vcsa/starting.py",
}


def test_whatever_waits_ends() -> None:
    sleeps = {str(source) for source in PLUGINS for _line in _attributes(source, "sleep")}
    endless = {
        str(source)
        for source in PLUGINS
        for node in ast.walk(source.syntax)
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant)
    }
    own = "plugins/module_utils/_core/connection.py"
    assert sleeps | endless == WAITS | {own}


@pytest.mark.parametrize("source", PLUGINS, ids=str)
def test_only_the_edge_ends_a_module(source: Source) -> None:
    endings = [line for line, name in calls(source) if name in {"fail_json", "exit_json", "AnsibleModule"}]
    assert not endings or str(source) == EDGE, f"{source}:{endings}: raise below, exit above"


@pytest.mark.parametrize("source", MODULES, ids=str)
def test_modules_decide_nothing(source: Source) -> None:
    decisions = [node for node in ast.walk(source.syntax) if isinstance(node, ast.If | ast.IfExp | ast.Match | ast.Try)]
    guard = [
        node for node in decisions if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
    ]
    assert decisions == guard


@pytest.mark.parametrize("source", OURS, ids=str)
def test_files_are_short(source: Source) -> None:
    # A module's documentation is as long as its options are many; its code is watched by the rule above.
    assert source in MODULES or len(source.text.splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("source", OURS, ids=str)
def test_functions_are_short(source: Source) -> None:
    functions = (node for node in ast.walk(source.syntax) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = [f"{node.name} at line {node.lineno}" for node in functions if _lines(node) > MAX_FUNCTION_LINES]
    assert not long


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
