# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for vSphere backup proxies: one of a further host, and the one that every server has, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.testing import Server
from support.quartet import RECENT, Row

SINCE_1_3 = RECENT[1:]
HOSTS = {"further": "enterprise05.tech.local", "default": "srv04.tech.local"}
NAMES = ("own", "host")

LIVES = [
    Row(
        "proxy",
        "life",
        steps={
            "update": {"transport_mode": "VirtualAppliance", "max_task_count": 6, "failover_to_network": False},
            "update again": {"description": "Reads from the SAN", "host_to_proxy_encryption": True},
            "update datastores": {
                "auto_select_datastores": False,
                "datastores": [{"host_name": "vcenter01.tech.local", "name": "datastore1"}],
            },
            "delete": {"state": "absent"},
            "create": {"transport_mode": "DirectAccess", "auto_select_datastores": True},
        },
    ),
    Row(
        "proxy",
        "states",
        steps={
            "disable": {"state": "disabled"},
            "update and enable": {"state": "enabled", "max_task_count": 3},
            "delete": {"state": "absent"},
            "create and disable": {"state": "disabled", "description": "Asleep"},
        },
        revisions=SINCE_1_3,
    ),
]


def _named(names: str) -> Callable[[Server], None]:
    return lambda server: server.switch(proxy_names=names)


ROWS = [
    replace(life, name=f"{life.name} of the {which} one, {names} names", common={"host": host}, prepare=_named(names))
    for life in LIVES
    for which, host in HOSTS.items()
    for names in NAMES
]
