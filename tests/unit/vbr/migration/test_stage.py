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
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import (
    PENDING,
    STAGED,
    Journal,
    asleep,
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
    assert last.jobs == {"Nightly": {"name": "Nightly", "state": STAGED, "schedule.runAutomatically": True}}
    assert (last.state("Nightly"), last.state("unknown")) == (STAGED, "")


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
