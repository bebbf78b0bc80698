# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Enterprise Manager for the tests of its modules: names of its seed, calls of the modules, counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.testing import Server, simulated
from support.tasks import drive

MAIN, BRANCH = "backup01.tech.local", "backup02.tech.local"
# A job of each type, with what its clone needs beside a name.
BACKUP, REPLICA = "Oracle Backup", "Appserver Replication"
COPY, IMMEDIATE_COPY = "CRM Backup Copy", "Backup Copy Job 1"
# Both servers have one of these.
TWICE = "CRM Backup"
# One that has no backups yet, and one that is not to be cloned.
FRESH, NOT_CLONABLE = "Fresh Backup", "Director Backup"
QUOTED = 'Web "Blue" Backup'
ORACLE_REPOSITORY = "urn:veeam:Repository:cbd9a4b6-b9ed-4cd6-a091-75b6481c9d55"
# The ways to ask a server: the body format, and how its JSON keys begin.
FORMATS = {"xml": ("xml", "pascal"), "json": ("json", "pascal"), "json of server 13": ("json", "camel")}


@dataclass
class Manager(Server):
    """A simulated Enterprise Manager, and the format in which the modules ask it."""

    body_format: str = "xml"


@contextmanager
def enterprise_manager(form: str = "xml", **clock: Any) -> Iterator[Manager]:
    """A server with the seed's estate; its tasks take two polls unless `clock` says something else."""
    body_format, json_keys = FORMATS[form]
    with simulated("em", **{"clock": "polls", **clock}) as server:
        server.switch(json_keys=json_keys)
        yield Manager(**vars(server), body_format=body_format)


def ask(module: str, server: Manager, check: bool = False, **options: Any) -> dict[str, Any]:
    """Run a module against it."""
    return drive(module, server, check=check, **{"body_format": server.body_format, **options})


def clone(server: Manager, check: bool = False, **options: Any) -> dict[str, Any]:
    """Clone the usual job, or as the options say."""
    if "clones" not in options:
        options = {"source": BACKUP, "name": "Billing Backup", **options}
    return ask("em_job_clone", server, check, **options)


def jobs(server: Server, name: str) -> list[dict[str, Any]]:
    """The jobs of this name that there are, once all tasks have ended."""
    server.app.exclusively(server.service.settle)
    return [row for row in server.service.estate.rows("jobs") if row["name"] == name]


def sent(server: Server, action: str) -> int:
    """How often an action was asked of any job."""
    posts = (entry for entry in server.journal.entries if entry["method"] == "POST")
    return sum(entry["query"].get("action") == [action] for entry in posts)


def signed_in(server: Server) -> int:
    """How many logon sessions there are."""
    return sum(1 for _logon in server.service.accounts.logons())
