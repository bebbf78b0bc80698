# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that an export gives. **Their layout is invented**: nobody has published the real one.

The columns are the fields of the report schema that the vendor's document declares and never uses (facts/vbaz.md 4.5).
Each file says in its first lines that it is an invention, so that nobody learns to read the real one from it. All are
made piece by piece, so that any number of sessions fits into memory.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from ..vocabulary import localized
from .session import JobSession, write_span, write_time

INVENTED = "The layout of this file is an invention of the simulator"
COLUMNS = (
    "id",
    "type",
    "localizedType",
    "executionStartTime",
    "executionStopTime",
    "executionDuration",
    "status",
    "policyName",
    "restoreReason",
    "flrResourceName",
    "protectedInstancesCount",
    "deletedRestorePointsCount",
    "checkedInstancesCount",
    "restoredItemsCount",
)
ROWS_PER_PIECE = 200
Model = dict[str, Any]


def report(session: JobSession) -> Model:
    """A session as one flat row; None where a column does not apply to its type."""
    count = len(session.resources)
    restores, checks = session.reason != "", session.type == "HealthCheck"
    retains = session.type.endswith("Retention")
    values = (
        session.id,
        session.type,
        localized(session.type),
        write_time(session.started),
        None if session.stopped is None else write_time(session.stopped),
        None if session.lasted is None else write_span(session.lasted),
        session.status,
        session.policy["name"] if session.policy else None,
        session.reason or None,
        session.machine or None,
        None if restores or checks or retains else count,
        session.deleted if retains else None,
        count if checks else None,
        count if restores else None,
    )
    return dict(zip(COLUMNS, values, strict=True))


def as_csv(sessions: Iterable[JobSession]) -> Iterator[bytes]:
    yield f"# {INVENTED}\r\n".encode()
    yield _line(COLUMNS)
    yield from _in_pieces(_line(report(session).values()) for session in sessions)


def as_xml(sessions: Iterable[JobSession]) -> Iterator[bytes]:
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<!-- {INVENTED} -->\n<JobSessions>\n'.encode()
    yield from _in_pieces(_element(report(session)) for session in sessions)
    yield b"</JobSessions>\n"


def as_page(head: Model, models: Iterable[Model], tail: Model) -> Iterator[bytes]:
    """A JSON object of `head`, the list `results` and `tail`, written as it comes."""
    yield (json.dumps(head)[:-1] + ', "results": [').encode()
    yield from _in_pieces(_separated(json.dumps(model).encode() for model in models))
    yield ("], " + json.dumps(tail)[1:]).encode()


def _line(values: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode()


def _element(row: Model) -> bytes:
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in row.items() if value is not None)
    return f"  <JobSession>{fields}</JobSession>\n".encode()


def _separated(rows: Iterable[bytes]) -> Iterator[bytes]:
    for position, row in enumerate(rows):
        yield b", " + row if position else row


def _in_pieces(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Join rows to pieces of a reasonable size."""
    piece: list[bytes] = []
    for row in rows:
        piece.append(row)
        if len(piece) == ROWS_PER_PIECE:
            yield b"".join(piece)
            piece.clear()
    if piece:
        yield b"".join(piece)
