# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that can be read off the syntax: one decision, one edge, nothing too long to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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
    "plugins/module_utils/_vbr/automation.py",
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


def test_only_the_edge_ends_a_module() -> None:
    ways = {"fail_json", "exit_json", "AnsibleModule"}
    others = [source for source in PLUGINS if str(source) != EDGE]
    endings = [f"{source}:{line}" for source in others for line, name in calls(source) if name in ways]
    assert not endings, "raise below, exit above"


def test_modules_decide_nothing() -> None:
    assert MODULES
    assert not [f"{source}:{node.lineno}" for source in MODULES for node in _decisions(source)]


def _decisions(source: Source) -> Iterator[ast.stmt | ast.expr]:
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            continue
        if isinstance(node, ast.If | ast.IfExp | ast.Match | ast.Try):
            yield node


def test_files_are_short() -> None:
    # A module's documentation is as long as its options are many; its code is watched by the rule above.
    lines = {str(source): len(source.text.splitlines()) for source in OURS if source not in MODULES}
    assert not {name: count for name, count in lines.items() if count > MAX_FILE_LINES}


def test_functions_are_short() -> None:
    functions = (
        (source, node)
        for source in OURS
        for node in ast.walk(source.syntax)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert not [
        f"{source}:{node.lineno}: {node.name}" for source, node in functions if _lines(node) > MAX_FUNCTION_LINES
    ]


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
