# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated vCenter as tests drive it: what they order, on a clock of their own, and what they ask of its journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa import client as vcsa
from simulator.testing import Server, simulated
from support.clock import CommonClock
from support.tasks import drive

STYLES = ("api", "rest")
LOCATION = "sftp://backup.tech.local/vcenter"
SECRETS = {"location_password": "Lp7&location+Kc3=Rt8", "backup_password": "Bp7&encrypt+Kc3=Rt8"}
ORDER = {"location": LOCATION, "location_user": "vcenter", **SECRETS}
JOB = "vcsa_backup_job"
# How requests that begin a backup end, in both styles.
BEGINNING = "/backup/job$"


@contextmanager
def vcenter(clock: str = "instant", polls: int = 3, **switches: Any) -> Iterator[tuple[Server, CommonClock]]:
    """A vCenter, and the clock that every client of it waits on while this lasts."""
    with simulated("vcsa", clock=clock, polls=polls) as server:
        server.switch(**switches)
        common = CommonClock(server)
        with mock.patch.object(vcsa, "Clock", lambda: Clock(common.now, common.sleep)):
            yield server, common


def back_up(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    """A backup of the appliance that goes well, with all that it takes unless told otherwise."""
    result = drive(JOB, server, check=check, **{**ORDER, **options})
    assert not result.get("failed"), result["msg"]
    return result


def refused(server: Server, module: str = JOB, **options: Any) -> str:
    """What a task says that fails."""
    result = drive(module, server, **{**ORDER, **options})
    assert result.get("failed") is True
    return str(result["msg"])


def begun(server: Server) -> int:
    """How many requests for a backup have arrived."""
    return sum(entry["method"] == "POST" and entry["path"].endswith("/backup/job") for entry in server.journal.entries)


def left_open(server: Server) -> int:
    """How many sessions nobody ended."""
    return int(server.service.accounts.count())
