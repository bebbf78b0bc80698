# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions for a simulated Azure appliance, and questions to its journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.demo import read_seed
from simulator.testing import Server

# Policies of the seed, by their names.
POLICIES = {row["name"]: row["id"] for row in read_seed("vbaz")["policies"]}
MACHINES, DATABASES = "Backup Policy", "Databases"
# How long the sessions of a test last.
LASTED = timedelta(minutes=5)


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def session(
    number: int,
    kind: str = "PolicyBackup",
    status: str = "Success",
    policy: str = MACHINES,
    hours: float = 1,
    **more: Any,
) -> dict[str, Any]:
    """A session for a seed that began so many hours ago, or at `started`. An empty policy means no policy."""
    started = more.pop("started", None) or ago(hours)
    row = {"number": number, "type": kind, "status": status, "started": _formatted(started), "usn": number, **more}
    if status not in ("Running", "Pending"):
        row["stopped"] = _formatted(started + LASTED)
    return {**row, "policy": POLICIES[policy]} if policy else row


def _formatted(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seeded(
    server: Server, *sessions: dict[str, Any], count: int = 0, policies: tuple[str, ...] = tuple(POLICIES)
) -> None:
    """Give an appliance only these sessions, `count` more from the history, and only these of its policies."""
    seed = read_seed("vbaz")
    chosen = [row for row in seed["policies"] if row["name"] in policies]
    history = {**seed["history"], "count": count}
    server.seed({**seed, "policies": chosen, "sessions": list(sessions), "history": history})


def grants(server: Server) -> list[str]:
    """The grant types of all sign-ins, in order."""
    return [
        entry["body"]["grant_type"]
        for entry in server.journal.entries
        if (entry["method"], entry["path"]) == ("POST", "/api/oauth2/token")
    ]


def asked(server: Server, path: str) -> list[dict[str, Any]]:
    """The requests whose path ends with this."""
    return [entry for entry in server.journal.entries if entry["path"].endswith(path)]


def signed_in(server: Server) -> int:
    """How many tokens are valid."""
    now = server.clock.timestamp()
    return sum(grant.access_until > now for grant in server.service.accounts.grants.held)
