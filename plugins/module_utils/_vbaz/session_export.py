# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting the sessions of an appliance: into a draft beside the file, and in its place if it is another one.

Files are the appliance's own, byte for byte: no source documents their layout, so nothing here reads it
(facts/vbaz.md 5). JSON is made here from the list of sessions, except by the oldest version, whose export gives it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.connection import Connection
from .._core.errors import BadAnswer, InvalidInput
from .._core.files import Content, Draft
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .client import OLDEST, Vbaz, is_page
from .document import Document
from .filters import Filters, filters_of
from .sessions import FILTERS, RULES, SESSIONS, Row, by_id, sessions

EXPORT = f"{SESSIONS}/export"
JSON = "json"
ACCEPT = {"csv": "text/csv", "xml": "application/xml", JSON: "application/json"}
# What a Content-Type says a body is. The documented one of the export says nothing (facts/vbaz.md 1).
SAYS = {"html": "a page", "json": JSON, "xml": "xml", "csv": "csv"}
FROM_EXPORT, FROM_LIST = "export", "list"


@dataclass(frozen=True)
class Wish:
    """Which sessions, in which format, into which file."""

    path: Path
    format: str
    filters: Filters


@dataclass(frozen=True)
class Desk:
    """Where an export is made: a signed-in conversation, and a draft of the file."""

    service: Vbaz
    draft: Draft


@dataclass(frozen=True)
class Made:
    """What was drafted, and what stands in its place so far. `count` is None for a file that nobody here reads."""

    content: Content
    there: Content | None
    made_from: str
    content_type: str
    count: int | None
    api_version: str


@dataclass(frozen=True)
class SessionsPlan:
    """A draft to be put in its place if that holds anything else."""

    path: Path
    format: str
    made: Made

    @property
    def changed(self) -> bool:
        return self.made.content != self.made.there

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        header = str(self.path)
        before, after = _shown(self.made.there), _shown(self.made.content)
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        told = {
            "path": str(self.path),
            "checksum": self.made.content.sha256,
            "size": self.made.content.size,
            "format": self.format,
            "made_from": self.made.made_from,
            "content_type": self.made.content_type,
            "api_version": self.made.api_version,
        }
        return told if self.made.count is None else {**told, "count": self.made.count}


def _shown(content: Content | None) -> str:
    return f"sha256: {content.sha256}\nsize: {content.size}\n" if content else ""


def validate(params: Params) -> Wish:
    filters = filters_of(params)
    path = _path(params)
    Draft(path).check()
    return Wish(path, params["format"], filters)


def _path(params: Params) -> Path:
    """The file: `dest`, or in the directory that it is, one that is named after the appliance."""
    dest = Path(params["dest"])
    if not os.path.isdir(dest) and not params["dest"].endswith("/"):
        return dest
    host = str(params["hostname"]).replace(":", "_")
    return dest / f"{host}_sessions.{params['format']}"


@contextmanager
def open_desk(connection: Connection, wish: Wish) -> Iterator[Desk]:
    with Draft(wish.path) as draft, Vbaz(connection) as service:
        yield Desk(service, draft)


def look(desk: Desk, wish: Wish, progress: Progress) -> Made:
    """Nothing changes at the appliance by exporting, so it is done at once; the file is put in its place later."""
    service = desk.service
    filters = by_id(service, wish.filters)
    if service.version == OLDEST and wish.format != JSON and filters != Filters():
        raise InvalidInput(
            f"The export of {OLDEST} takes no filters.", "Use format json, or another api_version if one is served."
        )
    progress(f"reading the sessions from {service.connection.hostname}")
    made = _document(desk, filters) if wish.format == JSON else _file(desk, wish.format, filters)
    progress(f"{made.content.size} bytes read")
    return made


def _file(desk: Desk, form: str, filters: Filters) -> Made:
    """The file that the appliance makes, as it comes."""
    service = desk.service
    with service.download("POST", EXPORT, ACCEPT[form], filters.body()) as answer:
        told = str(answer.headers.get("Content-Type") or "")
        says = _says(told)
        if says == JSON:
            raise _refused(
                service, "the appliance answers the export with JSON, and not with a file", "Use format json."
            )
        if says not in ("", form):
            raise answer.whole().bad(f"the appliance was asked for {form} and answers with {says} ({told})")
        content = desk.draft.write(answer.pieces())
        if not content.size:
            raise _refused(service, "the export is empty", "Whatever was there is untouched.")
    return Made(content, desk.draft.existing(), FROM_EXPORT, told, None, service.version)


def _refused(service: Vbaz, complaint: str, hint: str) -> BadAnswer:
    return BadAnswer(complaint, hint, service=service.SERVICE, request=f"POST {EXPORT}")


def _says(content_type: str) -> str:
    """What a Content-Type says; nothing if it leaves that open."""
    lowered = content_type.lower()
    return next((meaning for word, meaning in SAYS.items() if word in lowered), "")


def _document(desk: Desk, filters: Filters) -> Made:
    """The sessions as JSON, from the export where that gives it, else from the list."""
    service = desk.service
    exported = _page(service) if service.version == OLDEST and filters == Filters() else None
    document = Document(sessions(service, filters) if exported is None else exported)
    content = desk.draft.write(document.pieces())
    made_from = FROM_LIST if exported is None else FROM_EXPORT
    return Made(content, desk.draft.existing(), made_from, ACCEPT[JSON], document.count, service.version)


def _page(service: Vbaz) -> list[Row] | None:
    """The sessions that the export of the oldest version answers with; None if it gives no JSON after all."""
    with service.download("POST", EXPORT, ACCEPT[JSON]) as answer:
        if _says(str(answer.headers.get("Content-Type") or "")) != JSON:
            return None
        whole = answer.whole()
    page = whole.json()
    if not is_page(page):
        raise whole.bad("the export is no page of sessions")
    rows: list[Row] = page.get("results") or []
    if page.get("totalCount", len(rows)) != len(rows):
        raise whole.bad(f"the export has {len(rows)} of {page['totalCount']} sessions")
    return rows


def plan(wish: Wish, seen: Made) -> SessionsPlan:
    return SessionsPlan(wish.path, wish.format, seen)


def apply(desk: Desk, plan: SessionsPlan, progress: Progress) -> Result:
    desk.draft.place()
    progress(f"sessions written to {plan.path}")
    return {}


SESSION_EXPORT = Operation(
    client=Vbaz,
    open=open_desk,
    options={
        "dest": Option(type="path", required=True),
        "format": Option(default="csv", choices=tuple(ACCEPT)),
        **FILTERS,
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    rules=RULES,
)
