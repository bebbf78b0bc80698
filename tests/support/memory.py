# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running one task in a process of its own, to see how much memory it takes at the most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from simulator.testing import Server
from tooling import tree

TIMEOUT_SECONDS = 300


def peak_of(name: str, server: Server, /, **options: Any) -> tuple[int, dict[str, Any]]:
    """The most memory that a task needed, in KiB, and its result. The server must be behind a socket."""
    from .tasks import connection

    order = json.dumps([name, connection(server, **options)])
    done = subprocess.run(
        [sys.executable, "-m", "support.memory", order],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), str(tree.checkout())))},
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    peak, result = json.loads(done.stdout)
    return peak, result


def main(order: str) -> None:
    """The process: one task, as Ansible would run it."""
    from .tasks import run

    name, options = json.loads(order)
    result = run(name, options)
    print(json.dumps([_peak(), result]))


def _peak() -> int:
    """The most memory of this process, in KiB. What `getrusage` says is no less than what its parent had."""
    words = Path("/proc/self/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmHWM:") + 1])


if __name__ == "__main__":
    main(sys.argv[1])
