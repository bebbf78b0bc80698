# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of sessions as one JSON document, written row by row, so that its length costs no memory.

It has the shape of the pages that the appliance gives (facts/vbaz.md 4.2), with one session per line and sorted keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

HEAD = '{"limit":-1,"offset":0,"results":['
TAIL = '],"totalCount":%d}\n'


class Document:
    """`pieces` are the document, to be written once; afterwards `count` is how many sessions it has."""

    def __init__(self, sessions: Iterable[Mapping[str, Any]]) -> None:
        self.count = 0
        self._sessions = sessions

    def pieces(self) -> Iterator[bytes]:
        yield HEAD.encode()
        for session in self._sessions:
            line = json.dumps(session, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            # A lone surrogate is no UTF-8; as JSON it may stand escaped.
            yield f"{',' if self.count else ''}\n{line}".encode(errors="backslashreplace")
            self.count += 1
        yield f"{chr(10) if self.count else ''}{TAIL % self.count}".encode()
