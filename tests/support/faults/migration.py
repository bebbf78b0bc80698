# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small migration that can be run, broken and run again, and what it comes to when it is left alone."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.core.call import Exchange
from simulator.demo import SOURCE, read_seed
from simulator.testing import Pair, estate
from support.tasks import drive, secrets_for

Result = dict[str, Any]


def small_estate() -> dict[str, Any]:
    """The shipped estate with two jobs more, so that a session can be broken off between them.

    One is chained to the first job, one is started by hand: nothing but the journal knows that it was brought in.
    """
    seed = read_seed(SOURCE)
    jobs = seed["estate"]["jobs"]["jobs"]
    first, chained, by_hand = (copy.deepcopy(jobs[0]) for _copy in range(3))
    chained["name"], by_hand["name"] = "Backup Job 3", "Backup Job 4"
    chained["schedule"]["afterThisJob"] = {"isEnabled": True, "jobName": first["name"]}
    by_hand["schedule"]["runAutomatically"] = False
    seed["estate"]["jobs"]["jobs"] = [first, chained, by_hand]
    return seed


@dataclass
class Migration:
    """Export and import between a pair of servers, with all files in `place`; `options` are those of the import."""

    pair: Pair
    place: Path
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def bundle(self) -> Path:
        return self.place / "bundle"

    def exported(self) -> Result:
        target = self.pair.target
        peer = {"hostname": target.hostname, "port": target.port, "ca_path": target.ca_path}
        return drive("export", self.pair.source, dest=str(self.bundle), for_server=peer)

    def imported(self) -> Result:
        return drive("import", self.pair.target, **self.import_options())

    def import_options(self) -> dict[str, Any]:
        manifest = json.loads((self.bundle / "manifest.json").read_text(encoding="utf-8"))
        given = {"src": str(self.bundle), "secrets": secrets_for(manifest), "report": str(self.place / "import.json")}
        return {**given, **self.options}


def files(bundle: Path) -> dict[str, str]:
    """The text of each file of a bundle, with the journal; the manifest without its time."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in bundle.glob("[!.]*.json")}
    timeless = json.loads(texts["manifest.json"]) | {"created": ""}
    return {**texts, "manifest.json": json.dumps(timeless)}


@dataclass(frozen=True)
class Undisturbed:
    """What a migration comes to: the requests each server gets, the bundle before and after the import, the estate.

    A request is `METHOD path`.
    """

    exporting: dict[str, list[str]]
    importing: list[str]
    exported: Path
    imported: Path
    estate: dict[str, Any]


def undisturbed(pair: Pair, place: Path) -> Undisturbed:
    """Runs a migration once; both servers are fresh again afterwards."""
    migration = Migration(pair, place)
    heard: dict[str, list[str]] = {server.app.service.instance: [] for server in pair.servers}

    def hear(exchange: Exchange) -> None:
        heard[exchange.instance].append(f"{exchange.method} {exchange.path}")

    for server in pair.servers:
        server.app.observers.append(hear)
    exported = migration.exported()
    assert exported["changed"], exported["msg"]
    exporting = {name: list(requests) for name, requests in heard.items()}
    before = shutil.copytree(migration.bundle, place / "exported")
    imported = migration.imported()
    assert imported["changed"] and not imported.get("failed"), imported["msg"]
    target = pair.target.app.service.instance
    importing = heard[target][len(exporting[target]) :]
    found = Undisturbed(exporting, importing, before, migration.bundle, estate(pair.target))
    for server in pair.servers:
        server.app.observers.remove(hear)
        server.reset()
    return found
