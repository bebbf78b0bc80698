# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look at the target after an import: once per kind, and for staged jobs the list that disabling them needs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from simulator.demo import TARGET, read_seed
from simulator.testing import Server
from support.estates import bundle_of, estate_of, job
from support.tasks import drive

EXPORT, LIST, DISABLE = "/api/v1/automation/jobs/export", "/api/v1/jobs", "/disable"


def asked(server: Server) -> Counter[str]:
    """How often the jobs were exported, listed and disabled."""
    paths = [entry["path"] for entry in server.journal.entries]
    return Counter(end for path in paths for end in (EXPORT, LIST, DISABLE) if path.endswith(end))


def test_staged_jobs_are_listed_before_and_after_they_are_disabled_and_not_exported_again(
    target: Server, tmp_path: Path
) -> None:
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", estate_of(jobs=[job("One"), job("Two")])))
    assert result["created"] == {"jobs": ["One", "Two"]}
    # The first time before anything is written: whether they sleep can be proved by the list only.
    assert asked(target) == {EXPORT: 1, LIST: 3, DISABLE: 2}


def test_jobs_that_are_to_be_awake_are_looked_at_by_export(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", estate_of(jobs=[job("One")]))
    assert drive("import", target, src=bundle, staged=False)["created"] == {"jobs": ["One"]}
    assert asked(target) == {EXPORT: 2}


def test_a_job_of_another_sort_with_the_same_name_is_neither_taken_for_ours_nor_disabled(
    target: Server, tmp_path: Path
) -> None:
    """Exports leave such a job out, so that the plan cannot know of it; the server refuses the name."""
    seed = read_seed(TARGET)
    seed["estate"]["jobs"] = {"jobs": [{**job("One"), "type": "FileBackup"}]}
    target.seed(seed)
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", estate_of(jobs=[job("One")])))
    assert result["failed"]
    assert list(result["failed_objects"]["jobs"]) == ["One"]
    assert DISABLE not in asked(target)
