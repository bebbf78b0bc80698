# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pairs of servers that more than one host of a run would move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

SERVERS = ("vbr_source", "vbr_target")
# The port of a server that names none.
PORT = 9419


def repeated_pairs(hosts: Iterable[Mapping[str, Any]]) -> list[str]:
    """`hosts` are the variables of each host. One without both servers is no pair."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for host in hosts:
        servers = [host.get(name) for name in SERVERS]
        given = [server for server in servers if isinstance(server, Mapping)]
        if len(given) == len(SERVERS):
            found.setdefault(tuple(map(place, given)), []).append(" -> ".join(map(shown, given)))
    return [pairs[0] for pairs in found.values() if len(pairs) > 1]


def place(server: Mapping[str, Any]) -> tuple[str, str]:
    """What two names of one server have in common: a port may be a number, its text or none, a name in any case."""
    return _host(server).strip().rstrip(".").lower(), str(server.get("port") or PORT).strip()


def shown(server: Mapping[str, Any]) -> str:
    """Where a server is, as a text."""
    return f"{_host(server)}:{server.get('port') or ''}"


def _host(server: Mapping[str, Any]) -> str:
    """An account that somebody wrote before a host is not shown."""
    return str(server.get("hostname")).rpartition("@")[2]


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"repeated_pairs": repeated_pairs}
