# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in a process of its own, which the simulator kills (SIGKILL) when it hears a certain request."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing import forkserver
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client as vbr
from simulator.core.call import Exchange
from simulator.testing import Server
from support.clock import SwiftClock
from support.tasks import connection, drive

PATIENCE_SECONDS = 60
# A fresh process by way of one that has loaded everything already: forking this one, with its threads, is not safe.
PROCESSES = multiprocessing.get_context("forkserver")


def killed_at(
    server: Server, request: int, options: dict[str, Any], task: str = "import", of: Server | None = None
) -> int:
    """Run a task of the server, or `of` another one, and kill it at the request to this server with this number.

    Returns the exit code.
    """
    _load_once()
    process = PROCESSES.Process(target=_run, args=(task, connection(of or server), options))
    heard = 0

    def kill(exchange: Exchange) -> None:
        nonlocal heard
        if heard == request:
            os.kill(int(process.pid or 0), signal.SIGKILL)
        heard += 1

    server.app.observers.append(kill)
    process.start()
    process.join(PATIENCE_SECONDS)
    server.app.observers.remove(kill)
    return int(process.exitcode or 0)


def _load_once() -> None:
    """Start the process that the others are forked from, if it is not there yet, with everything loaded."""
    PROCESSES.set_forkserver_preload([__name__])
    # It gets nothing of this process' path but what the environment says, and would quietly load nothing (Python 3.11).
    with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()


def _run(task: str, server: dict[str, Any], options: dict[str, Any]) -> None:
    clock = SwiftClock()
    setattr(vbr, "Clock", lambda: clock)  # noqa: B010 - a plain assignment would be an error for the type checker
    drive(task, SimpleNamespace(**server), **options)  # type: ignore[arg-type]
