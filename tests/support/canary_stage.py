# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where canaries fly: pairs of servers, a run of Ansible that shows all it can, and one directory for all it writes."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from simulator.core.blueprint import Login
from simulator.core.call import Exchange
from simulator.demo import SOURCE, read_seed
from simulator.testing import Pair, serving_pair
from support import preloaded
from support.playbooks import Played, connection, play

from .canaries import Aviary, GivenSecrets, as_bytes, every_secret

MOVER = "TECH\\mover"
VAULT_PASSWORD = "the vault's own password"
# Whatever Ansible leaves behind, it leaves in one of these.
TEMPORARY = {
    "ANSIBLE_LOCAL_TEMP": "local",
    "ANSIBLE_REMOTE_TMP": "remote",
    "TMPDIR": "tmp",
    "ANSIBLE_ASYNC_DIR": "async",
}
# In the place of Python's own module of this name.
SYSLOG = """
openlog = lambda *words: None
def __getattr__(name):
    if not name.startswith("LOG_"):
        raise AttributeError(name)
    return 8
def syslog(priority, message=""):
    with open({path!r}, "a", encoding="utf-8") as file:
        file.write(str(message) + chr(10))
"""


class Vaulted(str):
    """A text that is written to YAML as a vaulted value."""


class Inventory(yaml.SafeDumper):
    """Writes an inventory."""


Inventory.add_representer(Vaulted, lambda dumper, value: dumper.represent_scalar("!vault", str(value), style="|"))


class Stage:
    """Pairs of servers whose secrets are all canaries; each pair is a host, whose variables may be changed."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.aviary = Aviary()
        self.pairs: dict[str, Pair] = {}
        self.hosts: dict[str, dict[str, Any]] = {}
        self.output = Played(0, "", {})
        self._open = ExitStack()
        self._vault = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))])

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add(self, name: str, **servers: Any) -> Pair:
        """One more pair, of such servers, and the host that stands for it."""
        pair = self._open.enter_context(serving_pair(**servers))
        for server in pair.servers:
            bird = self.aviary.canary(f"the password of {name}'s {server.app.service.instance}")
            server.login = Login(MOVER, bird)
            server.service.accounts.add(MOVER, bird)
            server.app.observers.append(self._listen)
        self.pairs[name] = pair
        self.hosts[name] = {
            "vbr_source": connection(pair.source),
            "vbr_target": connection(pair.target),
            "vbr_secrets": every_secret(self.aviary, read_seed(SOURCE)["estate"]),
        }
        return pair

    def secrets(self, name: str) -> GivenSecrets:
        given: GivenSecrets = self.hosts[name]["vbr_secrets"]
        return given

    def play(self, playbook: Path, *words: str) -> None:
        """Run a playbook with the most output that Ansible has."""
        (self.place / "vault").write_text(VAULT_PASSWORD, encoding="utf-8")
        hosts = self.place / "inventory.yml"
        hosts.write_text(yaml.dump({"vbr_migrations": {"hosts": self._vaulted(self.hosts)}}, Dumper=Inventory))
        directories = {variable: str(self.place / name) for variable, name in TEMPORARY.items()}
        # Also in what is kept of the compiling of modules the canaries are listened for.
        compiled = self.place / "compiled"
        for directory in (*directories.values(), str(compiled)):
            Path(directory).mkdir()
        environment = {
            **preloaded.compiling_once(os.environ, str(compiled)),
            **directories,
            "ANSIBLE_HOME": str(self.place / "home"),
            "ANSIBLE_LOG_PATH": str(self.place / "ansible.log"),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self.place / "vault"),
        }
        self.output = play(playbook, "-i", hosts, "-vvvv", *words, cwd=self.place, environment=environment)
        (self.place / "output").write_text(self.output.output, encoding="utf-8")

    @property
    def listening(self) -> dict[str, str]:
        """An environment in which a module's words to the system's log land in a file of this stage."""
        directory = self.place / "listening"
        directory.mkdir(exist_ok=True)
        (directory / "syslog.py").write_text(SYSLOG.format(path=str(self.syslog)), encoding="utf-8")
        return {"PYTHONPATH": os.pathsep.join((str(directory), preloaded.COMPILED))}

    @property
    def syslog(self) -> Path:
        return self.place / "syslog"

    def heard(self) -> list[str]:
        """Sentences about the canaries in what Ansible wrote and what the servers keep."""
        kept = {
            f"{name}: {server.app.service.instance}": server
            for name, pair in self.pairs.items()
            for server in pair.servers
        }
        found = self.aviary.heard_under(self.place)
        for name, server in kept.items():
            found += self.aviary.heard_in(f"{name}'s snapshot", as_bytes(server.snapshot()))
            # What a fault made the server say is the test's own word.
            entries = [
                entry | ({"answer": None} if "status" in entry["faults"] else {}) for entry in server.journal.entries
            ]
            found += self.aviary.heard_in(f"{name}'s journal", as_bytes(entries))
        return found

    def leftovers(self) -> list[Path]:
        """The files that are left in temporary directories."""
        return [path for name in TEMPORARY.values() for path in (self.place / name).rglob("*") if path.is_file()]

    def _listen(self, exchange: Exchange) -> None:
        if exchange.path.endswith("/token") and exchange.status == 200:
            for word in ("access_token", "refresh_token"):
                self.aviary.learn(f"{exchange.instance}'s {word}", exchange.response_json[word])

    def _vaulted(self, value: Any) -> Any:
        """A copy in which every text that holds a canary is vaulted."""
        if isinstance(value, dict):
            return {key: self._vaulted(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._vaulted(part) for part in value]
        if isinstance(value, str) and self.aviary.heard_in("", value.encode()):
            return Vaulted(self._vault.encrypt(value).decode())
        return value
