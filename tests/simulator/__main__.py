# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the simulator: `PYTHONPATH=tests python -m simulator --help`."""

from __future__ import annotations

import argparse
import gc
import os
import shlex
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .control import ControlPlane
from .core.application import Application
from .core.certificates import Authority
from .core.clock import MODES, Clock
from .demo import OTHERS, SOURCE, SOURCE_BUILD, TARGET, TARGET_BUILD, environment, read_seed, vbr_instance
from .gates.sockets import ANY_PORT, SocketGate
from .seeds.generator import estate_of
from .services.vbr.storages import Storages
from .signals import Heard

CONTROL = "control"
LOOK_SECONDS = 0.1
# Enough for a client that looks at the list of sessions, at one, and at its log, to see that it still runs.
POLLS = 4
# New objects between two looks of the garbage collector.
GARBAGE_THRESHOLD = 100_000


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Simulated servers on the loopback address, with TLS and their own CA.",
        epilog="Without options: a VBR source (12.3.1) with a small estate, a fresh VBR target (13.0.1), and a server "
        "of every other service, on free ports.",
    )
    parser.add_argument("--env-file", type=Path, help="write the shell lines to this file too, when ready")
    parser.add_argument("--ca-dir", type=Path, help="directory of the CA; made when missing, used again when there")
    parser.add_argument("--source-build", default=SOURCE_BUILD, metavar="BUILD", help="default: %(default)s")
    parser.add_argument("--target-build", default=TARGET_BUILD, metavar="BUILD", help="default: %(default)s")
    parser.add_argument(
        "--source-seed", default=SOURCE, metavar="FILE", help="seed of the source (JSON), or headquarters"
    )
    parser.add_argument("--target-seed", default=TARGET, metavar="FILE", help="seed of the target (JSON)")
    parser.add_argument("--jobs", type=int, metavar="N", help="fill the source with a generated estate of N jobs")
    parser.add_argument("--source-port", type=int, default=ANY_PORT, metavar="PORT")
    parser.add_argument("--target-port", type=int, default=ANY_PORT, metavar="PORT")
    parser.add_argument("--control-port", type=int, default=ANY_PORT, metavar="PORT")
    parser.add_argument("--single", action="store_true", help="only the source")
    parser.add_argument("--no-others", action="store_true", help="only the VBR servers")
    parser.add_argument("--plain", action="store_true", help="HTTP without TLS, for clients that cannot trust a CA")
    parser.add_argument("--clock", choices=MODES, default="polls", help="how sessions advance; default: %(default)s")
    parser.add_argument("--polls", type=int, default=POLLS, help="looks until a session ends; default: %(default)s")
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds until it ends; default: %(default)s")
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME=VALUE", help="set a switch on every VBR server (README)"
    )
    return parser.parse_args(words)


def _applications(options: argparse.Namespace) -> dict[str, Application]:
    source_seed = read_seed(options.source_seed) if options.jobs is None else estate_of(options.jobs)
    wanted: list[tuple[str, str, dict[str, Any]]] = [(SOURCE, options.source_build, source_seed)]
    if not options.single:
        wanted.append((TARGET, options.target_build, read_seed(options.target_seed)))
    applications, storages = {}, Storages()
    for name, build, seed in wanted:
        applications[name] = vbr_instance(name, build, seed, _clock(options), storages)
        applications[name].service.switches.change(dict(_switch(word) for word in options.switch))
    others = {} if options.single or options.no_others else OTHERS
    return {**applications, **{name: blueprint.make(_clock(options)) for name, blueprint in others.items()}}


def _clock(options: argparse.Namespace) -> Clock:
    return Clock(mode=options.clock, polls=options.polls, seconds=options.seconds)


def _switch(word: str) -> tuple[str, Any]:
    name, _unused, value = word.partition("=")
    return name, int(value) if value.isdigit() else value


def _write_whole(path: Path, text: str) -> None:
    """Write a file that appears whole or not at all, and that only its owner can read: it holds passwords."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def main(words: list[str]) -> int:
    """Serve until SIGTERM or SIGINT."""
    # The estate is millions of objects without a cycle: looking for cycles among them as often as Python does by
    # default takes half of the time of a big import.
    gc.set_threshold(GARBAGE_THRESHOLD)
    options = _arguments(words)
    heard = Heard().listen(signal.SIGTERM, signal.SIGINT)
    try:
        applications = _applications(options)
    except (LookupError, OSError, TypeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with ExitStack() as stack:
        directory = options.ca_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simulator-")))
        authority = Authority(directory)
        served: dict[str, Any] = {**applications, CONTROL: ControlPlane(applications)}
        wanted = {SOURCE: options.source_port, TARGET: options.target_port, CONTROL: options.control_port}
        gates = {
            name: SocketGate(application, wanted.get(name, ANY_PORT), None if options.plain else authority.issue(name))
            for name, application in served.items()
        }
        ports = {name: stack.enter_context(gate).port for name, gate in gates.items()}
        control_port = ports.pop(CONTROL)
        facts = environment(str(authority.path.resolve()), ports, control_port, "http" if options.plain else "https")
        lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in facts.items())
        if options.env_file:
            _write_whole(options.env_file, lines)
        sys.stdout.write(lines)
        sys.stdout.flush()
        while not heard.number:
            time.sleep(LOOK_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
