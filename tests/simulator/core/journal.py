# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: every exchange of an instance, redacted, and counts per method and path."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from .call import Exchange
from .secrets import MASK, redact_body, redact_headers, redact_query

# A move of 20,000 jobs, which the benchmark plays, is some more requests than jobs.
KEPT_ENTRIES = 50_000
KEPT_BODY_BYTES = 32_768


class Journal:
    """Keeps the latest exchanges. A body over the limit is kept only as its size, so that the journal stays small."""

    def __init__(self) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=KEPT_ENTRIES)
        self.counts: Counter[str] = Counter()

    def record(self, exchange: Exchange, moment: str) -> None:
        self.counts[f"{exchange.method} {exchange.path}"] += 1
        self.entries.append(
            {
                "time": moment,
                "instance": exchange.instance,
                "method": exchange.method,
                "path": exchange.path,
                "query": redact_query(exchange.query),
                "headers": redact_headers(exchange.headers),
                "body": _kept(exchange.body, exchange.headers.get("Content-Type", "")),
                "status": exchange.status,
                "answer": _answer(exchange),
                "faults": list(exchange.faults),
            }
        )

    def clear(self) -> None:
        self.entries.clear()
        self.counts.clear()

    def dump(self) -> dict[str, Any]:
        return {"entries": list(self.entries), "counts": dict(self.counts)}


def _answer(exchange: Exchange) -> Any:
    if exchange.confidential:
        return MASK
    if not exchange.response_whole:
        return f"more than {len(exchange.response_body)} bytes"
    return _kept(exchange.response_body, exchange.response_headers.get("Content-Type", ""))


def _kept(body: bytes, content_type: str) -> Any:
    if len(body) > KEPT_BODY_BYTES:
        return f"{len(body)} bytes"
    return redact_body(body, content_type)
