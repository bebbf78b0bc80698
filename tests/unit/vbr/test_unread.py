# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A variable that is like one of ours and none is named with the nearest; what is like none is the user's own."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.unread import for_users, known, unread

MISSPELT = {
    "vbr_hlod": "vbr_hold",
    "vbr_plan_digst": "vbr_plan_digest",
    "vbr_migration_rot": "vbr_migration_root",
    "vbr_stage_anywy": "vbr_stage_anyway",
    "vbr_secret": "vbr_secrets",
    "vbr_sorce": "vbr_source",
    "vbr_taget": "vbr_target",
    "vbr_servers": "vbr_server",
    "vbr_import_mapping": "vbr_import_mappings",
    "em_sever": "em_server",
    "vcsa_sevrer": "vcsa_server",
    "vbaz_sessions_rot": "vbaz_sessions_root",
}
OWN = [
    *("vbr_notes", "vbr_old", "vbr_new", "vbr_site", "vbr_host", "vbr_password", "vbr_user", "vbr_jobs", "vbr_proxy"),
    *("vbr_source_address", "vbr_source_ip", "vbr_target_ca", "vbr_secrets_path", "em_notes", "vcsa_name"),
]


@pytest.mark.parametrize(("name", "nearest"), MISSPELT.items())
def test_a_misspelt_variable_is_named_with_the_nearest(name: str, nearest: str) -> None:
    assert unread([name]) == [f"Nothing reads {name}. Is it {nearest}?"]


def test_what_is_like_none_of_ours_is_the_users_own() -> None:
    assert unread(OWN) == []


def test_what_is_read_is_no_error() -> None:
    assert unread(known()) == []
    assert known() >= {*MISSPELT.values(), "vbr_plan", "vbr_plan_source", "vbr_as_code_root"}


def test_the_hint_is_a_variable_that_somebody_may_set() -> None:
    """What a task registers, sets as a fact or gives the next one is read, too, and nobody's to set."""
    own = {"vbr_cutover_off", "vbr_cutover_result", "vbr_import_pairs", "vbr_export_started", "vbr_plan_approved"}
    assert own <= known() and not own & for_users()
    assert for_users() >= {*MISSPELT.values(), "vbr_plan", "vbr_plan_source", "vbr_as_code_root", "vbr_drift_phase"}
    assert unread(own) == []
    (said,) = unread(["vbr_cutover_hold"], "/roles/vbr_cutover")
    assert "vbr_cutover_off" not in said
    assert unread(["vbr_import_resultt"]) == []


def test_a_role_owns_what_begins_with_its_name() -> None:
    assert unread(["vbr_import_of_ours"]) == []
    assert unread(["vbr_import_of_ours", "vbr_of_ours"], "/roles/vbr_import") == ["Nothing reads vbr_import_of_ours."]
