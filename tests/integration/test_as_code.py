# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server written down and kept as it is written: read, give back, let it drift, mend it."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simulator.testing import Pair, Server, serving_pair
from support.playbooks import connection, flowing, play
from support.tasks import drive

FEW_CHARACTERS = 4000


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


def inventory(place: Path, server: Server) -> Path:
    path = place / "inventory.json"
    hosts = {"demo": {"vbr_server": connection(server)}}
    path.write_text(json.dumps({"vbr_servers": {"hosts": hosts}}), encoding="utf-8")
    return path


def test_what_is_written_down_is_kept(pair: Pair, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, pair.source)
    written = play("as_code_read", "-i", hosts, cwd=tmp_path)
    assert written.code == 0, written.output
    variables = tmp_path / "vbr_as_code" / "demo.yml"
    assert f"{variables} has what the server has" in flowing(written.output)
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    (tmp_path / "host_vars").mkdir()
    variables.rename(tmp_path / "host_vars" / "demo.yml")

    pair.source.readonly()
    kept = play("as_code", "-i", hosts, cwd=tmp_path)
    assert (kept.code, kept.recap["demo"]["changed"]) == (0, 0), kept.output
    pair.source.readonly(False)

    drive("credentials", pair.source, type="Linux", account="linux01", description="Drifted")
    shown = play("as_code", "-i", hosts, "--check", "--diff", cwd=tmp_path)
    assert (shown.code, shown.recap["demo"]["changed"]) == (0, 1), shown.output
    assert "Drifted" in shown.output
    mended = play("as_code", "-i", hosts, cwd=tmp_path)
    assert (mended.code, mended.recap["demo"]["changed"]) == (0, 1), mended.output
    again = play("as_code", "-i", hosts, cwd=tmp_path)
    assert (again.code, again.recap["demo"]["changed"]) == (0, 0), again.output


def test_a_role_refuses_an_item_it_does_not_understand(pair: Pair, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, pair.target)
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(yaml.safe_dump({"vbr_as_code_credentials": [{"acount": "TECH\\backup"}]}), encoding="utf-8")
    played = play("as_code", "-i", hosts, "--extra-vars", f"@{wrong}", cwd=tmp_path)
    assert played.code != 0
    assert "acount" in played.output
    assert not pair.target.journal.counts


def test_a_failing_item_is_said_in_a_few_lines(pair: Pair, tmp_path: Path) -> None:
    """Not with every item that was fine."""
    hosts = inventory(tmp_path, pair.target)
    items = [{"account": f"TECH\\backup{number}", "account_password": "x" * 20} for number in range(30)]
    given = tmp_path / "given.yml"
    given.write_text(
        yaml.safe_dump({"vbr_as_code_credentials": items, "vbr_as_code_proxies": [{"host": "nowhere.tech.local"}]}),
        encoding="utf-8",
    )
    played = play("as_code", "-i", hosts, "--extra-vars", f"@{given}", cwd=tmp_path)
    assert (played.code, played.recap["demo"]["failed"]) == (2, 1), played.output
    assert "1 of 31 items failed." in played.output
    assert "nowhere.tech.local" in played.output
    assert "backup7" not in played.output
    assert len(played.output) < FEW_CHARACTERS


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"vbr_as_code_credentials": [{"acount": "TECH\\backup"}]}, "vbr_as_code_credentials.acount. Supported"),
        ({"vbr_server": {"hostnam": "127.0.0.1", "username": "u", "password": "Kf8+vT3&x"}}, "hostnam"),
    ],
)
def test_what_a_role_cannot_take_is_said_in_a_few_lines(
    pair: Pair, tmp_path: Path, variables: dict[str, object], said: str
) -> None:
    """Not with the whole specification of the role."""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(yaml.safe_dump(variables), encoding="utf-8")
    for playbook in ("as_code", "as_code_read") if "vbr_server" in variables else ("as_code",):
        played = play(playbook, "-i", inventory(tmp_path, pair.target), "--extra-vars", f"@{wrong}", cwd=tmp_path)
        assert played.code != 0
        assert said in flowing(played.output), played.output
        assert len(played.output) < FEW_CHARACTERS, played.output
    assert not pair.target.journal.counts
