# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a command and measuring it: seconds, processor time, and the memory of all its processes together."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# To look at the memory of a process stops it for a moment: of a long one rarely, or that would be measured, too.
SAMPLE_SECONDS = 0.05
MEMORY_SECONDS = 1.0
KIBIBYTE = 1024
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """The measures of a command. `cpu` is user and system time of all its processes, `peak` bytes (0 without /proc).

    Memory is counted proportionally: a page shared by a process and its fork counts once.
    """

    seconds: float
    cpu: float
    peak: int
    code: int


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Measured:
    """Run a command to its end, its output to a file."""
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
    peak, pause = 0, SAMPLE_SECONDS
    look_at = started + pause
    while True:
        finished, status, usage = os.wait4(process.pid, os.WNOHANG)
        if finished:
            break
        if time.monotonic() >= look_at:
            peak = max(peak, sum(map(_memory, _family(process.pid))))
            pause = min(2 * pause, MEMORY_SECONDS)
            look_at = time.monotonic() + pause
        time.sleep(SAMPLE_SECONDS)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode)


def cpu_seconds(pid: int) -> float:
    """The processor time a running process has used; 0 where there is no /proc."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    user, system = fields[11:13]
    return (int(user) + int(system)) / TICKS


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = (PROC / str(pid) / "task" / str(pid) / "children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> int:
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * KIBIBYTE
    except (OSError, ValueError):
        # The process has ended meanwhile.
        pass
    return 0
