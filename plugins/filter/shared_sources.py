# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sources that more than one host of a run would take jobs from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .repeated_pairs import place, shown

SOURCE = "vbr_source"


def shared_sources(hosts: Iterable[Mapping[str, Any]]) -> list[str]:
    """`hosts` are the variables of each host. One without a source shares none.

    Returns a text for each source that several of them have: the names of these hosts, and where it is.
    """
    sharing: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for host in hosts:
        if isinstance(host.get(SOURCE), Mapping):
            sharing.setdefault(place(host[SOURCE]), []).append(host)
    return [_in_words(several) for several in sharing.values() if len(several) > 1]


def _in_words(hosts: list[Mapping[str, Any]]) -> str:
    names = ", ".join(str(host.get("inventory_hostname", "?")) for host in hosts)
    return f"{names} ({shown(hosts[0][SOURCE])})"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"shared_sources": shared_sources}
