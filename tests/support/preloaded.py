# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An `ansible-playbook` that has imported what it needs: each run is a fork of it, and spends no CPU on imports.

They are half of a short run, because Ansible compiles the modules of a collection anew each time. What it packs into
an archive for a module, and what Python compiles from that, is kept for the next run, too. The program starts
with the first run, has no threads, so that a fork of it is whole, and ends when its input does, so with pytest at the
latest. There is one for each environment that counts at the imports. This file is also that program; as such it imports
nothing of the tests.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

# What is read when a task runs, or never. Of any other variable Ansible, or Python, may have made something at its
# imports. The second row is what a shell and ansible-runner set anew for each program that they start; the last is read
# anew by each fork.
READ_LATE = (
    *("PWD", "PYTEST_CURRENT_TEST", "VBR_", "EM_", "VCSA_", "VBAZ_"),
    *("PATH", "OLDPWD", "SHLVL", "_", "AWX_", "ANSIBLE_CACHE_PLUGIN_CONNECTION"),
    "ANSIBLE_VAULT_PASSWORD_FILE",
)
# What Ansible imports when it comes to it. The plugins themselves stay with its loaders, which keep count of them.
KINDS = ("action", "cache", "callback", "connection", "inventory", "shell", "strategy", "vars")
ANSIBLE = ("ansible.executor.process.worker", *(f"ansible.plugins.{kind}" for kind in KINDS))
OURS = tuple(f"ansible_collections.backupfleet.rest.plugins.{name}" for name in ("module_utils", "plugin_utils"))
AT_FIRST = dict(os.environ)
# Where the programs listen, by what of their environment counted at the imports.
STARTED: dict[str, str] = {}
PIECE_BYTES = 65536
# Python reads what is in it at its start.
COMPILED = str(Path(__file__).with_name("compiled"))


def fits(environment: Mapping[str, str]) -> bool:
    """Whether a run with this environment may be a fork: what counted at the imports is as it was."""
    return _of_imports(environment) == _of_imports(AT_FIRST)


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float) -> tuple[int, str]:
    """The exit code of `ansible-playbook` with these words, and both its outputs in one.

    The environment must fit. A run that takes more than so many seconds is killed, and said to.
    """
    order = {"command": command, "cwd": str(cwd), "environment": dict(environment)}
    with (
        tempfile.NamedTemporaryFile("r", encoding="utf-8") as output,
        open(output.name, "ab") as written,
        open(os.devnull, "rb") as nothing,
        socket.socket(socket.AF_UNIX) as program,
    ):
        program.connect(address(AT_FIRST))
        socket.send_fds(program, [b" "], [nothing.fileno(), written.fileno(), written.fileno()])
        program.sendall(json.dumps(order).encode())
        program.shutdown(socket.SHUT_WR)
        with program.makefile(encoding="ascii") as answers:
            pid = answers.readline()
            assert pid, "the program has ended"
            watch = threading.Timer(timeout, os.kill, (int(pid), signal.SIGKILL))
            watch.start()
            try:
                code = int(answers.readline())
            finally:
                watch.cancel()
        text = output.read()
    if code == -signal.SIGKILL:
        raise subprocess.TimeoutExpired(list(command), timeout, text)
    return code, text


def _of_imports(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(READ_LATE)}


def address(environment: Mapping[str, str]) -> str:
    """Where the program listens whose imports had this environment; it is started if there is none yet."""
    counting = json.dumps(_of_imports(environment), sort_keys=True)
    if counting not in STARTED:
        STARTED[counting] = _start(environment)
    return STARTED[counting]


def compiling_once(environment: Mapping[str, str], kept: str) -> dict[str, str]:
    """The same environment for programs that keep in this folder what they compile for a module."""
    path = (COMPILED, *filter(None, [environment.get("PYTHONPATH")]))
    return {**environment, "PYTHONPATH": os.pathsep.join(path), "COMPILED": kept}


def _start(environment: Mapping[str, str]) -> str:
    place = tempfile.mkdtemp(prefix="preloaded_")
    for folder in ("archives", "compiled"):
        os.mkdir(os.path.join(place, folder))
    listening = os.path.join(place, "socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(listening)
        server.listen()
        # -P: without the folder of this file in the path, which has an http.py.
        command = (sys.executable, "-P", __file__, str(server.fileno()))
        program = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, pass_fds=(server.fileno(),))
    atexit.register(shutil.rmtree, place)
    atexit.register(program.communicate)
    return listening


# -- the program -------------------------------------------------------------------------------------------------------


def main(listening: int) -> None:
    """Fork for each order that comes to this socket; returns when the input has ended."""
    ended = os.dup(0)
    # Ansible looks whether its output is a terminal.
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    preload()
    with socket.socket(fileno=listening) as server:
        while server in select.select([server, ended], [], [])[0]:  # type: ignore[type-var]
            customer, _address = server.accept()
            with customer:
                take(customer, server)


def take(customer: socket.socket, server: socket.socket) -> None:
    """One order and its files: fork for it, and say the number and the exit code of the fork."""
    order, files, _flags, _address = socket.recv_fds(customer, PIECE_BYTES, 3)
    order += b"".join(iter(lambda: customer.recv(PIECE_BYTES), b""))
    pid = os.fork()
    if not pid:
        listening = server.getsockname()
        customer.close()
        server.close()
        play(files, os.path.dirname(listening), **json.loads(order))
    for file in files:
        os.close(file)
    customer.sendall(f"{pid}\n".encode())
    customer.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


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


def play(files: Sequence[int], kept: str, command: list[str], cwd: str, environment: Mapping[str, str]) -> None:
    """What a fork does: take the surroundings of an order, and go on as the installed command does.

    `kept` is the folder for what is worth to be made once for all runs.
    """
    from ansible import constants
    from ansible.cli import playbook

    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if not fits(environment):
        counting = _of_imports(environment).items() ^ _of_imports(AT_FIRST).items()
        sys.exit(f"Other imports than those of the program: {sorted(counting)}")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(compiling_once(environment, os.path.join(kept, "compiled")))
    constants.DEFAULT_VAULT_PASSWORD_FILE = constants.config.get_config_value("DEFAULT_VAULT_PASSWORD_FILE")
    # Each run removes it at its end, but not what a link leads to.
    os.makedirs(constants.DEFAULT_LOCAL_TMP, mode=0o700, exist_ok=True)
    link = os.path.join(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache")
    # One that was killed has removed nothing.
    if not os.path.lexists(link):
        os.symlink(os.path.join(kept, "archives"), link)
    sys.argv = command
    playbook.main()


if __name__ == "__main__":
    main(int(sys.argv[1]))
