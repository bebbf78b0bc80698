# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pairs of servers that more than one host of a run would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

SERVERS = ("vbr_source", "vbr_target")


def repeated_pairs(hosts: Iterable[Mapping[str, Any]]) -> list[str]:
    """`hosts` are the variables of each host. One without both servers is no pair."""
    pairs = (_pair(host) for host in hosts if all(isinstance(host.get(name), Mapping) for name in SERVERS))
    return [pair for pair, count in Counter(pairs).items() if count > 1]


def _pair(host: Mapping[str, Any]) -> str:
    """Where both servers are, as a text: a port may be a number or its text."""
    servers = (host[name] for name in SERVERS)
    # An account that somebody wrote before a host is not shown.
    return " -> ".join(f"{str(one.get('hostname')).rpartition('@')[2]}:{one.get('port', '')}" for one in servers)


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"repeated_pairs": repeated_pairs}
