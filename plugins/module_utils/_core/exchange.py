# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of one request and its answer: a deadline for all of it, and a ceiling for what arrives."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from .errors import quoted_in_short

# The most that an answer may hold that is read whole, before and after it is unpacked, and the most of one that holds
# all of a kind that a server has: 20,000 jobs of 10 KB are less. What is read takes several times as much memory.
BODY_BYTES = 64 * 1024 * 1024
COLLECTION_BYTES = 256 * 1024 * 1024
# The most that a download may hold, which goes to a file piece by piece.
STREAM_BYTES = 4 * 1024 * 1024 * 1024
# How much more than its body an answer may be: lines of status, headers, sizes of chunks.
HEAD_BYTES = 1024 * 1024
# How much of a body is held at a time. A download has to bring this much per `timeout`.
PIECE_BYTES = 64 * 1024
PACKED = "gzip"
AS_IT_IS = "identity"
# What zlib calls the format of gzip.
GZIP_WINDOW = 31
# A pause of more digits than this is longer than any timeout.
PAUSE_DIGITS = 9


class Late(TimeoutError):
    """The time for this request is over."""


class BrokenBody(OSError):
    """A body that is too large, or packed in a way that was not asked for."""


class Exchange:
    """One request and its answer. All of it has `seconds`, attempts and pauses included.

    `sent` says whether any byte of the request can have reached the server, `harmless` that it changes nothing there.
    The answer may have `most` bytes.
    """

    def __init__(self, seconds: float, most: int, now: Callable[[], float], harmless: bool = False) -> None:
        self.seconds = seconds
        self.harmless = harmless
        self.sent = True
        self.most = most
        self._now = now
        self._received = 0
        self.restart()

    def restart(self) -> None:
        """Give it its whole time again, for the next piece of a download."""
        self._ends = self._now() + self.seconds

    def stretch(self, seconds: float) -> None:
        """Give it more time, for what it had to wait here and not for the server."""
        self._ends += seconds

    def left(self) -> float:
        """The seconds until the deadline. Raises Late if there are none."""
        left = self._ends - self._now()
        if left <= 0:
            raise Late("timed out")
        return left

    def allows(self, pause: float) -> bool:
        """Whether a pause of so many seconds ends before the deadline."""
        return self._now() + pause < self._ends

    def take(self, size: int) -> None:
        """Count bytes that arrived. Raises BrokenBody if they are too many."""
        self._received += size
        if self._received > self.most + HEAD_BYTES:
            raise too_large(self.most)


def too_large(most: int) -> BrokenBody:
    return BrokenBody(f"it is larger than {most // (1024 * 1024)} MB")


# -- bodies ------------------------------------------------------------------------------------------------------------


def measured(pieces: Iterable[bytes], headers: Mapping[str, str], most: int) -> Iterator[bytes]:
    """The pieces of a body as they arrive. Raises BrokenBody if they are too many, ConnectionError if they are fewer
    than was declared.
    """
    declared = headers.get("Content-Length", "")
    known = declared.isascii() and declared.isdecimal() and "Transfer-Encoding" not in headers
    length = _number(declared) if known else None
    if length is not None and length > most:
        raise too_large(most)
    arrived = 0
    for piece in pieces:
        arrived += len(piece)
        if arrived > most:
            raise too_large(most)
        yield piece
    # urllib3 before 2.0 does not notice it.
    if length is not None and arrived < length:
        raise ConnectionError(f"{arrived} of {declared} bytes arrived")


def unpacked(pieces: Iterable[bytes], headers: Mapping[str, str], allowed: str = PACKED) -> Iterator[bytes]:
    """The pieces of a body as they were before the server packed them, none of them large. Raises BrokenBody.

    Not left to urllib3, which unpacks a piece as far as it goes: 64 KB may be 64 MB, and packed twice 64 GB.
    """
    said = headers.get("Content-Encoding", "").strip()
    packing = said.lower()
    if packing in ("", AS_IT_IS):
        yield from pieces
        return
    if packing.removeprefix("x-") != allowed:
        raise BrokenBody(f"it is packed as {quoted_in_short(said)}, which was not asked for")
    unpack, rest = zlib.decompressobj(GZIP_WINDOW), b""
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if unpack.eof:
                    unpack = zlib.decompressobj(GZIP_WINDOW)
                yield unpack.decompress(rest, PIECE_BYTES)
                rest = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    except zlib.error as error:
        raise BrokenBody(f"it cannot be unpacked: {error}") from None
    if not unpack.eof:
        raise BrokenBody("it breaks off before its end")


def joined(pieces: Iterable[bytes], exchange: Exchange) -> bytes:
    """A whole body. Raises Late, and BrokenBody if it is too large."""
    found, size = [], 0
    for piece in pieces:
        exchange.left()
        size += len(piece)
        if size > exchange.most:
            raise too_large(exchange.most)
        found.append(piece)
    return b"".join(found)


# -- pauses ------------------------------------------------------------------------------------------------------------


def pause_of(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait by Retry-After; None if it asks for nothing that can be read."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return _number(text)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _number(digits: str) -> float:
    """A number of the server, however long it is: Python refuses to read some thousand digits."""
    return float(digits) if len(digits) <= PAUSE_DIGITS * 2 else float("inf")
