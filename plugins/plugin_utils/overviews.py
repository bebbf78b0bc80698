# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overview of a run over many pairs: how each ended, its numbers, what to do, and its report."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..filter.migration_page import migration_page
from ..module_utils._core.errors import visible
from ..module_utils._vbr.handover.whereabouts import DIVERGED
from ..module_utils._vbr.report.words import BAD, OUTCOMES, WITHOUT, in_numbers, would_be

FORMAT = "backupfleet.rest/overview/1"
INDENT = 4
STEM = "overview"
# Of a pair whose run did not come as far as its report.
LOST: dict[str, Any] = {
    "outcome": WITHOUT,
    "dry_run": False,
    "totals": {},
    "jobs": {},
    "would": {},
    "verified": None,
    "report": "",
    "next": "See in the output of the run where it failed, and run it again for this pair.",
}
Row = Mapping[str, Any]


def overview(name: str, ended: str, pairs: Sequence[str], made: Iterable[Row]) -> dict[str, Any]:
    """The overview of the run `name`. `made` is, for each of `pairs`, what the report of this run gave, or nothing."""
    rows = [_row(pair, result) for pair, result in zip(pairs, made, strict=True)]
    return {
        "format": FORMAT,
        "name": name,
        "ended": ended,
        "outcomes": dict(Counter(row["outcome"] for row in rows)),
        "pairs": sorted(rows, key=_is_well),
    }


def _is_well(row: Row) -> bool:
    """Whether there is nothing that a reader has to look at first."""
    return row["outcome"] not in BAD and row["verified"] is not False and not row["jobs"].get(DIVERGED)


def _row(pair: str, result: Row) -> dict[str, Any]:
    brief = result.get("brief") or LOST
    row = {name: brief.get(name, LOST[name]) for name in LOST}
    totals = {of: int(row["totals"].get(of, 0)) for of in OUTCOMES}
    return {"pair": str(pair), **row, "totals": totals, "failure": str(result.get("failure", ""))}


def overview_files(document: Row, template: str, folder: Path) -> dict[str, str]:
    """The overview for programs and for people by file name, as they are in `folder`."""
    links = {row["pair"]: _link(row["report"], folder) for row in document["pairs"] if row["report"]}
    shown = {**document, "links": links, "columns": _columns(document)}
    text = json.dumps(document, indent=INDENT, ensure_ascii=False) + "\n"
    return {f"{STEM}.json": text, f"{STEM}.html": migration_page(shown, template)}


def overview_lines(document: Row, page: str = "") -> list[str]:
    """The overview in lines that any terminal can show."""
    return [visible(line) for line in _lines(document, page)]


def _lines(document: Row, page: str) -> Iterator[str]:
    ended = ", ".join(f"{count} {outcome}" for outcome, count in document["outcomes"].items())
    yield f"{document['name']}: {len(document['pairs'])} pairs: {ended}"
    for row in document["pairs"]:
        counts = [f"{row['totals'][of]} {of}" for of in OUTCOMES if row["totals"][of]]
        unlike = "the target is not as it should be" if row["verified"] is False else ""
        jobs = f"jobs: {in_numbers(row['jobs'])}" if row["jobs"] else ""
        would = f"would be: {would_be(row['would'])}" if row["would"] else ""
        said = (row["outcome"], ", ".join(counts), jobs, would, unlike)
        yield f"{row['pair']}: {'; '.join(filter(None, said))}"
        yield from (f"  {line}" for line in (row["failure"], row["next"]) if line)
    if page:
        yield f"overview: {page}"


def _columns(document: Row) -> list[str]:
    """What there is of any pair."""
    return [of for of in OUTCOMES if any(row["totals"][of] for row in document["pairs"])]


def _link(report: str, folder: Path) -> str:
    return quote(os.path.relpath(report, folder))
