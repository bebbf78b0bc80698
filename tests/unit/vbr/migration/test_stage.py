# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs asleep and the journal of what they were: the true value is remembered whatever happens meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bundle import (
    Bundle,
    ServerIdentity,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.journal_entries import JournalJob
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.listed import ListedJob
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.mapping import mappings
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import (
    PENDING,
    STAGED,
    WAITING,
    Journal,
    Origin,
    asleep,
    origins,
    read_journal,
    runs_by_itself,
)


@pytest.mark.parametrize(
    ("job", "runs"),
    [
        ({"schedule": {"runAutomatically": True}}, True),
        ({"schedule": {"runAutomatically": False}}, False),
        ({"schedule": {}}, False),
        ({"schedule": None}, False),
        ({}, False),
    ],
)
def test_a_job_asleep_never_runs_by_itself(job: dict[str, Any], runs: bool) -> None:
    before = json.dumps(job)
    assert runs_by_itself(job) is runs
    assert not runs_by_itself(asleep(job))
    assert json.dumps(job) == before, "the original is left alone"


def test_the_true_value_survives_a_second_note_and_another_run(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    journal = read_journal(path, "target")
    journal.note({"name": "Nightly", "schedule": {"runAutomatically": True}}, PENDING)
    journal.write()

    later = read_journal(path, "target")
    assert (later.state("Nightly"), later.state("NIGHTLY")) == (PENDING, "")
    later.note({"name": "Nightly", "schedule": {"runAutomatically": False}}, PENDING)
    later.mark_staged("Nightly")
    later.mark_staged("unknown")
    later.write()

    last = read_journal(path, "target")
    assert last.jobs == {"Nightly": JournalJob("Nightly", STAGED, runs_by_itself=True)}
    assert (last.state("Nightly"), last.state("unknown")) == (STAGED, "")


@pytest.mark.parametrize("old_id", ["", "1"])
def test_a_job_that_waits_is_not_kept_under_the_name_that_it_had(old_id: str) -> None:
    waiting = JournalJob("Old", WAITING, True, source_name="Old" if not old_id else "older", source_id=old_id)
    kept = {
        "Staged": JournalJob("Staged", STAGED, True, source_name="Old", source_id="1"),
        "Another": JournalJob("Another", WAITING, True, source_name="Another", source_id="2"),
        "Unknown": JournalJob("Unknown", WAITING, True),
    }
    origin = {"New": Origin("Old", "1")}
    journal = Journal(None, "target", {"Old": waiting, **kept}, origins=origin)
    journal.note_waiting([({"name": "New"}, ())])
    assert journal.jobs.keys() == {"New", *kept}
    # Another job of the bundle has its name now.
    journal = Journal(None, "target", {"Old": waiting, **kept}, origins={**origin, "Old": Origin("Third", "3")})
    journal.note_waiting([({"name": "New"}, ())])
    assert journal.jobs.keys() == {"New", "Old", *kept}


def test_without_a_place_nothing_is_written() -> None:
    journal = Journal(None, "target")
    journal.note({"name": "Nightly"}, PENDING)
    journal.write()
    assert journal.state("Nightly") == PENDING


def test_a_journal_belongs_to_one_target(tmp_path: Path) -> None:
    journal = read_journal(tmp_path / "journal.json", "one")
    journal.write()
    with pytest.raises(InvalidInput, match="another target"):
        read_journal(tmp_path / "journal.json", "two")


def test_a_journal_belongs_to_one_source(tmp_path: Path) -> None:
    read_journal(tmp_path / "journal.json", "one", "old").write()
    with pytest.raises(InvalidInput, match="another source server"):
        read_journal(tmp_path / "journal.json", "one", "other")


def test_what_a_job_is_on_the_source_is_noted_once(tmp_path: Path) -> None:
    """A later export may show it disabled because of the cutover."""
    path = tmp_path / "journal.json"
    journal = read_journal(path, "target", "source", {"New": Origin("Old", "7", disabled=False)})
    journal.note({"name": "New"}, PENDING)
    journal.mark_staged("New", "8")
    journal.write()

    later = read_journal(path, "target", "source", {"New": Origin("Old", "7", disabled=True)})
    later.note({"name": "New"}, PENDING)
    assert later.jobs == {"New": JournalJob("New", PENDING, False, "8", "Old", "7", disabled=False)}


def test_a_journal_of_the_first_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    entry = {"name": "Nightly", "state": "staged", "schedule.runAutomatically": True}
    first = {"format": "backupfleet.rest/journal/1", "target": "target", "jobs": {"Nightly": entry}}
    path.write_text(json.dumps(first))
    journal = read_journal(path, "target", "source")
    assert journal.jobs == {"Nightly": JournalJob("Nightly", STAGED, runs_by_itself=True)}
    assert journal.source == "source"


def test_jobs_are_known_on_the_source_by_their_old_names() -> None:
    listed = (
        ListedJob("1", "A", "Backup", True),
        ListedJob("2", "B", "Backup", False),
        ListedJob("3", "C", "Copy", True),
    )
    estate = {"jobs": {"jobs": [{"name": name} for name in ("A", "B", "C")]}}
    bundle = Bundle("1.2-rev1", ServerIdentity(), estate, states=(*listed, ListedJob("4", "B", "Backup", True)))
    assert origins(bundle, mappings({"jobs": {"A": "New"}}, None)) == {
        "New": Origin("A", "1", disabled=True),
        "B": Origin("B"),
        "C": Origin("C"),
    }, "two of one name, and one of another sort, are not known"


ENTRY = {"name": "Nightly", "phase": "staged", "schedule.runAutomatically": True, "source_disabled": False}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"phase": "moved"}, "'Nightly' has the phase 'moved', which is none"),
        ({"phase": None}, "has the phase 'None'"),
        ({"phase": 5}, "phase is a number"),
        ({"source_disabled": "no"}, "source_disabled is a text"),
        ({"schedule.runAutomatically": "false"}, "schedule.runAutomatically is a text"),
        ({"name": None}, "name is missing"),
        ({"rested": 1}, "rested is a number"),
        ({"id": 7}, "id is a number"),
    ],
)
def test_a_journal_that_says_what_no_run_wrote_is_refused(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    """A flag of another type is no flag: `"false"` would be true."""
    path = tmp_path / "journal.json"
    content = {"format": "backupfleet.rest/journal/2", "target": "target", "jobs": {"Nightly": {**ENTRY, **changed}}}
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput) as raised:
        read_journal(path, "target", "source")
    assert f"The journal {path} cannot be read" in str(raised.value) and why in str(raised.value)


@pytest.mark.parametrize("content", [[], {"jobs": {}}, {"format": "backupfleet.rest/journal/2", "jobs": []}])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "journal.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_journal(path, "target", "source")
