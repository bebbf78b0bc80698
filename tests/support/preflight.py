# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of two simulated servers for the preflight: each is a function that changes a pair, to be put together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulator.core.store import Row
from simulator.services.vbr.kinds import BY_NAME
from simulator.services.vbr.resources.configuration_backup import SETTINGS as CONFIGURATION
from simulator.services.vbr.resources.license import licence
from simulator.services.vbr.resources.security import SETTINGS as SECURITY
from simulator.testing import Pair, Server, simulated_pair
from support.estates import bucket

from .tasks import connection, run

JOB, REPOSITORY, LINUX = "Backup Job 2", "Main Big Repository", "Linux Direct Backup Repository 1"
NEWEST = "13.1.0.411"
HOUR = 3600
# A second name for what only one server can own.
BUCKET = bucket("AKIATECHLOCALEXAMPLE", None, "5B6D4C1E-0000-4000-8000-000000000001")

State = Callable[[Pair], None]


def nothing(_pair: Pair) -> None:
    """The servers as they are seeded."""


def no_options(_pair: Pair) -> dict[str, Any]:
    """Nothing but the two servers."""
    return {}


# -- states ------------------------------------------------------------------------------------------------------------


def row_of(server: Server, kind: str, name: str) -> Row:
    """An object by its name, user name or hint."""
    rows = server.service.store.rows(kind)
    return next(row for row in rows if name in (row["body"].get(each) for each in ("name", "username", "hint")))


def changed(kind: str, name: str, /, **body: Any) -> State:
    """An object of the source with other fields; a dotted field is written with two underscores."""

    def state(pair: Pair) -> None:
        for path, value in body.items():
            *steps, last = path.split("__")
            place = row_of(pair.source, kind, name)["body"]
            for step in steps:
                place = place[step]
            place[last] = value

    return state


def marked(kind: str, name: str, /, **marks: Any) -> State:
    """An object of the source that is offline, full, and the like."""
    return lambda pair: row_of(pair.source, kind, name)["state"].update(marks)


def recorded(table: str, side: str = "source", /, **row: Any) -> State:
    """A row of what a server only reports."""
    return lambda pair: getattr(pair, side).service.store.add(table, dict(row))


def added(kind: str, group: str, side: str = "source", /, **body: Any) -> State:
    """One more object."""

    def state(pair: Pair) -> None:
        getattr(pair, side).service.estate.add(BY_NAME[kind], group, dict(body), {}, {})

    return state


def copied(kind: str, name: str, side: str = "source", /, **body: Any) -> State:
    """An object of the source once more, here or there, but for some fields."""

    def state(pair: Pair) -> None:
        row = row_of(pair.source, kind, name)
        added(kind, row["group"], side, **{**row["body"], **body})(pair)

    return state


def licensed(side: str = "target", **values: Any) -> State:
    return lambda pair: licence(getattr(pair, side).service).update(values)


def ahead(seconds: float, side: str = "source") -> State:
    return lambda pair: setattr(getattr(pair, side).clock, "ahead", seconds)


def all_of(*states: State) -> State:
    def state(pair: Pair) -> None:
        for each in states:
            each(pair)

    return state


def same(pair: Pair) -> None:
    pair.target.service.identity["vbrId"] = pair.source.service.identity["vbrId"]


def second_factor(pair: Pair) -> None:
    SECURITY.row(pair.target.service)["body"]["mfaEnabled"] = True


def service_account(pair: Pair) -> None:
    second_factor(pair)
    pair.target.service.store.add("serviceAccounts", {"name": pair.target.username})


def four_eyes(mode: str) -> State:
    return lambda pair: pair.target.switch(four_eyes=mode)


def waiting(pair: Pair) -> None:
    row = {"name": "Deletion", "state": "Pending", "created": "2026-01-01T10:00:00+01:00"}
    pair.target.service.store.add("authorizationEvents", row)


def switched_off_again(pair: Pair) -> None:
    for hour, word in enumerate(("enabled", "disabled")):
        name, when = f"Four-eyes authorization has been {word}", f"2026-01-01T1{hour}:00:00+01:00"
        pair.target.service.store.add("authorizationEvents", {"name": name, "state": "Info", "created": when})


def managed(pair: Pair) -> None:
    body = {"type": "WindowsHost", "name": pair.source.service.identity["name"], "description": "", "credentials": None}
    added("managedServers", "windowsHosts", "target", **body)(pair)


def configured(**changes: Any) -> State:
    return lambda pair: CONFIGURATION.row(pair.source.service)["body"].update(changes)


def backed_up(pair: Pair) -> None:
    now = pair.source.clock.now().isoformat()
    configured(lastSuccessfulBackup={"lastSuccessfulTime": now, "sessionId": None})(pair)


def kept_elsewhere(pair: Pair) -> None:
    """The configuration backup is in a repository that stays: the bundle maps it to another."""
    kept = row_of(pair.source, "repositories", "Backup Repository SMB")["id"]
    configured(backupRepositoryId=kept)(pair)
    pair.source.service.estate.remove(BY_NAME["jobs"], row_of(pair.source, "jobs", JOB))


def kept_for_years(pair: Pair) -> None:
    for backup in pair.source.service.store.rows("backups"):
        for each in backup["objects"]:
            each["points"][0]["gfs"] = ["Yearly"]


def of_many_points(pair: Pair) -> None:
    """A chain of more files than a page has, the oldest of which GFS may keep."""
    for backup in pair.source.service.store.rows("backups"):
        for each in backup["objects"]:
            first, *_others = each["points"]
            each["points"] = [*({**first, "gfs": []} for _number in range(400)), first]


def running(pair: Pair) -> None:
    """A run that never ends."""
    job = row_of(pair.source, "jobs", JOB)
    pair.source.service.sessions.open(JOB, "BackupJob", [], "", stuck=True, job=job["id"])


def rescanning(pair: Pair) -> None:
    session = pair.source.service.sessions.open("Rescan", "Infrastructure", [], "", stuck=True)
    session["state"] = "Working"


def viewer(pair: Pair) -> dict[str, Any]:
    return {"source": connection(pair.source) | account(pair.source.viewer)}


def account(login: Any) -> dict[str, Any]:
    return {"username": login.username, "password": login.password}


def given(**fields: Any) -> Callable[[Pair], dict[str, Any]]:
    return lambda _pair: fields


def spoken(pair: Pair) -> dict[str, Any]:
    """What is moved is written in a revision that the target does not serve."""
    return {"source": connection(pair.source, api_version="1.2-rev1")}


def nothing_moved(pair: Pair) -> dict[str, Any]:
    return {**spoken(pair), "kinds": ["credentials"]}


def passwords(value: str) -> Callable[[Pair], dict[str, Any]]:
    key = "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11"
    return given(secrets={"encryptionPasswords": {key: {"password": value}}})


def hardened(pair: Pair) -> None:
    row = row_of(pair.source, "repositories", LINUX)
    row["group"] = "LinuxHardenedRepositories"


def without_proxies(pair: Pair) -> None:
    for row in list(pair.source.service.store.rows("proxies")):
        pair.source.service.store.remove("proxies", row["id"])


# -- cases -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A state that raises a code and one that does not, and with which options; the two servers are of these builds."""

    raised: State = nothing
    calm: State = nothing
    options: Callable[[Pair], Mapping[str, Any]] = no_options
    calmly: Callable[[Pair], Mapping[str, Any]] = no_options
    source: str = "12.3.1.1139"
    target: str = "13.0.1.180"
    other: Mapping[str, Any] = field(default_factory=dict)


def preflight(pair: Pair, **options: Any) -> dict[str, Any]:
    return run("preflight", {"source": connection(pair.source), "target": connection(pair.target), **options})


def found(
    case: Case, state: State, options: Callable[[Pair], Mapping[str, Any]], **builds: str
) -> list[dict[str, Any]]:
    builds = {"source": case.source, "target": case.target, **builds}
    with simulated_pair(source_build=builds["source"], target_build=builds["target"]) as pair:
        state(pair)
        for server in pair.servers:
            server.readonly()
        with TemporaryDirectory() as place:
            report = Path(place) / "preflight.json"
            result = preflight(pair, **options(pair), report=str(report))
            assert "findings" in result, result
            return list(json.loads(report.read_text(encoding="utf-8"))["findings"])
