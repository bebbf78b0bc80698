# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests of a run are disturbed in which way: all of them, a share of them, or each sort of them once."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Sequence

from support.estates import HARMLESS

# `make faults` sets it: 1, or the share of all stories that is played.
SHARE = os.environ.get("FAULTS_SHARE", "")
# The dice fall the same way each time, so that a failure can be repeated.
SEED = 2
# Of how many sorts of request that read after the same write one is disturbed.
FEW_READS = 3
AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def sample(requests: Sequence[str], way: str, among: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The requests that a way disturbs, each with its number; `among` are all the ways that the test plays.

    `make faults` disturbs all of them, or a share, in each way. Otherwise every sort of request that writes something
    is disturbed in every other way, and its neighbours in those between; where there is one way, all of them in it. Of
    the sorts that only read after the same write, the first and then every third is disturbed in one of the ways, in
    turn; where nothing is written, all of them. Which one of a sort it is goes by the number of the way. What is read
    after another write is of another sort.
    """
    if SHARE:
        dice, numbered = random.Random(f"{SEED} {way}"), list(enumerate(requests))
        # One at least: a test that disturbs nothing proves nothing.
        yield from [each for each in numbered if dice.random() < float(SHARE)] or numbered[:1]
        return
    number = list(among).index(way)
    writes, reads = sorts(requests)
    few = [alike for after in reads for alike in after[:: FEW_READS if writes else 1]]
    by_turns = writes if len(among) == 1 else writes[number % 2 :: 2]
    for alike in [*by_turns, *few[number :: len(among)]]:
        at = alike[number % len(alike)]
        yield at, requests[at]


def sorts(requests: Sequence[str]) -> tuple[list[list[int]], list[list[list[int]]]]:
    """The numbers of the requests by their sorts: of those that write, and of those that read after each write."""
    writes: dict[str, list[int]] = {}
    reads: dict[str, dict[str, list[int]]] = {}
    last = ""
    for at, request in enumerate(requests):
        sort = AN_ID.sub("ID", request)
        if request.startswith("GET ") or request.endswith(HARMLESS):
            reads.setdefault(last, {}).setdefault(sort, []).append(at)
        else:
            last = sort
            writes.setdefault(sort, []).append(at)
    return list(writes.values()), [list(after.values()) for after in reads.values()]
