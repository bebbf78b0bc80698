# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that more than one host of a run has: a source both would take jobs from, a target both would fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .repeated_pairs import place, shown


def shared_servers(hosts: Iterable[Mapping[str, Any]], variable: str) -> list[str]:
    """`hosts` are the variables of each host, `variable` is the one that has the server. Who has none shares none.

    Returns a text for each server that several of them have: the names of these hosts, and where it is.
    """
    sharing: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for host in hosts:
        if isinstance(host.get(variable), Mapping):
            sharing.setdefault(place(host[variable]), []).append(host)
    return [_in_words(several, variable) for several in sharing.values() if len(several) > 1]


def _in_words(hosts: list[Mapping[str, Any]], variable: str) -> str:
    names = ", ".join(str(host.get("inventory_hostname", "?")) for host in hosts)
    return f"{names} ({shown(hosts[0][variable])})"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"shared_servers": shared_servers}
