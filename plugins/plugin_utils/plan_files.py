# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A saved plan as a page and as a text, which lie beside its file: every object with all that would be sent of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..filter.migration_page import migration_page
from ..filter.migration_summary import migration_summary
from ..module_utils._core.errors import InvalidInput, quoted, visible
from ..module_utils._core.files import write_file
from ..module_utils._core.local_json import read_json
from ..module_utils._core.shape import ANYTHING, STRING, Shape

INDENT = 2
# Of what is there already no more is sent than differs, which is shown in any case; of what is not moved, nothing.
SENT = ("create", "blocked")
CHANGES: Shape = [{"field!": STRING, "before": ANYTHING, "after": ANYTHING}]
# As much of a plan as is shown here.
PLAN: Shape = {
    "digest!": STRING,
    "objects!": [
        {
            **dict.fromkeys(("kind!", "key!", "action!", "phase!", "name", "reason"), STRING),
            "attributes!": {},
            "needs!": [{"kind!": STRING, "key!": STRING}],
            "diff!": CHANGES,
            "converted": CHANGES,
        }
    ],
}
MARKS = {"create": "+", "keep": "=", "drift": "~", "update": "^", "blocked": "!", "skip": "-"}
Row = Mapping[str, Any]


def saved_plan(run: Row) -> Row:
    """The saved plan that a `run` wrote or carried out, read from its file; nothing if there is another one by now."""
    path, digest = run.get("plan"), run["steps"].get("import", {}).get("plan_digest")
    if not path or not digest:
        return {}
    try:
        content: Row = read_json(Path(path), PLAN)
    except InvalidInput:
        return {}
    return content if content["digest"] == digest else {}


def attributes(plan: Row) -> dict[tuple[str, str], str]:
    """All that would be sent of each object that is to be created, as text, by kind and key."""
    return {
        (one["kind"], one["key"]): json.dumps(one["attributes"], indent=INDENT, ensure_ascii=False)
        for one in plan.get("objects", [])
        if one["action"] in SENT and one["attributes"]
    }


def plan_files(report: Row, plan: Row, template: str, page: str) -> dict[str, str]:
    """The page and the text of a saved plan by how their names end; `page` is where the page is going to be."""
    lines = [*migration_summary(report, page), "", *(visible(line) for line in _objects(plan))]
    text = "".join(f"{line}\n" for line in lines)
    return {".html": migration_page(report, template, attributes(plan)), ".txt": text}


def write_beside(path: Path, files: Mapping[str, str]) -> None:
    """Write the files beside that of the plan, each whole or not at all. Raises OSError."""
    for ending, text in files.items():
        write_file(path.with_suffix(ending), text)


def _objects(plan: Row) -> Iterator[str]:
    """Each object with what happens to it, when, why, and in which fields it differs."""
    yield "  ".join(f"{mark} {action}" for action, mark in MARKS.items())
    for kind in dict.fromkeys(one["kind"] for one in plan["objects"]):
        yield f"{kind}:"
        for one in plan["objects"]:
            if one["kind"] == kind:
                yield from _object(one)


def _object(one: Row) -> Iterator[str]:
    name = f"{one['name']} [{one['key']}]" if one["name"] not in ("", one["key"]) else one["key"]
    phase = f" (phase {one['phase']})" if one["action"] == "create" else ""
    yield f"  {MARKS[one['action']]} {name}{phase}{': ' if one['reason'] else ''}{one['reason']}"
    if one["needs"]:
        yield "      needs " + ", ".join(f"{need['kind']} {quoted(need['key'])}" for need in one["needs"])
    than = "becomes" if one["action"] == "update" else "instead of"
    for change in one["diff"]:
        yield f"      {change['field']}: {quoted(change['before'])} {than} {quoted(change['after'])}"
    for change in one.get("converted", ()):
        yield f"      {change['field']}: {quoted(change['before'])} becomes {quoted(change['after'])} (converted)"
