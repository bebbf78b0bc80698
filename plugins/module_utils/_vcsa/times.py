# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spans as users write them (24h, 7d, 3600), and moments as appliances do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .._errors import InvalidInput

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SPAN = re.compile(r"(\d+)\s*([smhdw]?)", re.I)


def seconds_of(span: str, option: str) -> int:
    """The seconds that a span has. Raises InvalidInput that names the option."""
    found = SPAN.fullmatch(span.strip())
    if not found:
        raise InvalidInput(f"{option} {span!r} is no span of time.", "Write 24h, 7d, 90m, or a number of seconds.")
    return int(found[1]) * UNITS[found[2].lower()]


def moment_of(text: Any) -> datetime | None:
    """The moment that an ISO 8601 text means; one without a zone is in UTC. None if it means none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
