# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a service is and who is asking, and time as the client sees it."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import InvalidInput, quoted
from .parallel import DEFAULT_LANES, MOST_LANES
from .redaction import MASK, Secrets

LAST_PORT = 65_535
# The longest timeout: a day. No answer takes longer, and no socket waits for ever.
LONGEST_TIMEOUT_SECONDS = 86_400
# What a number of a connection is.
MEANT = {
    "port": f"Ports are numbers from 1 to {LAST_PORT}.",
    "timeout": f"It is a number of seconds: more than 0, and {LONGEST_TIMEOUT_SECONDS} at most.",
    "parallel": f"It is how many requests are under way at a time: 1 to {MOST_LANES}.",
}
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")


@dataclass(frozen=True)
class Clock:
    """Time as the client sees it: seconds since some start, and a way to let them pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Trail:
    """What a task has asked so far, whether a request that writes was answered well, and what to warn of.

    Several threads may add to it.
    """

    latest: str = ""
    written: bool = False
    warnings: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def note(self, request: str, ok: bool, writes: bool) -> None:
        """Keep one request. `writes` says whether it may have an effect."""
        self.latest = request
        if ok and writes and not request.startswith("GET "):
            self.written = True

    def warn(self, warning: str, instead: str = "") -> None:
        """Say this with the result, once, and not what was to be said `instead` of it."""
        with self._lock:
            others = [each for each in self.warnings if each not in (warning, instead)]
            self.warnings = self.warnings if warning in self.warnings else [*others, warning]


@dataclass(frozen=True)
class Connection:
    """Where a service is and who is asking: the connection options every module has.

    No message about the conversation shows one of its `secrets`; whoever learns a new one adds it. `trail` is what was
    asked.
    """

    hostname: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 60.0
    parallel: int = DEFAULT_LANES
    api_version: str = "auto"
    secrets: Secrets = field(default_factory=Secrets, repr=False, compare=False)
    trail: Trail = field(default_factory=Trail, repr=False, compare=False)

    @property
    def place(self) -> str:
        """The server in a message, and in its URL."""
        host = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.place}"


def check(connection: Connection) -> None:
    """Refuse what is no address, no timeout, no number of requests, and a file without certificates, before anybody is
    asked. Raises InvalidInput.
    """
    if not _is_host(connection.hostname):
        _account, at, host = connection.hostname.rpartition("@")
        bare = host.strip().removeprefix("[").removesuffix("]")
        raise InvalidInput(
            f"{quoted(MASK + at + host if at else host)} is no host name.",
            f"Write {bare}, without the brackets."
            if bare != host and _is_host(bare)
            else "Name the host alone, without https://, without an account and without the port.",
        )
    if not 1 <= connection.port <= LAST_PORT:
        raise InvalidInput(f"port cannot be {connection.port}.", MEANT["port"])
    # Written so that it refuses `nan`, which is neither more nor less than anything.
    if not 0 < connection.timeout <= LONGEST_TIMEOUT_SECONDS:
        raise InvalidInput(f"timeout cannot be {connection.timeout:g}.", MEANT["timeout"])
    if not 1 <= connection.parallel <= MOST_LANES:
        raise InvalidInput(f"parallel cannot be {connection.parallel}.", MEANT["parallel"])
    if connection.ca_path and connection.validate_certs:
        place = {"capath" if os.path.isdir(connection.ca_path) else "cafile": connection.ca_path}
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**place)
        except OSError as error:
            raise InvalidInput(
                f"The certificates of ca_path cannot be read from {connection.ca_path}: {error}.",
                "It is a PEM file with the certificate of the authority.",
            ) from None


def _is_host(name: str) -> bool:
    if ":" not in name:
        return HOST.fullmatch(name) is not None
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
