# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting the sessions of an appliance into a file, which is replaced only by a whole one with other content.

CSV and XML are the appliance's own files, byte for byte: no source documents their layout, so nothing here reads them
(facts/vbaz.md 5). JSON is made here from the list of sessions; only older versions may export it themselves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from .._core.connection import Connection
from .._core.errors import BadAnswer, InvalidInput, RestError
from .._core.files import Content, Draft
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.paging import settled
from .._core.shape import NUMBER, shaped
from .client import FILE_EXPORT_SINCE, NEWEST_FIRST, OLDEST, SESSION, Vbaz
from .filters import Filters, filters_of
from .sessions import FILTER_OPTIONS, FILTER_RULES, SESSIONS_PATH, JsonObject, sessions, with_policy_id

EXPORT_PATH = f"{SESSIONS_PATH}/export"
JSON = "json"
ACCEPT = {"csv": "text/csv", "xml": "application/xml", JSON: "application/json"}
# The format that a Content-Type names, by a word in it. The documented type of the export names none (facts/vbaz.md 1).
FORMAT_BY_WORD = {"html": "a page", "json": JSON, "xml": "xml", "csv": "csv"}
NAMED_IN_WARNING = 20
# What a web server calls a file of which it says nothing more.
UNNAMED = ("", "application/octet-stream", "binary/octet-stream", "text/plain", "application/vnd.ms-excel")
# Blanks, byte order marks, and the zeros between the letters of UTF-16.
BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"
# How ZIP, PDF and gzip begin.
PACKED_FILES = (b"PK\x03\x04", b"%PDF", b"\x1f\x8b")
LONGEST_MAGIC = 4
FROM_EXPORT, FROM_LIST = "export", "list"
DOCUMENT_HEAD = '{"limit":-1,"offset":0,"results":['
DOCUMENT_TAIL = '],"totalCount":%d}\n'


class SessionDocument:
    """Sessions as one JSON document, made row by row, so that its length takes no memory.

    It has the shape of the appliance's own pages (facts/vbaz.md 4.2), with one session per line and sorted keys.
    `pieces` are the document, to be read once; afterwards `count` is the number of its sessions.
    """

    def __init__(self, sessions: Iterable[Mapping[str, Any]]) -> None:
        self.count = 0
        self._sessions = sessions

    def pieces(self) -> Iterator[bytes]:
        yield DOCUMENT_HEAD.encode()
        for session in self._sessions:
            line = json.dumps(session, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            # A lone surrogate cannot be encoded as UTF-8, but JSON may escape it.
            yield f"{',' if self.count else ''}\n{line}".encode(errors="backslashreplace")
            self.count += 1
        yield f"{chr(10) if self.count else ''}{DOCUMENT_TAIL % self.count}".encode()


class Edges:
    """The pieces of a file on their way, and how it begins and ends, but for blanks."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._first = self._last = b""

    def pieces(self) -> Iterator[bytes]:
        for piece in self._pieces:
            shown = piece.strip(BLANK)
            self._first = self._first or shown[:LONGEST_MAGIC]
            self._last = shown[-1:] or self._last
            yield piece

    def complaint(self, form: str) -> str:
        """What is wrong with a file of this format; empty if nothing is that can be seen from here."""
        if not self._first:
            return "the export is empty"
        if self._first.startswith(PACKED_FILES):
            return f"the export is no {form}, but packed or a document of another kind"
        if form == "xml" and (self._first[:1] != b"<" or self._last != b">"):
            return "the export is not whole, or no xml"
        return ""


# The export of older versions may be one page of a list.
MAY_BE_JSON = NEWEST_FIRST[NEWEST_FIRST.index(FILE_EXPORT_SINCE) + 1 :]
# What says that JSON, or the export as a whole, is not to be had; the list may be.
NO_EXPORT = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
IS_EXPORT = shaped({"offset!": NUMBER, "results": [SESSION], "totalCount": NUMBER})


@dataclass(frozen=True)
class DesiredSessionFile:
    """Which sessions, in which format, in which file."""

    path: Path
    format: str
    filters: Filters


@dataclass(frozen=True)
class ClientAndDraft:
    """What an export needs: a client that is signed in, and a draft of the file."""

    service: Vbaz
    draft: Draft


@dataclass(frozen=True)
class DraftedSessions:
    """The content of the draft, and of the file so far. `count` is None if nothing here reads the file."""

    content: Content
    before: Content | None
    made_from: str
    content_type: str
    count: int | None
    api_version: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionExportPlan:
    """A draft that would replace the file if their contents differ."""

    path: Path
    format: str
    drafted: DraftedSessions

    @property
    def changed(self) -> bool:
        return self.drafted.content != self.drafted.before

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        header = str(self.path)
        before, after = _shown(self.drafted.before), _shown(self.drafted.content)
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        drafted = self.drafted
        result = {
            "path": str(self.path),
            "checksum": drafted.content.sha256,
            "size": drafted.content.size,
            "format": self.format,
            "made_from": drafted.made_from,
            "content_type": drafted.content_type,
            "api_version": drafted.api_version,
        }
        warnings = {"warnings": list(drafted.warnings)} if drafted.warnings else {}
        return {**result, **warnings, **({} if drafted.count is None else {"count": drafted.count})}


def _shown(content: Content | None) -> str:
    return f"sha256: {content.sha256}\nsize: {content.size}\n" if content else ""


def validate(params: Params) -> DesiredSessionFile:
    filters = filters_of(params)
    path = _path(params)
    Draft(path).check()
    return DesiredSessionFile(path, params["format"], filters)


def _path(params: Params) -> Path:
    """The file: `dest`, or a file in this directory with the name of the appliance."""
    dest = Path(params["dest"])
    if not os.path.isdir(dest) and not params["dest"].endswith("/"):
        return dest
    host = str(params["hostname"]).replace(":", "_")
    return dest / f"{host}_sessions.{params['format']}"


@contextmanager
def open_client_and_draft(connection: Connection, desired: DesiredSessionFile) -> Iterator[ClientAndDraft]:
    with Draft(desired.path) as draft, Vbaz(connection) as service:
        yield ClientAndDraft(service, draft)


def look(opened: ClientAndDraft, desired: DesiredSessionFile, progress: Progress) -> DraftedSessions:
    """Export into the draft, which changes nothing at the appliance. The file is replaced later."""
    service = opened.service
    filters = with_policy_id(service, desired.filters)
    if service.version == OLDEST and desired.format != JSON and filters != Filters():
        raise InvalidInput(
            f"The export of {OLDEST} takes no filters.", "Use format json, or another api_version if one is served."
        )
    progress(f"reading the sessions from {service.connection.hostname}")
    if desired.format == JSON:
        drafted = _draft_document(opened, filters)
    else:
        drafted = _draft_export(opened, desired.format, filters)
    progress(f"{drafted.content.size} bytes read")
    return drafted


def _draft_export(opened: ClientAndDraft, form: str, filters: Filters) -> DraftedSessions:
    """The file that the appliance makes, byte for byte."""
    service, draft = opened.service, opened.draft
    with service.download("POST", EXPORT_PATH, ACCEPT[form], filters.body()) as answer:
        content_type = str(answer.headers.get("Content-Type") or "")
        answered = _format_of(content_type) or _unfit(content_type)
        if answered == JSON:
            raise _bad_export(
                service, "the appliance answers the export with JSON, and not with a file", "Use format json."
            )
        if answered not in ("", form):
            raise answer.whole().bad(f"the appliance was asked for {form} and answers with {answered} ({content_type})")
        edges = Edges(answer.pieces())
        content = draft.write(edges.pieces())
        complaint = edges.complaint(form)
        if complaint:
            raise _bad_export(service, complaint, "Whatever was there is untouched.")
    return DraftedSessions(content, draft.existing(), FROM_EXPORT, content_type, None, service.version)


def _bad_export(service: Vbaz, complaint: str, hint: str) -> BadAnswer:
    return BadAnswer(complaint, hint, service=service.SERVICE, request=f"POST {EXPORT_PATH}")


def _unfit(content_type: str) -> str:
    """A Content-Type that names something else than bytes or text; empty for one that names these, or nothing."""
    media = content_type.partition(";")[0].strip().lower()
    return "" if media in UNNAMED else "another kind of file"


def _format_of(content_type: str) -> str:
    """The format that a Content-Type names; empty if it names none."""
    lowered = content_type.lower()
    return next((form for word, form in FORMAT_BY_WORD.items() if word in lowered), "")


def _draft_document(opened: ClientAndDraft, filters: Filters) -> DraftedSessions:
    """The sessions as JSON, from the export where that answers with JSON, else from the list."""
    service, draft = opened.service, opened.draft
    exported = _exported_page(service) if service.version in MAY_BE_JSON and filters == Filters() else None

    def write() -> tuple[Content, int, list[str]]:
        left_out = list[str]()

        def doubted(row: JsonObject) -> None:
            left_out.append(str(row.get("id")))

        listed = sessions(service, filters, doubted=doubted) if exported is None else exported
        document = SessionDocument(listed)
        return draft.write(document.pieces()), document.count, left_out

    content, count, left_out = settled(write)
    made_from = FROM_LIST if exported is None else FROM_EXPORT
    warnings = (_left_out(left_out),) if left_out else ()
    return DraftedSessions(content, draft.existing(), made_from, ACCEPT[JSON], count, service.version, warnings)


def _left_out(ids: list[str]) -> str:
    """What to say of sessions that are not in the file."""
    more = f" and {len(ids) - NAMED_IN_WARNING} more" if len(ids) > NAMED_IN_WARNING else ""
    named = f"{', '.join(ids[:NAMED_IN_WARNING])}{more}"
    return f"{len(ids)} sessions do not say when they began, and are left out because of from and to: {named}."


def _exported_page(service: Vbaz) -> list[JsonObject] | None:
    """The sessions in the export of an older version; None if it is not JSON after all."""
    try:
        with service.download("POST", EXPORT_PATH, ACCEPT[JSON]) as answer:
            if _format_of(str(answer.headers.get("Content-Type") or "")) != JSON:
                return None
            whole = answer.whole()
    except RestError as refusal:
        if refusal.status in NO_EXPORT:
            return None
        raise
    page = whole.fitting(whole.json(), IS_EXPORT)
    rows: list[JsonObject] = page.get("results") or []
    if page.get("totalCount", len(rows)) != len(rows):
        raise whole.bad(f"the export has {len(rows)} of {page['totalCount']} sessions")
    return rows


def plan(desired: DesiredSessionFile, drafted: DraftedSessions) -> SessionExportPlan:
    return SessionExportPlan(desired.path, desired.format, drafted)


def apply(opened: ClientAndDraft, plan: SessionExportPlan, progress: Progress) -> Result:
    opened.draft.place()
    progress(f"sessions written to {plan.path}")
    return {}


SESSION_EXPORT = Operation(
    client=Vbaz,
    open=open_client_and_draft,
    options={
        "dest": Option(type="path", required=True),
        "format": Option(default="csv", choices=tuple(ACCEPT)),
        **FILTER_OPTIONS,
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    rules=FILTER_RULES,
)
