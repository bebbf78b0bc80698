# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preflight as people play it: on its own, and as the part of a move that can end it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.services.vbr.resources.license import licence
from simulator.testing import Pair, serving_pair
from support.estates import secrets_of
from support.playbooks import Played, inventory, play
from support.tasks import drive


@pytest.fixture(name="pair")
def behind_sockets() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


def played(playbook: str, place: Path, pair: Pair, *words: str, **variables: Any) -> Played:
    path = inventory(place, {"demo": pair}, **variables)
    return play(playbook, "-i", path, *words, cwd=place)


def reported(place: Path) -> dict[str, Any]:
    path = place / "vbr_migrations" / "demo" / "reports" / "latest" / "report.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def test_on_its_own_it_reports_and_writes_to_no_server(pair: Pair, tmp_path: Path) -> None:
    for server in pair.servers:
        server.readonly()
    done = played("preflight", tmp_path, pair)
    assert done.code == 0, done.output
    assert done.recap["demo"]["changed"] == 0
    assert "restore-points-retention" in {one["code"] for one in reported(tmp_path)["preflight"]}
    assert "it keeps 7 restore points." in done.output


def test_an_error_ends_a_move_before_anything_is_sent_unless_it_is_accepted(pair: Pair, tmp_path: Path) -> None:
    licence(pair.target.service)["status"] = "Expired"
    place = tmp_path / "secrets"
    drive("export", pair.source, dest=str(place))
    given = {"vbr_secrets": secrets_of(str(place))}
    pair.target.journal.clear()
    refused = played("migrate", tmp_path, pair, **given)
    assert refused.code != 0 and "is Expired" in refused.output
    assert not [name for name in pair.target.journal.counts if name.endswith("/import")]
    assert reported(tmp_path)["outcome"] == "refused"

    accepted = played("migrate", tmp_path, pair, **given, vbr_preflight_accept=["license-not-valid"])
    assert accepted.code == 0, accepted.output
    assert reported(tmp_path)["outcome"] == "moved"

    left_out = played("migrate", tmp_path, pair, **given, vbr_preflight_enabled=False)
    assert left_out.code == 0, left_out.output
    assert reported(tmp_path)["preflight"] == []
