# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests import: simulated servers in one line, in this process or behind sockets.

with simulated_pair() as pair:          # in process: every `requests` session reaches pair.source.url
with serving_pair() as pair:            # the same behind TLS sockets, for other processes and clients
with simulated("em") as server:         # one server of another service
with serving("em") as server:
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .control import ControlPlane
from .core.application import Application
from .core.blueprint import Login
from .core.bodies import copy_json
from .core.certificates import Authority
from .core.clock import Clock
from .core.crowd import Crowd
from .core.faults import Faults
from .core.journal import Journal
from .demo import (
    HOSTNAME,
    LOGINS,
    OTHERS,
    SOURCE,
    SOURCE_BUILD,
    TARGET,
    TARGET_BUILD,
    VBR_PORT,
    VIEWER_LOGIN,
    environment,
    read_seed,
    vbr_instance,
    vbr_of,
)
from .gates.adapter import intercept
from .gates.sockets import SocketGate
from .services.vbr.kind import name_of
from .services.vbr.kinds import ALL_KINDS
from .services.vbr.resources.security import know_everyone
from .services.vbr.storages import Storages


@dataclass
class Server:
    """One simulated server as a test uses it: its address, its accounts, and the handles to control it."""

    app: Application
    hostname: str
    port: int
    login: Login
    ca_path: str | None = None
    viewer: Login = VIEWER_LOGIN

    @property
    def url(self) -> str:
        return f"https://{self.hostname}:{self.port}"

    @property
    def username(self) -> str:
        return self.login.username

    @property
    def password(self) -> str:
        return self.login.password

    @property
    def service(self) -> Any:
        """The service itself: VbrServer, EmServer, VcsaServer or VbazServer."""
        return self.app.service

    @property
    def faults(self) -> Faults:
        """`faults.add(do="drop_after", method="POST", path="/import$")`, `faults.clear()`."""
        return self.app.faults

    @property
    def journal(self) -> Journal:
        """`journal.entries` (redacted) and `journal.counts` by "METHOD /path"."""
        return self.app.journal

    @property
    def crowd(self) -> Crowd:
        """`crowd.change({"busy_above": 2})`; `crowd.most` and `crowd.refused` count requests at a time."""
        return self.app.crowd

    @property
    def clock(self) -> Clock:
        return self.app.service.clock

    def switch(self, **values: Any) -> None:
        """Set switches; raises ValueError on an unknown one."""
        self.app.service.switches.change(values)

    def readonly(self, on: bool = True) -> None:
        """Refuse every write with 599 from now on."""
        self.app.readonly = on

    def seed(self, document: dict[str, Any]) -> None:
        self.app.service.seed(document)

    def snapshot(self) -> dict[str, Any]:
        return self.app.service.snapshot()

    def restore(self, document: dict[str, Any]) -> None:
        self.app.service.restore(document)

    def reset(self) -> None:
        self.app.reset()

    def secret_equals(self, kind: str, name: str, field: str, value: str) -> bool:
        """Whether the named object's secret field has this value; raises LookupError when there is no such object."""
        return bool(self.service.holds_secret({"kind": kind, "name": name, "field": field, "value": value}))


@dataclass
class Pair:
    """A source with the shipped estate and a fresh target; `others` are servers of further services, by name.

    Behind sockets there are also `ca_path`, `control_url`, and `environment`: the variables the program would print.
    """

    source: Server
    target: Server
    others: dict[str, Server] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def ca_path(self) -> str | None:
        return self.environment.get("SIM_CA_PATH")

    @property
    def control_url(self) -> str | None:
        return self.environment.get("SIM_CONTROL_URL")

    @property
    def servers(self) -> tuple[Server, Server]:
        return self.source, self.target


@dataclass(frozen=True)
class Setup:
    """Which servers to make: builds, seeds (documents; None: the shipped ones), the clock, other services."""

    source_build: str = SOURCE_BUILD
    target_build: str = TARGET_BUILD
    source_seed: dict[str, Any] | None = None
    target_seed: dict[str, Any] | None = None
    clock: str = "instant"
    polls: int = 2
    others: tuple[str, ...] = ()

    def applications(self) -> dict[str, Application]:
        wanted = (
            (SOURCE, self.source_build, self.source_seed),
            (TARGET, self.target_build, self.target_seed),
        )
        storages = Storages()
        pair = {
            name: vbr_instance(name, build, seed or read_seed(name), self._clock(), storages)
            for name, build, seed in wanted
        }
        return {**pair, **{name: OTHERS[name].make(self._clock()) for name in self.others}}

    def _clock(self) -> Clock:
        return Clock(mode=self.clock, polls=self.polls)


@contextmanager
def simulated_pair(**setup: Any) -> Iterator[Pair]:
    """Two servers in this process, at https://<their name>:9419; takes the fields of Setup."""
    servers = {
        name: _other(name, app)
        if name in OTHERS
        else Server(app, str(vbr_of(app).identity["name"]), VBR_PORT, LOGINS[name])
        for name, app in Setup(**setup).applications().items()
    }
    with intercept({server.url: server.app for server in servers.values()}):
        yield _pair(servers, {})


@contextmanager
def serving_pair(directory: Path | None = None, **setup: Any) -> Iterator[Pair]:
    """Two servers behind TLS sockets on localhost, with a control plane; takes the fields of Setup."""
    with ExitStack() as stack:
        place = directory or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        authority = Authority(place)
        applications = Setup(**setup).applications()
        ca_path = str(authority.path)
        ports = {name: _serve(stack, authority, name, app) for name, app in applications.items()}
        servers = {
            name: _other(name, app, HOSTNAME, ports[name], ca_path)
            if name in OTHERS
            else Server(app, HOSTNAME, ports[name], LOGINS[name], ca_path)
            for name, app in applications.items()
        }
        control_port = _serve(stack, authority, "control", ControlPlane(applications))
        yield _pair(servers, environment(ca_path, ports, control_port))


@contextmanager
def simulated(name: str, clock: str = "instant", polls: int = 2) -> Iterator[Server]:
    """One server of another service in this process, where its blueprint says."""
    server = _other(name, OTHERS[name].make(Clock(mode=clock, polls=polls)))
    with intercept({server.url: server.app}):
        yield server


@contextmanager
def serving(name: str, clock: str = "instant", polls: int = 2) -> Iterator[Server]:
    """One server of another service behind a TLS socket on localhost."""
    with ExitStack() as stack:
        authority = Authority(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        app = OTHERS[name].make(Clock(mode=clock, polls=polls))
        yield _other(name, app, HOSTNAME, _serve(stack, authority, name, app), str(authority.path))


def _other(name: str, app: Application, hostname: str = "", port: int = 0, ca_path: str | None = None) -> Server:
    made = OTHERS[name]
    return Server(app, hostname or made.hostname, port or made.port, made.login, ca_path, made.viewer)


def _pair(servers: dict[str, Server], facts: dict[str, str]) -> Pair:
    others = {name: server for name, server in servers.items() if name in OTHERS}
    return Pair(servers[SOURCE], servers[TARGET], others, facts)


def _serve(stack: ExitStack, authority: Authority, name: str, application: Any) -> int:
    gate = SocketGate(application, certificate=authority.issue(name))
    return stack.enter_context(gate).port


def estate(server: Server) -> dict[str, list[dict[str, Any]]]:
    """The objects of a VBR server by kind, sorted, without ids and times, so that two runs can be compared.

    Running sessions are ended first. Secrets appear as keyed hashes: equal exactly when the secrets are. Ids of other
    objects appear as their names.
    """
    server.app.exclusively(server.service.settle)
    server.app.exclusively(lambda: know_everyone(server.service))
    known = server.service.estate
    names = {row["id"]: f"{kind.name} {name_of(kind, row['body'])}" for kind in ALL_KINDS for row in known.rows(kind)}
    rows = {
        kind.name: [
            _with_names(copy_json({name: row[name] for name in ("group", "body", "secrets", "state")}), names)
            for row in known.rows(kind)
        ]
        for kind in ALL_KINDS
    }
    return {name: sorted(found, key=_canonical) for name, found in rows.items()}


def _with_names(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with_names(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_names(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _canonical(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)
