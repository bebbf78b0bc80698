# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: a pair of simulated servers, an inventory and a vault as a user would write them, and the whole window.

Everything it makes lies in `.cache/demo`, to be looked at afterwards. With `--keep` the simulator is left running, and
the next demo meets the servers as this one left them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from simulator.signals import Heard
from tooling import tree

PLACE = tree.CACHE / "demo"
ENV_FILE = PLACE / "simulator.env"
PID_FILE = PLACE / "simulator.pid"
LOG_FILE = PLACE / "simulator.log"
INVENTORY = PLACE / "inventory.yml"
VAULT = PLACE / "group_vars" / "vbr_migrations" / "vault.yml"
VAULT_PASSWORD = PLACE / "vault_password"
SEED = tree.ROOT / "tests" / "simulator" / "seeds" / "vbr_source.json"
START_SECONDS = 30
LOOK_SECONDS = 0.1
# What a shell adds to the number of the signal that ended a program.
SIGNALED = 128
PRIVATE = 0o700

# The secrets that the records of each list of the demo estate will ask for.
ASKED_FOR = {
    "credentials": "password",
    "encryptionPasswords": "password",
    "azureStorage": "shared_key",
    "azureCompute": "application_secret",
    "amazon": "secret_key",
    "google": "secret_key",
}

# The change window: each playbook, and what it is there for.
WINDOW = {
    "preflight": "What stands in the way of the move? No server is changed.",
    "plan": "What would be done? plan.html has every object of it, for somebody to approve.",
    "apply": "The plan that was approved is carried out, and no other. Jobs arrive asleep.",
    "verify": "Is everything there, as it should be?",
    "cutover": "The jobs rest on the old server, and wake on the new one.",
    "drift": "What differs between both servers?",
    "rollback": "And back: the jobs rest on the new server, and wake on the old one.",
}


def main() -> int:
    """Run the demo; returns the exit code of the first playbook that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the simulator running")
    keep = parser.parse_args().keep
    heard = Heard().listen(signal.SIGTERM)
    PLACE.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if not running():
        start()
    try:
        servers = dict(line.split("=", 1) for line in shlex.split(ENV_FILE.read_text(encoding="utf-8")))
        write_inventory(servers)
        if not VAULT.exists():
            write_vault(servers)
        code = next(filter(None, (play(heard, *step) for step in WINDOW.items())), 0)
    finally:
        if not keep:
            stop()
    show_places(code, keep)
    return code


def running() -> bool:
    """Whether the simulator of an earlier demo is still there."""
    try:
        os.kill(int(PID_FILE.read_text(encoding="ascii")), 0)
    except (OSError, ValueError):
        return False
    return ENV_FILE.exists()


def start() -> None:
    """Start two fresh servers and forget what an earlier demo left."""
    shutil.rmtree(PLACE)
    PLACE.mkdir(mode=PRIVATE)
    command = [sys.executable, "-m", "simulator", "--env-file", str(ENV_FILE), "--ca-dir", str(PLACE / "ca")]
    environment = {**os.environ, "PYTHONPATH": str(tree.ROOT / "tests")}
    with LOG_FILE.open("wb") as log:
        # A session of its own: Ctrl-C in the demo must not kill a simulator that is to be kept.
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    PID_FILE.write_text(str(process.pid), encoding="ascii")
    deadline = time.monotonic() + START_SECONDS
    while not ENV_FILE.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            PID_FILE.unlink()
            sys.exit(f"The simulator did not start; see {LOG_FILE}:\n{LOG_FILE.read_text(encoding='utf-8')}")
        time.sleep(LOOK_SECONDS)
    print("Started two simulated backup servers, an old one with an estate and a new one without.", flush=True)


def stop() -> None:
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(PID_FILE.read_text(encoding="ascii")), signal.SIGTERM)
    PID_FILE.unlink(missing_ok=True)


def write_inventory(servers: dict[str, str]) -> None:
    """One host is one pair of servers; what is secret about it stands in the vault."""

    def server(name: str) -> dict[str, Any]:
        return {
            "hostname": servers[f"VBR_{name}_HOSTNAME"],
            "port": int(servers[f"VBR_{name}_PORT"]),
            "username": servers[f"VBR_{name}_USERNAME"],
            "password": f"{{{{ vault_{name.lower()}_password }}}}",
            "ca_path": servers["SIM_CA_PATH"],
        }

    pair = {"vbr_source": server("SOURCE"), "vbr_target": server("TARGET"), "vbr_secrets": "{{ vault_secrets }}"}
    # JSON is YAML, and needs no library to be written.
    INVENTORY.write_text(json.dumps({"vbr_migrations": {"hosts": {"demo": pair}}}, indent=2) + "\n", encoding="utf-8")


def write_vault(servers: dict[str, str]) -> None:
    """The passwords of both servers and a made-up secret for each record, encrypted by ansible-vault."""
    wanted: dict[str, dict[str, dict[str, str]]] = {}
    for kind, collection in json.loads(SEED.read_text(encoding="utf-8"))["estate"].items():
        for name in ASKED_FOR.keys() & collection.keys():
            for record in collection[name]:
                wanted.setdefault(kind, {})[record["uniqueId"]] = {ASKED_FOR[name]: secrets.token_urlsafe(24)}
    content = {
        "vault_source_password": servers["VBR_SOURCE_PASSWORD"],
        "vault_target_password": servers["VBR_TARGET_PASSWORD"],
        "vault_secrets": wanted,
    }
    VAULT.parent.mkdir(mode=PRIVATE, parents=True)
    VAULT_PASSWORD.write_text(secrets.token_urlsafe(32), encoding="ascii")
    VAULT_PASSWORD.chmod(0o600)
    command = [
        program("ansible-vault"),
        "encrypt",
        "--vault-password-file",
        str(VAULT_PASSWORD),
        "--output",
        str(VAULT),
    ]
    subprocess.run(
        command, env=environment(), check=True, input=json.dumps(content, indent=2), text=True, capture_output=True
    )


def play(heard: Heard, playbook: str, purpose: str) -> int:
    """Run a playbook as a user would; the signal that ends the demo ends the playbook first."""
    print(f"\n===== {playbook}: {purpose}", flush=True)
    command = [
        program("ansible-playbook"),
        str(tree.ROOT / "playbooks" / f"{playbook}.yml"),
        "--inventory",
        str(INVENTORY),
        "--vault-password-file",
        str(VAULT_PASSWORD),
        "--extra-vars",
        json.dumps({"vbr_migration_root": str(PLACE / "migrations")}),
    ]
    with subprocess.Popen(command, env=environment()) as running_play:
        while running_play.poll() is None:
            if heard.number:
                running_play.terminate()
            time.sleep(LOOK_SECONDS)
        return SIGNALED + heard.number if heard.number else running_play.returncode


def show_places(code: int, keep: bool) -> None:
    print("\nThe inventory, the vault, the bundle, the plan and the reports lie in", PLACE)
    if keep:
        print("The simulator is still running; the next `make demo` meets the servers as they are now and ends it,")
        print("`make demo KEEP=1` keeps it again.")
    if code:
        print("The demo failed.", file=sys.stderr)


def program(name: str) -> str:
    """One of the programs of the virtual environment."""
    return str(Path(sys.executable).parent / name)


def environment() -> dict[str, str]:
    """What the playbooks are played in."""
    # What is left out says nothing about the window. As YAML, commands would be folded, and their quotes doubled.
    shown = {"ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    return {**os.environ, **tree.environment(), **shown}


if __name__ == "__main__":
    sys.exit(main())
