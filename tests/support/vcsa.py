# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated vCenter on a clock of its own, tasks against it, and questions to its journal."""

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
# The same without what only a backup needs.
PLACE = {"location": LOCATION, "location_user": "vcenter", "location_password": SECRETS["location_password"]}
JOB, SCHEDULE, INFO = "vcsa_backup_job", "vcsa_backup_schedule", "vcsa_backup_info"
# A schedule with everything that an update cannot remove.
WHOLE = {**ORDER, "retention": 3, "recurrence": {"minute": 0, "hour": 2}}
# The path of requests that write the schedule `default`, in both styles.
ONE_SCHEDULE = r"/schedules(/update)?(/default)?$"
# The path of requests that start a backup, in both styles.
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
    """A backup that goes well, with all options that one needs, and these."""
    result = drive(JOB, server, check=check, **{**ORDER, **options})
    assert not result.get("failed"), result["msg"]
    return result


def keep_busy(server: Server, polls: int = 40, **options: Any) -> str:
    """Start a backup that is at work for so many polls; returns its id."""
    server.clock.change({"mode": "polls", "polls": polls})
    return str(back_up(server, wait=False, **options)["resource"]["id"])


def manage_schedule(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    """A task on a schedule that goes well."""
    result = drive(SCHEDULE, server, check=check, **options)
    assert not result.get("failed"), result["msg"]
    return result


def schedule_writes(server: Server) -> list[str]:
    """The methods of the requests that wrote a schedule."""
    return [
        entry["method"]
        for entry in server.journal.entries
        if "/schedules" in entry["path"] and entry["method"] != "GET" and not entry["path"].endswith("session")
    ]


def refused(server: Server, module: str = JOB, **options: Any) -> str:
    """The message of a task that fails."""
    result = drive(module, server, **{**ORDER, **options})
    assert result.get("failed") is True
    return str(result["msg"])


def begun(server: Server) -> int:
    """How many requests that start a backup have arrived."""
    return sum(entry["method"] == "POST" and entry["path"].endswith("/backup/job") for entry in server.journal.entries)


def left_open(server: Server) -> int:
    """How many sessions nobody ended."""
    return int(server.service.accounts.count())
