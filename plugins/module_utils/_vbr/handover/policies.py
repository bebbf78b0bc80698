# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Giving agents the policies that change hands: a policy works on its computers, which know what they were given last.

The product does it by itself when a policy is created, and at each automatic rescan of its group. What is changed after
that, as by a cutover, would not be known there before the next rescan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ..._core.errors import RestError, quoted
from ..client import Vbr, is_session_shaped
from ..migration.listed import POLICY_TYPES, ListedJob
from ..resource.endpoint import followed
from .jobs import JOBS

LATER = "Its computers get it when their protection group is rescanned next, or by the console (apply configuration)."


def given_to_agents(service: Vbr, jobs: Iterable[ListedJob | None], timeout: float) -> Iterator[str]:
    """Give their computers those of the jobs that are policies; yields a warning for each that failed. Never raises."""
    for job in jobs:
        if job is None or job.type not in POLICY_TYPES:
            continue
        try:
            request = f"{JOBS}/{quote(job.id, safe='')}/applyConfiguration"
            followed(service, service.call("POST", request, fits=is_session_shaped), timeout, "apply configuration")
        except RestError as error:
            yield f"The policy {quoted(job.name)} was not given to its computers: {error} {LATER}"
