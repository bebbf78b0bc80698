# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came back from a server, before anybody knows what it means."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .errors import BadAnswer, quoted

QUOTED_BYTES = 300

# Says whether the content of an answer fits the question that was asked.
Fits: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case-insensitive) and text; `request` is `METHOD path`, for messages.

    `redact` blots the secrets of this conversation out of a text.
    """

    service: str
    request: str
    status: int
    headers: Mapping[str, str]
    text: str
    redact: Callable[[str], str] = field(default=str, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def quoted(self) -> str:
        """How the answer begins, fit to be shown. Redacted first and cut then: half a secret would not be found."""
        try:
            # Spelt anew: a server may escape any character of a secret.
            whole = json.dumps(json.loads(self.text), ensure_ascii=False)
        except ValueError:
            whole = self.text
        return self.redact(whole)[:QUOTED_BYTES]

    def json(self) -> Any:
        """The body as JSON; an empty body of a good answer is None. Raises BadAnswer with the first bytes shown."""
        if not self.text.strip():
            return None
        try:
            return json.loads(self.text)
        except ValueError:
            raise self.bad("the answer is not JSON") from None

    def bad(self, complaint: str) -> BadAnswer:
        """The error for an answer that is not what this service says, with its first bytes shown."""
        return BadAnswer(
            f"{complaint}; it begins with: {quoted(self.quoted)}" if self.text.strip() else "the answer is empty",
            "Is this the address of the service itself, and not of a proxy or another product?",
            service=self.service,
            request=self.request,
            status=self.status,
        )
