# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of any length: what observers see of one, and how one is cut short.

A response whose body is an iterator is a stream. Its beginning is read ahead, for the journal and the observers; the
rest is made while it is sent, and the whole of it is never in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from werkzeug import Response

from .call import Dropped

WATCHED_BYTES = 256 * 1024


@dataclass(frozen=True)
class Watched:
    """The body of an answer; of a long stream only its beginning, then `whole` is false."""

    body: bytes
    whole: bool = True
    stream: bool = False


NOTHING = Watched(b"")


def watch(response: Response) -> Watched:
    """Read the body, of a stream only its beginning; the answer can still be sent afterwards."""
    if not response.is_streamed:
        return Watched(response.get_data())
    pieces: Iterator[Any] = iter(response.response)
    seen: list[bytes] = []
    length = 0
    while length <= WATCHED_BYTES and (piece := next(pieces, None)) is not None:
        seen.append(_bytes(piece))
        length += len(seen[-1])
    response.response = chain(tuple(seen), pieces)
    return Watched(b"".join(seen), whole=length <= WATCHED_BYTES, stream=True)


def cut_short(response: Response, watched: Watched, sent: int = 0) -> Response:
    """The same answer, of which only `sent` bytes arrive, by default half; of a long stream, what was watched of it.

    A declared length stays declared. A stream without one breaks off in the middle.
    """
    if not watched.stream:
        response.headers["Content-Length"] = str(len(watched.body))
    left = sent or (len(watched.body) // 2 if watched.whole else len(watched.body))
    return Response(_first(response.response, left), response.status_code, headers=response.headers)


def _first(pieces: Iterable[bytes | str], left: int) -> Iterator[bytes]:
    for piece in pieces:
        part = _bytes(piece)[:left]
        left -= len(part)
        if part:
            yield part
        if not left:
            break
    raise Dropped


def _bytes(piece: bytes | str) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece
