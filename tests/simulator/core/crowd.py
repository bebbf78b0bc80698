# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests an instance answers at a time: counted, and refused above a number."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from .call import Call
from .service import Service

TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503


class Crowd:
    """The requests under way, and the `most` there were of them at a time.

    Above `busy_above` (0: never) one is refused with `busy_status`, and with a Retry-After of `retry_after` seconds
    unless that is negative. `refused` counts these.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self.reset()

    def reset(self) -> None:
        """Refuse nothing, and count anew."""
        with self._lock:
            self.busy_above = self.most = self.refused = 0
            self.busy_status, self.retry_after = TOO_MANY_REQUESTS, -1

    @contextmanager
    def joined(self) -> Iterator[bool]:
        """Inside, the caller's request is under way. Gives whether it is one too many."""
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            is_too_large = 0 < self.busy_above < self._under_way
            self.refused += is_too_large
        try:
            yield is_too_large
        finally:
            with self._lock:
                self._under_way -= 1

    def refusal(self, service: Service, call: Call) -> Response:
        """In the service's own words."""
        call.faults.append("busy")
        error = HTTPException("The simulator is busy: too many requests at a time.")
        error.code = self.busy_status
        response = service.explain(error, call)
        if self.retry_after >= 0:
            response.headers["Retry-After"] = str(self.retry_after)
        return response

    def change(self, settings: Mapping[str, Any]) -> None:
        """Set any of busy_above, busy_status, retry_after; raises ValueError on anything else."""
        unknown = set(settings) - {"busy_above", "busy_status", "retry_after"}
        status = settings.get("busy_status", self.busy_status)
        if unknown or status not in (TOO_MANY_REQUESTS, UNAVAILABLE):
            raise ValueError("crowd takes busy_above, busy_status (429|503), retry_after")
        self.busy_status = int(status)
        self.busy_above = int(settings.get("busy_above", self.busy_above))
        self.retry_after = int(settings.get("retry_after", self.retry_after))

    def dump(self) -> dict[str, int]:
        names = ("busy_above", "busy_status", "retry_after", "most", "refused")
        return {name: getattr(self, name) for name in names}
