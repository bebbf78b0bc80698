# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a migration as the role vbr_report gives them to its filters, from real results; and the page they become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.backupfleet.rest.plugins.filter.migration_page import migration_page
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.document import migration_report
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from ansible_collections.backupfleet.rest.plugins.plugin_utils import run_reports
from simulator.testing import Pair, Server
from support.tasks import drive
from tooling import tree

from .estates import CHAIN_SECRETS, Record, bundle_of, chain_of_four, job, secrets_of
from .imports import BUCKET_SECRETS, chains_and_a_bucket

TEMPLATE = tree.ROOT / "roles" / "vbr_report" / "templates" / "report.html.j2"
TIMES = {
    "export": "2026-11-21T10:00:00.250000Z",
    "import": "2026-11-21T10:00:02.750000Z",
    "verify": "2026-11-21T10:01:02.750000Z",
    "ended": "2026-11-21T10:01:04.000000Z",
}
# What somebody may call a job who wants the reader's browser to do something.
HOSTILE = (
    '<script>document.title = "taken"; fetch("https://outside.example/")</script>',
    '"><img src="https://outside.example/x.png" onerror="document.title = 1">',
    "</style><style>@import url(https://outside.example/x.css);</style>",
    "{{ 7 * 7 }}{% raw %}",
)


def run(pair: Pair, for_show: bool = False, failure: Record | None = None, **steps: Any) -> dict[str, Any]:
    """The run of a playbook that did these steps."""
    return {
        "pair": "demo",
        "source": _connection(pair.source),
        "target": _connection(pair.target),
        "for_show": for_show,
        "steps": {name.rstrip("_"): result for name, result in steps.items()},
        "times": TIMES,
        "failure": failure or {},
        "details": {},
        "files": {"bundle": "/srv/demo/bundle"},
    }


def _connection(server: Server) -> dict[str, Any]:
    return {"hostname": server.hostname, "port": server.port, "username": "who", "password": server.password}


def move(pair: Pair, place: Path) -> dict[str, Any]:
    """The run of migrate.yml that moves the demo estate."""
    bundle, details = str(place / "bundle"), place / "import.json"
    exported = drive("export", pair.source, dest=bundle)
    options: dict[str, Any] = {"src": bundle, "secrets": secrets_of(bundle)}
    imported = drive("import", pair.target, **options, report=str(details))
    verified = verification(drive("import", pair.target, check=True, **options))
    done = run(pair, export=exported, import_=imported, verify=verified)
    return {**done, "details": json.loads(details.read_text(encoding="utf-8"))}


def hostile(pair: Pair, place: Path, **options: Any) -> dict[str, Any]:
    """The run of an import of jobs with hostile names."""
    estate = chain_of_four()
    (store,) = estate["repositories"]["LinuxLocalRepositories"]
    estate["jobs"]["jobs"] = [job(name, store) for name in HOSTILE]
    bundle = bundle_of(place / "hostile", estate)
    return run(pair, import_=drive("import", pair.target, src=bundle, **{"secrets": CHAIN_SECRETS, **options}))


def plan_page(pair: Pair, place: Path) -> str:
    """The page of a saved plan, some of which waits for the cutover."""
    bundle, plan = bundle_of(place / "to_plan", chains_and_a_bucket()), place / "plan.json"
    planned = drive("import", pair.target, src=bundle, secrets=BUCKET_SECRETS, save_plan=str(plan))
    done = {**run(pair, import_=planned), "name": "plan", "continues": False, "has_failed": False, "tasks": {}}
    template = TEMPLATE.read_text(encoding="utf-8")
    return run_reports.made({**done, "plan": str(plan)}, place, template, place / "kept")[0]["plan.html"]


def page(report: dict[str, Any]) -> str:
    """The report as people get it."""
    return migration_page(report, TEMPLATE.read_text(encoding="utf-8"))


def report(done: dict[str, Any], earlier: dict[str, Any] | str | None = None) -> dict[str, Any]:
    """The report of a run, as programs get it: after a journey through JSON."""
    made: dict[str, Any] = json.loads(json.dumps(migration_report(done, earlier)))
    return made
