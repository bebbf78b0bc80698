# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on the source after staging: refused, brought over or ignored, as the user says, and never lost."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.changes import changes, patched, to_bring
from support.handover import Staged, row, standing

from .test_cutover import once, quartet, ready, refused

__all__ = ["once", "ready"]


def change(ready: Staged, **values: Any) -> None:
    """Give a job of the source another retention and start."""
    body = row(ready.pair.source, "Backup Job 2")["body"]
    body["storage"]["retentionPolicy"]["quantity"] = values.get("quantity", 31)
    body["description"] = values.get("description", "Changed")


def test_a_changed_job_is_refused_with_both_values(ready: Staged) -> None:
    change(ready)
    message = refused(ready)
    assert "'Backup Job 2': it has changed on the source" in message
    assert "storage.retentionPolicy.quantity was " in message and ", is 31" in message
    assert "description was " in message and "is 'Changed'" in message


def test_a_changed_job_is_no_matter_of_another_wave(ready: Staged) -> None:
    change(ready)
    ready.done(jobs=["By hand"])


def test_what_changed_is_brought_over(ready: Staged) -> None:
    change(ready)
    row(ready.pair.source, "Backup Job 3")["body"]["schedule"]["runAutomatically"] = False
    quartet(ready, changed_since="update")
    body = row(ready.pair.target, "Backup Job 2")["body"]
    assert (body["storage"]["retentionPolicy"]["quantity"], body["description"]) == (31, "Changed")
    assert standing(ready.pair.target)["Backup Job 3"] == (True, False)


def test_what_changed_can_be_ignored_and_is_said(ready: Staged) -> None:
    change(ready)
    result = quartet(ready, changed_since="ignore")
    assert any("changed on the source and not brought over" in warning for warning in result["warnings"])
    assert row(ready.pair.target, "Backup Job 2")["body"]["description"] != "Changed"


@pytest.mark.parametrize("choice", ["update", "ignore"])
def test_a_job_that_was_disabled_since_stays_asleep(ready: Staged, choice: str) -> None:
    row(ready.pair.source, "Backup Job 2")["state"]["disabled"] = True
    assert "isDisabled was False, is True" in refused(ready)
    quartet(ready, changed_since=choice)
    assert standing(ready.pair.target)["Backup Job 2"][0] is False
    ready.done(state="rolled_back")
    assert standing(ready.pair.source)["Backup Job 2"][0] is False, "it was disabled before the cutover"


def test_what_a_person_changed_on_the_target_is_theirs(ready: Staged) -> None:
    change(ready)
    row(ready.pair.target, "Backup Job 2")["body"]["storage"]["retentionPolicy"]["quantity"] = 90
    message = refused(ready, changed_since="update")
    assert "storage.retentionPolicy.quantity is 90 on the target, and was changed there" in message


def test_a_reference_is_not_brought_over_blindly(ready: Staged) -> None:
    body = row(ready.pair.source, "Backup Job 2")["body"]
    body["storage"]["backupRepository"] = {"name": "Default Backup Repository", "uniqueId": None}
    assert "refers to objects of the source" in refused(ready, changed_since="update")


def test_a_lost_answer_to_a_change_is_looked_for(ready: Staged) -> None:
    change(ready)
    ready.pair.target.faults.add(do="drop_after", method="PUT")
    ready.done(changed_since="update")
    assert row(ready.pair.target, "Backup Job 2")["body"]["description"] == "Changed"


# -- pure --------------------------------------------------------------------------------------------------------------


def test_changes_are_seen_in_both_directions() -> None:
    base = {"a": 1, "b": {"c": "x", "d": [1]}, "e": "kept"}
    found = changes(base, {"a": 1, "b": {"c": None, "d": [1, 2]}, "e": "kept", "f": 3})
    assert {(each.field, each.before, each.after) for each in found if each.field != "b.d"} == {
        ("b.c", "x", None),
        ("f", None, 3),
    }
    assert {each.field for each in found} == {"b.c", "b.d", "f"}


def test_what_the_target_has_already_is_not_brought_again() -> None:
    found = changes({"description": "old", "n": 1}, {"description": "new", "n": 2})
    assert [each.field for each in to_bring(found, {"description": "new", "n": 1})] == ["n"]
    with pytest.raises(InvalidInput, match="changed there"):
        to_bring(found, {"description": "mine", "n": 1})
    with pytest.raises(InvalidInput, match="called 'B' now"):
        to_bring(changes({"name": "A"}, {"name": "B"}), {"name": "A"})


def test_the_model_of_the_job_is_changed_where_it_has_the_field() -> None:
    found = changes(
        {"guestProcessing": {"guestFileSystemIndexing": {"on": 1}}},
        {"guestProcessing": {"guestFileSystemIndexing": {"on": 2}}},
    )
    model = {"id": "7", "guestProcessing": {"guestFSIndexing": {"on": 1}}}
    assert patched(model, found) == {"id": "7", "guestProcessing": {"guestFSIndexing": {"on": 2}}}
    with pytest.raises(InvalidInput, match="cannot be brought over"):
        patched({"id": "7"}, found)
