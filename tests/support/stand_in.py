# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An `ansible-playbook` for whoever starts one by its name: it lets a preloaded program play, with the same terminal.

What is started so is the command that a user types, with the same words, folder, environment and terminal. Only the
imports were made before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from . import preloaded

REAL = str(Path(sys.executable).with_name("ansible-playbook"))
# What starts it may have set variables that nobody else knows: then the first run is one of the real command, and its
# environment is written down.
TEXT = """\
#!{python} -IS
import json, os, socket, sys
order = {{"command": sys.argv, "cwd": os.getcwd(), "environment": dict(os.environ)}}
try:
    with open({address!r}, encoding="utf-8") as file:
        address = file.read()
except FileNotFoundError:
    with open({noted!r}, "w", encoding="utf-8") as file:
        json.dump(order["environment"], file)
    os.execv({real!r}, [{real!r}, *sys.argv[1:]])
with socket.socket(socket.AF_UNIX) as program:
    program.connect(address)
    socket.send_fds(program, [b" "], [0, 1, 2])
    program.sendall(json.dumps(order).encode())
    program.shutdown(socket.SHUT_WR)
    with program.makefile(encoding="ascii") as answers:
        answers.readline()
        sys.exit(int(answers.readline()))
"""


class StandIn:
    """A folder to be the first of a PATH. Without an environment, `learn` has to be called after the first run."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        names = {"address": str(folder / "address"), "noted": str(folder / "noted.json")}
        program = folder / "ansible-playbook"
        program.write_text(TEXT.format(python=sys.executable, real=REAL, **names), encoding="utf-8")
        program.chmod(0o700)
        if environment is not None:
            self._answer(environment)

    def learn(self) -> None:
        """What the first run was started with counts from now on."""
        noted = self.folder / "noted.json"
        if noted.exists() and not (self.folder / "address").exists():
            self._answer(json.loads(noted.read_text(encoding="utf-8")))

    def _answer(self, environment: Mapping[str, str]) -> None:
        (self.folder / "address").write_text(preloaded.address(environment), encoding="utf-8")
