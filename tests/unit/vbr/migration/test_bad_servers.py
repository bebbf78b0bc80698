# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that refuses, or that is the wrong one, gets one clear message, and nothing was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.demo import MFA_LOGIN
from simulator.testing import Server, simulated_pair
from support.estates import CHAIN_SECRETS, SOURCE, account, bundle_of, chain_of_four, estate_of
from support.imports import refused
from support.tasks import drive

Spoil = Callable[[Path], Any]


# -- the server --------------------------------------------------------------------------------------------------------


def good_tasks(tmp_path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every module, with options that are good."""
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    return [
        ("export", {"dest": str(tmp_path / "new")}),
        ("import", {"src": bundle, "secrets": CHAIN_SECRETS}),
        ("session", {"action": "stop"}),
        ("info", {}),
    ]


def test_credentials_are_refused(target: Server, tmp_path: Path) -> None:
    for task, options in good_tasks(tmp_path):
        wrong = {"username": "TECH\\stranger", "password": "Vn4&stranger+Lq7="}
        result = refused(
            target, "VBR: POST /api/oauth2/token -> 401", "'TECH\\stranger'", task=task, **options, **wrong
        )
        assert "Vn4&stranger+Lq7=" not in str(result)
        assert result["error"]["status"] == 401


def test_a_second_factor_is_hinted_at_because_the_server_does_not(target: Server) -> None:
    login = {"username": MFA_LOGIN.username, "password": MFA_LOGIN.password}
    refused(target, "refused", "multi-factor authentication", "service account", task="info", **login)


@pytest.mark.parametrize("task", ["export", "import", "info"])
def test_a_role_that_is_not_enough_is_named(target: Server, tmp_path: Path, task: str) -> None:
    viewer = {"username": target.viewer.username, "password": target.viewer.password}
    result = refused(target, "-> 403", "Backup Administrator", task=task, **dict(good_tasks(tmp_path))[task], **viewer)
    assert result["error"]["code"] == "AccessDenied"


@pytest.mark.parametrize("task", ["export", "import", "session", "info"])
def test_without_a_common_revision_nobody_signs_in(tmp_path: Path, task: str) -> None:
    with simulated_pair(target_build="11.0.0.837") as pair:
        parts = ["no common API revision", "1.0-rev1", "1.3-rev2", "1.0-rev2", "api_version"]
        refused(pair.target, *parts, task=task, **dict(good_tasks(tmp_path))[task])
        assert not [path for path in pair.target.journal.counts if "oauth2" in path], "no failed sign-in"


@pytest.mark.parametrize("task", ["export", "import", "session", "info"])
def test_a_named_revision_that_the_server_does_not_serve_is_refused(target: Server, tmp_path: Path, task: str) -> None:
    parts = ["-> 400", "v1.3-rev1", "Set api_version to auto"]
    refused(target, *parts, task=task, **dict(good_tasks(tmp_path))[task], api_version="1.3-rev2")


def test_a_journal_of_another_target_is_refused(target: Server, tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(json.dumps({"format": "backupfleet.rest/journal/1", "target": "another", "jobs": {}}))
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    refused(target, str(journal), "another target", src=bundle, secrets=CHAIN_SECRETS, journal=str(journal))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"jobs": {"a": 1}}'])
def test_a_journal_that_is_none_is_refused(target: Server, tmp_path: Path, text: str) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(text)
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    refused(target, str(journal), "cannot be read", src=bundle, secrets=CHAIN_SECRETS, journal=str(journal))


def test_a_list_that_nobody_knows_is_refused(target: Server) -> None:
    refused(target, "'tapes' is no list", "managedServers", "/api/", task="info", resource="tapes")


def test_a_list_whose_name_is_not_clear_is_refused(target: Server) -> None:
    refused(target, "'states' is not clear", "jobs/states", "repositories/states", task="info", resource="states")


def test_a_session_that_is_not_there_is_an_error(target: Server) -> None:
    unknown = "5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31"
    refused(target, "-> 404", unknown, task="session", session_id=unknown)
    refused(target, "no automation session", "Start an import", task="session")


def test_source_names_are_not_enough_to_be_the_same_server(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[account("one")]), source=SOURCE)
    result = drive("import", target, src=bundle, secrets={"credentials": {"one": {"password": "Bd7&one+Sc3="}}})
    assert not result.get("failed"), result["msg"]
