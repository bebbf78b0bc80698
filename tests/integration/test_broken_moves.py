# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""migrate.yml where it does not go well: each pair of one run fails in its own way, and its report says how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.testing import Pair, serving_pair
from support.estates import writes
from support.playbooks import Played, flowing, inventory, play
from support.report_pages import reported
from support.tasks import drive, secrets_for

PAIRS = ("lacking_a_secret", "half_done", "without_source", "without_login")


@dataclass
class Broken:
    """The pairs, and the one run that moved none of them."""

    place: Path
    pairs: dict[str, Pair]
    played: Played

    def files(self, pair: str) -> Path:
        return self.place / "vbr_migrations" / pair


@pytest.fixture(name="broken", scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    place = tmp_path_factory.mktemp("broken")
    with ExitStack() as stack:
        pairs = {name: stack.enter_context(serving_pair()) for name in PAIRS}
        secrets = secrets_for(drive("export", pairs["lacking_a_secret"].source)["manifest"])
        fewer = deepcopy(secrets)
        del fewer["credentials"]["main-domain-credentials"]
        pairs["half_done"].target.faults.add(do="status", status=400, path="repositories/import$")
        pairs["without_source"].source.faults.add(do="status", status=503, path="/", times=0)
        target = pairs["without_login"].target
        no_login = {name: getattr(target, name) for name in ("hostname", "port", "ca_path")}
        own = {"lacking_a_secret": {"vbr_secrets": fewer}, "without_login": {"vbr_target": no_login}}
        hosts = inventory(place, pairs, own, vbr_secrets=secrets)
        yield Broken(place, pairs, play("migrate", "-i", hosts, cwd=place))


def test_the_run_fails_for_each_pair(broken: Broken) -> None:
    played = broken.played
    assert played.code != 0
    assert {name: counts["failed"] for name, counts in played.recap.items()} == dict.fromkeys(PAIRS, 1), played.output


def test_what_failed_is_one_error(broken: Broken) -> None:
    """The report says the rest; nothing fails a second time only to say that it did."""
    for name in PAIRS:
        errors = re.findall(rf"^(?:fatal|failed): \[{name}\].*", broken.played.output, re.M)
        assert len(errors) == 1, errors


def test_a_missing_secret_stops_before_the_first_write(broken: Broken) -> None:
    assert [writes(server) for server in broken.pairs["lacking_a_secret"].servers] == [[], []]
    assert "main-domain-credentials': its secret is missing" in flowing(broken.played.output)
    report, read = reported(broken.files("lacking_a_secret"))
    assert report["outcome"] == "refused"
    assert report["failure"]["task"].endswith("Complete the import")
    assert "main-domain-credentials': its secret is missing" in report["failure"]["message"]
    assert report["totals"]["created"] == 0 < report["totals"]["blocked"]
    assert "Refused: nothing was sent" in read.text


def test_a_half_done_import_is_reported(broken: Broken) -> None:
    report, _read = reported(broken.files("half_done"))
    assert report["outcome"] == "failed"
    assert report["totals"]["created"] > 0 < report["totals"]["failed"]
    assert report["kinds"]["jobs"]["failed"] == 1


def test_a_server_that_is_not_there_is_reported(broken: Broken) -> None:
    report, _read = reported(broken.files("without_source"))
    assert (report["outcome"], report["objects"]) == ("failed", [])
    assert report["failure"]["task"] == "Export the estate"
    assert "503" in report["failure"]["message"]


def test_what_a_play_lacks_is_reported(broken: Broken) -> None:
    """Not only what modules say: here nobody gave a login for the target, which a role refuses before anything else."""
    report, _read = reported(broken.files("without_login"))
    assert report["outcome"] == "failed"
    message = report["failure"]["message"]
    assert message.startswith("missing required arguments") and "username" in message and "vbr_target" in message
    assert "missing required arguments" in broken.played.output
