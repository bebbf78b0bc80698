# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make fuzz`: every task with every falsification, with a line of progress for each task."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from support.fuzz.play import Finding, sampled, staged
from support.fuzz.scenarios import scenarios

SEED = "2026"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="the share of the falsifications to play")
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--only", default="", help="a part of the names of the tasks to play")
    parser.add_argument("--slice", default="0/1", help="every n-th task from the m-th one: m/n")
    chosen = parser.parse_args()
    first, every = map(int, chosen.slice.split("/"))
    found: list[Finding] = []
    exchanges = played = 0
    for scenario in [one for one in scenarios() if chosen.only in one.name][first::every]:
        began = time.monotonic()
        with staged(scenario) as play:
            lies = sampled(play, chosen.share, chosen.seed)
            faults = [fault for fault in map(play.judge, lies) if fault]
            exchanges += len(play.base.exchanges)
        played += len(lies)
        found += faults
        print(f"{scenario.name}: {len(lies)} played, {len(faults)} found, {time.monotonic() - began:.1f} s", flush=True)
        for fault in faults:
            print(f"  {fault}", flush=True)
    kinds = ", ".join(f"{kind}: {count}" for kind, count in Counter(fault.kind for fault in found).items())
    print(f"{exchanges} exchanges, {played} falsifications, {len(found)} findings {kinds}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
