# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a report's page without a browser: its numbers, its words, its elements, and what it would ask for."""

from __future__ import annotations

import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

# Attributes by which a page makes a browser ask for something, or do something.
ASKING = {"src", "href", "srcset", "action", "data", "poster", "background", "formaction", "ping", "manifest"}
# What a style sheet asks for.
STYLE_ASKING = re.compile(r"@import|url\(|image-set\(", re.I)
EMPTY_ICON = "data:,"


class Page(HTMLParser):
    """What a page says. `numbers[kind][outcome]`, `totals[outcome]`, `sessions`, `text`, `tags`, `asks`, `handlers`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.numbers: dict[str, dict[str, int]] = {}
        self.totals: dict[str, int] = {}
        self.sessions: list[str] = []
        self.outcome = ""
        self.tags: set[str] = set()
        self.asks: list[str] = []
        self.handlers: list[str] = []
        self.styles = ""
        self.text = ""
        self._open: list[str] = []
        self._kind = ""
        self._counts: tuple[dict[str, int], str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._open.append(tag)
        self.asks += [value for name, value in given.items() if name in ASKING and value != EMPTY_ICON]
        self.handlers += [name for name in given if name.startswith("on")]
        self.styles += given.get("style", "")
        self._kind = given.get("data-kind", "" if tag == "tr" else self._kind)
        if tag == "td" and "data-outcome" in given:
            self._counts = (self.numbers.setdefault(self._kind, {}), given["data-outcome"])
        elif "data-total" in given:
            self._counts = (self.totals, given["data-total"])
        elif "data-outcome" in given:
            self.outcome = given["data-outcome"]
        if "data-session" in given:
            self.sessions.append(given["data-session"])

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.styles += data
            return
        self.text += data
        if self._counts and data.strip():
            counts, outcome = self._counts
            counts[outcome] = int(data)
            self._counts = None

    @property
    def style_asks(self) -> list[str]:
        return STYLE_ASKING.findall(self.styles)


def counted(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The numbers of a report that its page shows: a column in which there is nothing is left out."""
    return {
        kind: {outcome: number for outcome, number in numbers.items() if report["totals"][outcome]}
        for kind, numbers in report["kinds"].items()
    }


def reported(folder: Path, stem: str = "report") -> tuple[dict[str, Any], Page]:
    """What the newest run left in the directory of a pair for programs and for people; `plan` is that of a dry run.

    Raises AssertionError unless both are for nobody else, and say the same.
    """
    kept = folder / "reports" / {"report": "latest", "plan": "latest-plan"}[stem]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    files = [kept / f"{stem}.{ending}" for ending in ("json", "html")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    report: dict[str, Any] = json.loads(files[0].read_text(encoding="utf-8"))
    read = Page(files[1].read_text(encoding="utf-8"))
    assert read.numbers == counted(report)
    assert read.outcome == report["outcome"]
    return report, read
