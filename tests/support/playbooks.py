# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playing playbooks as a user does, with `ansible-playbook`, against simulated servers.

A run is a fork of a program that has its imports behind it, unless the test sets a variable that may count at them.
So these start the command itself: the secrets (Ansible's folders and log), the setup of AWX, and an installed
collection; as do those that do not play by this file: the fleet, the demo, and what breaks a run off. The jobs of AWX,
and the guides, start a stand-in of that command (`stand_in`), which is a fork, too.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.testing import Pair, Server
from tooling import tree

from . import preloaded

TIMEOUT_SECONDS = 180
RECAP = re.compile(
    r"^(?P<host>\S+)\s+: ok=(?P<ok>\d+)\s+changed=(?P<changed>\d+)\s+unreachable=\d+\s+failed=(?P<failed>\d+)", re.M
)
# What a terminal takes for a colour.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Played:
    """How a play went: exit code, everything it printed, and per host how many tasks were ok, changed, failed."""

    code: int
    output: str
    recap: Mapping[str, Mapping[str, int]]


def flowing(output: str) -> str:
    """What a run printed, on one line and without colours: up to 2.18 long messages are folded, quotes doubled."""
    return " ".join(COLOUR.sub("", output).split()).replace("''", "'")


def connection(server: Server) -> dict[str, Any]:
    """A server as the variables vbr_source and vbr_target have it."""
    names = ("hostname", "port", "username", "password", "ca_path")
    return {name: getattr(server, name) for name in names}


def inventory(
    place: Path, pairs: Mapping[str, Pair], own: Mapping[str, Mapping[str, Any]] | None = None, **variables: Any
) -> Path:
    """An inventory with one host per pair of servers, all with the same further variables, and then their own."""
    hosts = {
        name: {
            "vbr_source": connection(pair.source),
            "vbr_target": connection(pair.target),
            **{f"{name}_server": connection(server) for name, server in pair.others.items()},
            **variables,
            **(own or {}).get(name, {}),
        }
        for name, pair in pairs.items()
    }
    path = place / "inventory.json"
    path.write_text(json.dumps({"vbr_migrations": {"hosts": hosts}}), encoding="utf-8")
    return path


def shipped(name: str) -> Path:
    """One of our playbooks."""
    return tree.ROOT / "playbooks" / f"{name}.yml"


def play(playbook: str | Path, *words: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Played:
    """Run a playbook: a path, or the name of one of ours (`migrate`). Among the words may be more, as paths."""
    path = playbook if isinstance(playbook, Path) else shipped(playbook)
    command = [str(Path(sys.executable).parent / "ansible-playbook"), str(path), *map(str, words)]
    surroundings = {**os.environ, **tree.environment(), "PWD": str(cwd), **(environment or {})}
    run = preloaded.run if preloaded.fits(surroundings) else _in_a_process_of_its_own
    code, output = run(command, cwd, surroundings, TIMEOUT_SECONDS)
    recap = {
        found["host"]: {name: int(found[name]) for name in ("ok", "changed", "failed")}
        for found in RECAP.finditer(output)
    }
    return Played(code, output, recap)


def _in_a_process_of_its_own(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    return done.returncode, done.stdout
