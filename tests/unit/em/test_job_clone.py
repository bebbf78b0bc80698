# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloning a job: each type of job in each format, what is sent, what is refused, and what is there already."""

from __future__ import annotations

from typing import Any

import pytest

from contract.em import EmContractObserver
from support.clock import SwiftClock
from support.em import (
    BACKUP,
    BRANCH,
    COPY,
    FORMATS,
    FRESH,
    IMMEDIATE_COPY,
    MAIN,
    NOT_CLONABLE,
    ORACLE_REPOSITORY,
    QUOTED,
    REPLICA,
    TWICE,
    clone,
    enterprise_manager,
    jobs,
    sent,
    signed_in,
)
from support.tasks import connection, drive

NAME = "Billing Backup"
ROWS: dict[str, dict[str, Any]] = {
    "backup": {"source": BACKUP, "description": "Made from a template", "repository": "CRM Volume"},
    "backup like its source": {"source": BACKUP},
    "backup switched on": {"source": BACKUP, "schedule_enabled": True},
    "backup with quotes": {"source": QUOTED, "name": 'Shop "Red" <& Co> (2/1/2020)'},
    "backup by id": {"source": "93dfbb3e-f420-45cf-addc-4ee9297113f2"},
    "backup by uid": {"source": "urn:veeam:Job:78c3919c-54d7-43fe-b047-485d3566f11f", "folder_name": "billing"},
    "backup of one server": {"source": TWICE, "backup_server": BRANCH, "repository": "Backup Volume 01"},
    "replica": {"source": REPLICA, "vm_suffix": "_billing", "description": "Second site"},
    "copy": {"source": COPY, "job_file_name": "billing"},
    "immediate copy": {"source": IMMEDIATE_COPY, "description": "é 𝄞", "schedule_enabled": False},
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("row", ROWS)
def test_a_clone_changes_once(row: str, form: str, em_clock: SwiftClock) -> None:
    options = {"name": NAME, **ROWS[row]}
    observer = EmContractObserver()
    with enterprise_manager(form) as server:
        server.app.observers.append(observer)
        server.readonly()
        check = clone(server, check=True, **options)
        assert (check.get("msg"), check["changed"], check["action"]) == (None, True, "create")

        server.readonly(False)
        change = clone(server, **options)
        assert (change.get("msg"), change["changed"], change["sent"]) == (None, True, check["sent"])
        assert change["diff"] == check["diff"] != []
        assert change["resource"]["Name"] == options["name"]
        for option, field in (("description", "Description"), ("schedule_enabled", "ScheduleEnabled")):
            assert options.get(option, change["resource"][field]) == change["resource"][field]

        server.readonly()
        for check_mode in (True, False):
            again = clone(server, check=check_mode, **options)
            assert (again.get("msg"), again["changed"], again["diff"], again["drift"]) == (None, False, [], [])
            assert again["resource"]["UID"] == change["resource"]["UID"]
        assert (len(jobs(server, options["name"])), sent(server, "clone"), signed_in(server)) == (1, 1, 0)
    assert observer.violations == []


@pytest.mark.parametrize("switch", ["duplicate_name", "long_name", "unknown_repository", "foreign_repository"])
@pytest.mark.parametrize("outcome", ["bad_request", "failed_task"])
def test_what_the_client_refuses_never_reaches_the_server(switch: str, outcome: str, em_clock: SwiftClock) -> None:
    wrong = {
        "duplicate_name": {"name": BACKUP.upper()},
        "long_name": {"name": "x" * 51},
        "unknown_repository": {"repository": "urn:veeam:Repository:00000000-0000-4000-8000-000000000000"},
        "foreign_repository": {"repository": "Branch Volume"},
    }
    with enterprise_manager() as server:
        server.switch(**{switch: outcome})
        refused = clone(server, **wrong[switch])
        assert refused["failed"]
        assert sent(server, "clone") == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"source": "Oracel Backup"}, "source: there is no 'Oracel Backup'. There are: Appserver Replication,"),
        ({"source": TWICE}, f"several jobs '{TWICE}': c72ec878-c0b9-44f9-8376-7f4c9a9de056 on {MAIN}, 93dfbb3e-"),
        ({"source": BACKUP, "backup_server": BRANCH}, f"source: there is no '{BACKUP}'. There are: {TWICE}"),
        ({"backup_server": "backup03"}, f"backup_server: there is no 'backup03'. There are: {MAIN}, {BRANCH}."),
        ({"source": NOT_CLONABLE}, "the server does not offer to clone job"),
        ({"source": FRESH}, "do not tell, as there are none. Give repository."),
        (
            {"repository": "Big Volume"},
            "repository: there is no 'Big Volume'. There are: Backup Volume 01, CRM Volume,",
        ),
        ({"repository": "Branch Volume"}, f"repository: 'Branch Volume' is on {BRANCH}; the job is on {MAIN}."),
        ({"name": BACKUP.lower()}, "is the source itself"),
        ({"vm_suffix": "_x"}, "has no vm_suffix"),
        ({"source": REPLICA}, "needs vm_suffix"),
        ({"source": REPLICA, "vm_suffix": "_x", "repository": "CRM Volume"}, "has no repository"),
        ({"name": "x" * 51}, "51 characters"),
    ],
)
def test_bad_input_is_one_clear_error(options: dict[str, Any], reason: str, em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        server.readonly()
        refused = clone(server, **options)
        assert (refused["failed"], refused["changed"]) == (True, False)
        assert reason in refused["msg"]


def test_an_ambiguous_repository_has_to_be_given(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        estate = server.service.estate
        moved = next(row for row in estate.rows("backups") if row["name"] == BACKUP)
        estate.store.add("backups", {**moved, "repository": "6ee14c9a-4bc1-4783-8da1-a67e05da5218"}, "0b0b0b0b")
        refused = clone(server)
        assert "lie in several: Backup Volume 01, CRM Volume. Give repository." in refused["msg"]
        assert clone(server, repository=ORACLE_REPOSITORY)["sent"]["repository"] == ORACLE_REPOSITORY


def test_a_repository_is_found_on_the_server_of_the_job(em_clock: SwiftClock) -> None:
    """Both servers have one of this name."""
    with enterprise_manager() as server:
        made = clone(server, source=TWICE, backup_server=BRANCH, repository="backup volume 01")
        assert made["sent"]["repository"] == "urn:veeam:Repository:1c9f7b30-5a04-4ce4-9a55-2f6e0d8b7a02"
        assert made["backup_server"] == BRANCH


def test_what_many_clones_need_is_looked_up_once(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        clone(server, check=True, clones=[{"source": BACKUP, "name": f"Clone {number}"} for number in range(10)])
        # Sign-in, the source, its backups, the backup servers, each name, all jobs for names in another case, sign-out.
        assert len(server.journal.entries) == 1 + 3 + 10 + 1 + 1


def test_a_diff_names_the_repository(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        shown = clone(server, check=True)
        assert shown["diff"][0]["after"]["repository"] == "Backup Volume 01"
        assert shown["sent"]["repository"] == ORACLE_REPOSITORY


def test_the_same_name_on_another_server_is_another_job(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        options = {"name": NAME, "repository": "Backup Volume 01"}
        assert clone(server, **options)["changed"]
        assert clone(server, source=TWICE, backup_server=BRANCH, **options)["changed"]
        assert len(jobs(server, NAME)) == 2


def test_an_existing_job_is_kept_and_its_drift_is_shown(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        clone(server, description="As it was")
        drive("em_job", server, name=NAME, state="started")
        kept = clone(server, source=IMMEDIATE_COPY, description="New", repository="CRM Volume", check=True)
        assert kept["changed"] is False
        assert kept["drift"] == [
            {"option": "type", "wanted": "ImmediateBackupCopy", "actual": "Backup"},
            {"option": "description", "wanted": "New", "actual": "As it was"},
            {"option": "repository", "wanted": "CRM Volume", "actual": "Backup Volume 01"},
        ]
        assert "its description is 'As it was', not 'New'" in " ".join(kept["warnings"])


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("initial", ["disabled", "as_source"])
def test_a_clone_has_the_desired_schedule(enabled: bool, initial: str, em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        server.switch(cloned_schedule=initial)
        made = clone(server, schedule_enabled=enabled)
        assert made["resource"]["ScheduleEnabled"] is enabled
        assert sent(server, "toggleScheduleEnabled") == (enabled != (initial == "as_source"))


def test_the_schedule_of_an_existing_job_is_switched(em_clock: SwiftClock) -> None:
    with enterprise_manager() as server:
        clone(server)
        switched = clone(server, schedule_enabled=True)
        assert (switched["action"], switched["changed"]) == ("update", True)
        assert switched["diff"][0]["after"] == {"schedule_enabled": True}
        assert switched["resource"]["ScheduleEnabled"] is True


def test_one_clone_and_a_list_of_clones_exclude_each_other() -> None:
    """Ansible itself refuses these, before anybody is asked."""
    with enterprise_manager() as server:
        for options in ({"clones": [], "name": "x", "source": "y"}, {"source": "y"}, {"name": "x"}, {}):
            with pytest.raises(AssertionError):
                drive("em_job_clone", server, **options)
        assert not server.journal.entries


def test_an_unencrypted_service_is_one_message() -> None:
    with enterprise_manager() as server:
        options = connection(server, source=BACKUP, name=NAME, port=9399)
        assert "does not answer" in drive("em_job_clone", server, **options)["msg"]
