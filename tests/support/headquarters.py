# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole server `headquarters` on its way to another: export, import, cutover and rollback, in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.services.vbr.kind import Kind, name_of
from simulator.services.vbr.kinds import ALL_KINDS, JOBS, REPOSITORIES
from simulator.testing import Pair, Server, estate
from support.tasks import connection, drive, secrets_for

Result = dict[str, Any]
OPEN = {"isEnabled": False}
COPIES = {"FileBackupCopy", "EntraIDTenantBackupCopy"}


@dataclass
class Move:
    """Both servers, and the bundle between them."""

    pair: Pair
    bundle: Path

    def export(self, **other: Any) -> Result:
        there = connection(self.pair.target)
        peer = {name: there[name] for name in ("hostname", "port", "ca_path")}
        options = {"dest": str(self.bundle), "for_server": peer}
        return _well(drive("whole_export", self.pair.source, **{**options, **other}))

    @property
    def secrets(self) -> dict[str, Any]:
        return secrets_for(json.loads((self.bundle / "manifest.json").read_text(encoding="utf-8")))

    def bring_in(self, check: bool = False, **other: Any) -> Result:
        """Import, however it ends."""
        options = {"src": str(self.bundle), "secrets": self.secrets}
        return drive("whole_import", self.pair.target, check=check, **{**options, **other})

    def brought_in(self, **other: Any) -> Result:
        """Import, and it has to go well."""
        return _well(self.bring_in(**other))

    def hand_over(self, state: str = "cut_over", **other: Any) -> Result:
        options = {"source": connection(self.pair.source), "src": str(self.bundle), "state": state}
        return _well(drive("cutover", self.pair.target, **{**options, **other}))


@dataclass(frozen=True)
class Moment:
    """Two servers and the bundle between them as they were at one moment, for tests that go on from there.

    What it takes to come there is done once. `again` puts it into a pair of the same builds that was just made.
    """

    snapshots: tuple[Result, Result]
    bundle: Path

    def again(self, pair: Pair, place: Path) -> Move:
        for server, snapshot in zip(pair.servers, self.snapshots, strict=True):
            server.restore(snapshot)
        return Move(pair, Path(shutil.copytree(self.bundle, place / "bundle")))


def moment(move: Move) -> Moment:
    """What a move is now; nobody changes its bundle afterwards."""
    source, target = (server.snapshot() for server in move.pair.servers)
    return Moment((source, target), move.bundle)


def guard(server: Server) -> None:
    """Let only one account use each repository."""
    for row in server.service.estate.rows(REPOSITORIES):
        accounts = [{"name": "ORION\\tape", "type": "ExternalUser"}]
        row["state"]["access"] = {"accessPolicy": "AllowExplicit", "accounts": accounts, "encryptionSettings": OPEN}


def _well(result: Result) -> Result:
    assert not result.get("failed"), {name: result.get(name) for name in ("msg", "failed_objects", "exception")}
    return result


def rows(server: Server, path: str) -> list[dict[str, Any]]:
    """What a list of a server shows."""
    answer: list[dict[str, Any]] = drive("rest", server, path=f"/api/v1/{path}")["resources"]
    return answer


def seen_as(server: Server, other: Server) -> dict[str, list[dict[str, Any]]]:
    """The estate of a server, as if it were called like another one."""
    own, wanted = server.service.identity["name"], other.service.identity["name"]
    found: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(estate(server)).replace(own, wanted))
    return found


def enabled(server: Server) -> dict[str, bool]:
    """The jobs of a server: whether each is enabled."""
    return {row["body"]["name"]: not row["state"].get("disabled") for row in server.service.estate.rows(JOBS)}


def differences(server: Server, other: Server) -> dict[str, set[str]]:
    """By kind and name what two servers have otherwise: the paths of fields; what one lacks is `only here` or `there`.

    Secrets are not compared, and neither is which of both runs the jobs.
    """
    ours, theirs = seen_as(server, other), estate(other)
    found: dict[str, set[str]] = {}
    for kind in ALL_KINDS:
        here, there = (_by_name(kind, each[kind.name]) for each in (ours, theirs))
        for name in {*here, *there}:
            title = f"{kind.name} {name}"
            if name not in here or name not in there:
                found[title] = {"only here" if name in here else "only there"}
            elif other_fields := set(_otherwise(here[name], there[name], "")):
                found[title] = other_fields
    return found


def _by_name(kind: Kind, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{row['body'].get('type', '')} {name_of(kind, row['body'])}": {
            **row["body"],
            "access": row["state"].get("access"),
        }
        for row in found
    }


def _otherwise(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {*one, *other}:
            yield from _otherwise(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from _otherwise(left, right, path)
    elif one != other:
        yield path


def able_to_run(server: Server) -> set[str]:
    """The jobs of a server that start without anybody who starts them."""
    return {
        row["body"]["name"]
        for row in server.service.estate.rows(JOBS)
        if not row["state"].get("disabled") and _starts_by_itself(row["body"])
    }


def _starts_by_itself(job: dict[str, Any]) -> bool:
    """Some copies have no switch for it: they begin when another job has run."""
    schedule = job.get("schedule") or {}
    return job.get("type") in COPIES or job.get("mode") == "Immediate" or bool(schedule.get("runAutomatically"))
