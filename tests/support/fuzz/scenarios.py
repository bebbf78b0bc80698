# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that are played with falsified answers: what each module of each service usually does."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.testing import Server, simulated, simulated_pair
from support.em import BACKUP, COPY, REPLICA
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.quartet import BUILDS, Row
from support.vcsa import INFO, JOB, LOCATION, ORDER, PLACE, SCHEDULE, WHOLE
from tooling import tree

Options = Mapping[str, Any]
Step = tuple[str, Options]
ROWS = tree.ROOT / "tests" / "unit" / "vbr" / "resource"
LISTS = ("credentials", "managedServers", "repositories", "proxies", "jobs", "jobs/states", "automation/sessions")
# In the place of a path that is new at each run, and of one where a bundle is.
NEW_PATH, BUNDLE = "@new@", "@bundle@"
RAN: Options = {
    "session_types": ["PolicyBackup"],
    "expect": ["Success", "Warning", "Error"],
    "max_age": "400000h",
    "name": "Backup Policy",
}


@dataclass(frozen=True)
class Scenario:
    """A task, the server it speaks to, and the tasks that have run there before."""

    name: str
    stage: Callable[[], AbstractContextManager[Server]]
    task: str
    options: Options
    before: tuple[Step, ...] = ()
    prepare: Callable[[Server], None] = field(default=lambda server: None)

    def given(self, directory: Path) -> dict[str, Any]:
        """The options for one run, with places of its own in the file system."""
        made = {NEW_PATH: str(directory / "new"), BUNDLE: str(directory / "bundle")}
        if BUNDLE in self.options.values():
            bundle_of(directory / "bundle", chain_of_four())
        given = {
            name: made.get(value, value) if isinstance(value, str) else value for name, value in self.options.items()
        }
        # One by one: an answer is known by its number.
        return {"parallel": 1, **given}


# -- servers -----------------------------------------------------------------------------------------------------------


def backup_server(revision: str) -> Callable[[], AbstractContextManager[Server]]:
    @contextmanager
    def opened() -> Iterator[Server]:
        with simulated_pair(source_build=BUILDS[revision]) as pair:
            yield pair.source

    return opened


@contextmanager
def fresh_server() -> Iterator[Server]:
    with simulated_pair() as pair:
        yield pair.target


def enterprise_manager(keys: str) -> Callable[[], AbstractContextManager[Server]]:
    @contextmanager
    def opened() -> Iterator[Server]:
        with simulated("em", clock="polls", polls=2) as server:
            server.switch(json_keys=keys)
            yield server

    return opened


@contextmanager
def vcenter() -> Iterator[Server]:
    with simulated("vcsa", clock="polls", polls=2) as server:
        yield server


@contextmanager
def azure() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


# -- tasks -------------------------------------------------------------------------------------------------------------


def scenarios() -> Iterator[Scenario]:
    """All of them, in an order that stays the same."""
    yield from _resources()
    yield from _vbr()
    for body_format in ("json", "xml"):
        yield from _em(body_format)
    for style in ("api", "rest"):
        yield from _vcsa(style)
    yield from _vbaz()


def _resources() -> Iterator[Scenario]:
    """Every step in the life of every kind of object of a backup server."""
    for file in sorted(ROWS.glob("rows_*.py")):
        rows: list[Row] = importlib.import_module(f"unit.vbr.resource.{file.stem}").ROWS
        for row in rows:
            revision = "1.2-rev1" if "1.2-rev1" in row.revisions else row.revisions[-1]
            before: tuple[Step, ...] = ()
            for name, options in row.steps.items():
                whole = {**row.common, **options}
                stage = backup_server(revision)
                yield Scenario(f"vbr {row} {name}", stage, row.module, whole, before, row.prepare)
                before = (*before, (row.module, whole))


def _vbr() -> Iterator[Scenario]:
    source = backup_server("1.2-rev1")
    for resource in ("server", "estate", *LISTS):
        yield Scenario(f"vbr info {resource}", source, "info", {"resource": resource})
    started: Options = {"src": BUNDLE, "secrets": CHAIN_SECRETS}
    yield Scenario("vbr export", source, "export", {"dest": NEW_PATH})
    yield Scenario("vbr import", fresh_server, "import", started)
    spec: Options = {"spec": chain_of_four(), "secrets": CHAIN_SECRETS, "api_version": "1.2-rev1"}
    yield Scenario("vbr import again", fresh_server, "import", spec, (("import", spec),))
    for action in ("info", "wait", "logs", "stop"):
        yield Scenario(f"vbr session {action}", fresh_server, "session", {"action": action}, (("import", spec),))
    yield Scenario("vbr job_run", source, "job_run", {"name": "Backup Job 2"})
    yield Scenario("vbr rest list", source, "rest", {"path": "/api/v1/jobs"})
    yield Scenario("vbr rest object", source, "rest", {"path": "/api/v1/configBackup"})
    account = {"type": "Standard", "username": "TECH\\rest", "description": "By hand"}
    made: Options = {"method": "POST", "path": "/api/v1/credentials", "body": account}
    yield Scenario("vbr rest write", source, "rest", {**made, "secret_body": {"password": "Kf8+vT3&rest=Qz1%"}})
    yield Scenario("vbr rest wait", source, "rest", {"method": "POST", "path": "/api/v1/configBackup/backup"})


def _em(body_format: str) -> Iterator[Scenario]:
    for keys in ("pascal", "camel") if body_format == "json" else ("pascal",):
        stage = enterprise_manager(keys)
        form: Options = {"body_format": body_format}
        label = f"em {body_format} {keys}"
        for resource in ("server", "jobs", "repositories", "backup_servers", "backups", "tasks"):
            yield Scenario(f"{label} info {resource}", stage, "em_info", {"resource": resource, **form})
        for state in ("disabled", "enabled", "started", "absent"):
            options = {"name": BACKUP, "state": state, **form}
            before: tuple[Step, ...] = (("em_job", {**options, "state": "disabled"}),) if state == "enabled" else ()
            yield Scenario(f"{label} job {state}", stage, "em_job", options, before)
        for source in (BACKUP, REPLICA, COPY):
            wanted = {"source": source, "name": "Billing", "schedule_enabled": False, **form}
            wanted |= {"vm_suffix": "_b"} if source == REPLICA else {}
            yield Scenario(f"{label} clone of {source}", stage, "em_job_clone", wanted)
        again: Options = {"source": BACKUP, "name": "Billing", "description": "Other", **form}
        yield Scenario(f"{label} clone again", stage, "em_job_clone", again, (("em_job_clone", again),))


def _vcsa(style: str) -> Iterator[Scenario]:
    form: Options = {"api_style": style}
    done: Step = (JOB, {**ORDER, **form})
    made: Step = (SCHEDULE, {**WHOLE, **form})
    yield Scenario(f"vcsa {style} info", vcenter, INFO, form, (done, made))
    archives = {"gather": ["archives"], **PLACE, **form}
    yield Scenario(f"vcsa {style} archives", vcenter, INFO, archives, (done,))
    yield Scenario(f"vcsa {style} backup", vcenter, JOB, {**ORDER, **form})
    yield Scenario(f"vcsa {style} young backup", vcenter, JOB, {"max_age": "1h", **ORDER, **form}, (done,))
    yield Scenario(f"vcsa {style} schedule", vcenter, SCHEDULE, {**WHOLE, **form})
    changed = {"location": LOCATION, "retention": 7, **form}
    yield Scenario(f"vcsa {style} schedule changed", vcenter, SCHEDULE, changed, (made,))
    yield Scenario(f"vcsa {style} schedule run", vcenter, SCHEDULE, {"run": True, **WHOLE, **form}, (made,))
    yield Scenario(f"vcsa {style} schedule removed", vcenter, SCHEDULE, {"state": "absent", **form}, (made,))


def _vbaz() -> Iterator[Scenario]:
    for resource in ("about", "sessions", "policies", "repositories", "summary"):
        yield Scenario(f"vbaz info {resource}", azure, "vbaz_info", {"resource": resource})
    yield Scenario("vbaz info expectations", azure, "vbaz_info", {"resource": "summary", **RAN})
    for form in ("csv", "json"):
        yield Scenario(f"vbaz export {form}", azure, "vbaz_session_export", {"dest": NEW_PATH, "format": form})
