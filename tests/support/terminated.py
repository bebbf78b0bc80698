# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module in a process of its own, and the moment at which a server has heard a request so many times."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.core.call import Exchange
from simulator.testing import Server
from tooling import tree

PATIENCE_SECONDS = 60.0
# A module gets its options from Ansible's wrapper; this stands for it.
WRAPPER = """
import importlib, sys
from ansible.module_utils import basic
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = sys.stdin.buffer.read(), "legacy"
importlib.import_module("ansible_collections.backupfleet.rest.plugins.modules." + sys.argv[1]).main()
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended: its code, and the result of the module if it gave one."""

    code: int
    result: Mapping[str, Any]


@contextmanager
def heard(server: Server, path: str, times: int = 3) -> Iterator[threading.Event]:
    """An event that is set when so many requests whose path matches have been answered."""
    event, count = threading.Event(), 0

    def hear(exchange: Exchange) -> None:
        nonlocal count
        count += bool(re.search(path, exchange.path))
        if count >= times:
            event.set()

    server.app.observers.append(hear)
    try:
        yield event
    finally:
        server.app.observers.remove(hear)


@contextmanager
def answered_late(server: Server, request: str, seconds: float, times: int = 1) -> Iterator[threading.Event]:
    """An event that is set when so many such requests have had their effect; the last answer comes so much later."""
    event, count = threading.Event(), 0

    def witness(seen: str) -> None:
        nonlocal count
        count += bool(re.search(request, seen))
        if count == times and not event.is_set():
            event.set()
            time.sleep(seconds)

    before, server.app.witness = server.app.witness, witness
    try:
        yield event
    finally:
        server.app.witness = before


def start(module: str, options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Run a module as Ansible would on a host."""
    environment = {**os.environ, "PYTHONPATH": str(tree.checkout())}
    process = subprocess.Popen(
        (sys.executable, "-c", WRAPPER, module),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": dict(options)}).encode())
    process.stdin.close()
    process.stdin = None
    return process


def ended(process: subprocess.Popen[bytes]) -> Ended:
    """Wait for its end; one that takes too long is killed."""
    try:
        output, _complaints = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
    return Ended(process.returncode, json.loads(output) if output.strip() else {})


def last_request(server: Server) -> str:
    entry = server.journal.entries[-1]
    return f"{entry['method']} {entry['path']}"
