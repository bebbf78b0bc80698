# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check, change, check again, again: what a check run says is what happens, and the second run changes nothing.

One row per pair of builds, so that each revision the collection speaks is really spoken; a new module adds a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Pair, simulated_pair
from support.estates import TARGET_NAME, actions, exported, secrets_of, writes
from support.quartet import PAIRS_OF_BUILDS
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

# Servers that have more than the newest common revision, and servers that have nothing newer than the oldest.
DOWNWARD = {
    "1.0-rev2": ("12.3.1.1139", "11.0.1.1261"),
    "1.1-rev0": ("13.1.0.411", "12.0.0.1420"),
    "1.2-rev1": ("13.1.0.411", "12.3.1.1139"),
    "1.3-rev0": ("13.1.0.411", "13.0.0.4967"),
}
ROWS = [*PAIRS_OF_BUILDS.items(), *DOWNWARD.items()]
SEVEN_KINDS = 7
MORE_THAN_WE_ASK = 1000


@pytest.fixture(params=ROWS, ids=lambda row: f"{row[0]}:{row[1][0]}-to-{row[1][1]}")
def spoken(request: pytest.FixtureRequest) -> Iterator[tuple[str, Pair]]:
    """The revision to be spoken, and the two servers."""
    revision, (source, target) = request.param
    with simulated_pair(source_build=source, target_build=target) as pair:
        yield revision, pair


def import_options(bundle: str) -> dict[str, Any]:
    return {"src": bundle, "secrets": secrets_of(bundle)}


def test_export_quartet(spoken: tuple[str, Pair], tmp_path: Path) -> None:
    revision, pair = spoken
    options = {"dest": str(tmp_path / "bundle"), "for_server": {"hostname": pair.target.hostname}}
    pair.source.readonly()
    pair.target.readonly()

    check = drive("export", pair.source, check=True, **options)
    assert (check["changed"], check["api_version"]) == (True, revision)
    assert not (tmp_path / "bundle").exists()

    change = drive("export", pair.source, **options)
    assert (change["changed"], change["counts"]) == (True, check["counts"])
    assert change["diff"] == check["diff"]

    assert drive("export", pair.source, check=True, **options)["changed"] is False
    again = drive("export", pair.source, **options)
    assert (again["changed"], again["diff"]) == (False, [])


def test_import_quartet(spoken: tuple[str, Pair], tmp_path: Path) -> None:
    revision, pair = spoken
    bundle = exported(pair, tmp_path / "bundle")
    options = import_options(bundle)

    pair.target.readonly()
    check = drive("import", pair.target, check=True, **options)
    assert not check.get("failed"), check["msg"]
    assert (check["changed"], check["api_version"]) == (True, revision)

    pair.target.readonly(False)
    change = drive("import", pair.target, **options)
    assert not change.get("failed"), change["msg"]
    assert change["changed"] is True
    assert (change["plan"], change["diff"]) == (check["plan"], check["diff"])
    assert all(action in ("create", "keep") for action in actions(change).values())

    pair.target.readonly()
    for check_mode in (True, False):
        again = drive("import", pair.target, check=check_mode, **options)
        assert not again.get("failed"), again["msg"]
        assert (again["changed"], again["diff"]) == (False, [])
        assert set(actions(again).values()) == {"keep"}
    assert not [finding for finding in again["findings"] if finding["severity"] == "error"]


def test_every_request_and_answer_is_what_the_revision_documents(
    spoken: tuple[str, Pair], tmp_path: Path, contract: Contract
) -> None:
    _revision, pair = spoken
    # The only question that 1.0-rev2 does not know; its refusal is the answer.
    observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
    for server in pair.servers:
        server.app.observers.append(observer)
    bundle = exported(pair, tmp_path / "bundle")

    result = drive("import", pair.target, **import_options(bundle))

    assert not result.get("failed"), result["msg"]
    assert observer.judged > SEVEN_KINDS
    assert observer.violations == []


def test_all_seven_kinds_move_in_order_and_jobs_are_put_to_sleep_last(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")

    result = drive("import", pair.target, **import_options(bundle))

    kinds = ("credentials", "cloudcredentials", "encryptionPasswords")
    kinds += ("managedServers", "repositories", "proxies", "jobs")
    sent = [path.removesuffix("/disable").rpartition("/")[0] for path in writes(pair.target)]
    assert sent == [*(f"POST /api/v1/automation/{kind}" for kind in kinds), "POST /api/v1/jobs"]
    assert {kind: len(keys) for kind, keys in result["created"].items()} == {
        "credentials": 4,
        "cloudcredentials": 4,
        "encryptionPasswords": 2,
        "managedServers": 3,
        "repositories": 4,
        "proxies": 1,
        "jobs": 1,
    }
    assert TARGET_NAME in result["kept"]["proxies"]


def test_stopping_a_session_is_a_quartet_too(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle", kinds=["credentials"])
    pair.target.clock.change({"mode": "polls", "polls": MORE_THAN_WE_ASK})
    drive("import", pair.target, **import_options(bundle), wait=False)

    pair.target.readonly()
    check = drive("session", pair.target, check=True, action="stop")
    assert (check["changed"], check["resource"]["state"]) == (True, "Starting")

    pair.target.readonly(False)
    change = drive("session", pair.target, action="stop")
    assert (change["changed"], change["diff"]) == (True, check["diff"])
    assert change["resource"]["result"]["isCanceled"] is True

    pair.target.readonly()
    for check_mode in (True, False):
        again = drive("session", pair.target, check=check_mode, action="stop")
        assert (again["changed"], again["finished"]) == (False, True)
