# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: rules that choose requests and say what goes wrong, how often, and after how many requests."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from .call import Call

EFFECTS = ("status", "status_after", "delay", "drop_before", "drop_after", "truncate", "expire_token", "stick_session")


@dataclass
class FaultRule:
    """One rule. `method` and `path` (a regular expression searched in the path) choose requests; empty means any.

    The first `skip` matching requests pass, the next `times` are hit (0 = all further ones), each with probability
    `chance`. `status`, `headers` and `body` belong to `do: status` and `do: status_after` (`body: null`: the service
    words the error itself), `seconds` to `do: delay`, `sent` to `do: truncate`: how many bytes arrive; 0 is half of the
    answer, and of a long stream its beginning.
    """

    do: str
    method: str = ""
    path: str = ""
    service: str = ""
    instance: str = ""
    skip: int = 0
    times: int = 1
    chance: float = 1.0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0
    sent: int = 0
    seen: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.do not in EFFECTS:
            raise ValueError(f"unknown fault {self.do!r}; known: {', '.join(EFFECTS)}")
        re.compile(self.path)

    def matches(self, service: str, instance: str, call: Call) -> bool:
        return (
            self.service in ("", service)
            and self.instance in ("", instance)
            and self.method.upper() in ("", call.request.method)
            and re.search(self.path, call.request.path) is not None
        )


class Faults:
    """The fault rules of one instance, with one seeded random generator."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[FaultRule] = []
        self._random = random.Random(seed)

    def add(self, **properties: Any) -> FaultRule:
        """Add a rule; raises TypeError on an unknown property, ValueError on an unknown effect (`do`)."""
        rule = FaultRule(**properties)
        self.rules.append(rule)
        return rule

    def clear(self, seed: int | None = None) -> None:
        self.rules.clear()
        if seed is not None:
            self._random.seed(seed)

    def fire(self, service: str, instance: str, call: Call) -> FaultRule | None:
        """The rule that hits this request, if any; every matching rule counts the request."""
        hit: FaultRule | None = None
        for rule in self.rules:
            if not rule.matches(service, instance, call):
                continue
            rule.seen += 1
            due = rule.seen > rule.skip and (rule.times == 0 or rule.fired < rule.times)
            if hit is None and due and self._random.random() < rule.chance:
                rule.fired += 1
                hit = rule
        return hit

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]
