# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An `ansible-playbook` that has imported what it needs: each run is a fork of it, and spends no CPU on imports.

They are half of a short run, because Ansible compiles the modules of a collection anew each time. The program starts
with the first run, has no threads, so that a fork of it is whole, and ends when its input does, so with pytest at the
latest. This file is also that program; as such it imports nothing of the tests.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

# What is read when a task runs. Of any other variable Ansible, or Python, may have made something at its imports.
READ_LATE = ("PWD", "PYTEST_CURRENT_TEST", "VBR_", "EM_", "VCSA_", "VBAZ_")
# What Ansible imports when it comes to it. The plugins themselves stay with its loaders, which keep count of them.
KINDS = ("action", "cache", "callback", "connection", "inventory", "shell", "strategy", "vars")
ANSIBLE = ("ansible.executor.process.worker", *(f"ansible.plugins.{kind}" for kind in KINDS))
OURS = tuple(f"ansible_collections.backupfleet.rest.plugins.{name}" for name in ("module_utils", "plugin_utils"))
AT_FIRST = dict(os.environ)
ONE_AT_A_TIME = threading.Lock()


def fits(environment: Mapping[str, str]) -> bool:
    """Whether a run with this environment may be a fork: what counted at the imports is as it was."""
    return _of_imports(environment) == _of_imports(AT_FIRST)


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float) -> tuple[int, str]:
    """The exit code of `ansible-playbook` with these words, and both its outputs in one.

    The environment must fit. A run that takes more than so many seconds is killed, and said to.
    """
    with ONE_AT_A_TIME, tempfile.NamedTemporaryFile("r", encoding="utf-8") as output:
        program = _program()
        assert program.stdin and program.stdout
        order = {"command": command, "cwd": str(cwd), "environment": dict(environment), "output": output.name}
        print(json.dumps(order), file=program.stdin, flush=True)
        pid = program.stdout.readline()
        assert pid, f"the program has ended, with {program.wait()}"
        watch = threading.Timer(timeout, os.kill, (int(pid), signal.SIGKILL))
        watch.start()
        try:
            code = int(program.stdout.readline())
        finally:
            watch.cancel()
        text = output.read()
    if code == -signal.SIGKILL:
        raise subprocess.TimeoutExpired(list(command), timeout, text)
    return code, text


def _of_imports(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(READ_LATE)}


@functools.cache
def _program() -> subprocess.Popen[str]:
    # -P: without the folder of this file in the path, which has an http.py.
    command = (sys.executable, "-P", __file__)
    program = subprocess.Popen(command, env=AT_FIRST, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(program.communicate)
    return program


# -- the program -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Fork for each order, and say the number and the exit code of the fork; returns when there are no more orders."""
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    # Ansible looks whether its output is a terminal.
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    preload()
    for line in orders:
        pid = os.fork()
        if not pid:
            orders.close()
            answers.close()
            play(**json.loads(line))
        print(pid, file=answers, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=answers, flush=True)


def preload() -> None:
    """Import what a run imports: our collection by the finder that Ansible has for it."""
    from ansible.cli import playbook  # noqa: F401
    from ansible.plugins.loader import init_plugin_loader

    for name in ANSIBLE:
        importlib.import_module(name)
    init_plugin_loader()
    for name in OURS:
        for found in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(found.name)
    # As each run calls it, too.
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    # What is there stays: no fork has to look through it for what may go.
    gc.collect()
    gc.freeze()


def play(command: list[str], cwd: str, environment: Mapping[str, str], output: str) -> None:
    """What a fork does: take the surroundings of an order, and go on as the installed command does."""
    from ansible import constants
    from ansible.cli import playbook

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    with open(output, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # Each run removes it at its end.
    os.makedirs(constants.DEFAULT_LOCAL_TMP, mode=0o700, exist_ok=True)
    sys.argv = command
    playbook.main()


if __name__ == "__main__":
    main()
