# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program: starts, prints its addresses, stops; and the estates that it generates."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from simulator.demo import OTHERS, SOURCE, TARGET
from simulator.seeds.generator import estate_of
from simulator.signals import Heard
from simulator.testing import simulated_pair
from support.vbr_caller import VbrCaller

TESTS = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 15
# How often a race is run that is lost rarely.
TWICE = 10


@contextmanager
def program(*options: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    words = [sys.executable, "-m", "simulator", *options]
    process = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def facts(path: Path) -> dict[str, str]:
    """The variables in an environment file, once it is there."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < until, "the simulator did not become ready"
        time.sleep(0.02)
    return dict(line.split("=", 1) for line in shlex.split(path.read_text(), comments=False))


def test_a_whole_life(tmp_path: Path) -> None:
    file = tmp_path / "sim.env"
    with program("--env-file", str(file), "--ca-dir", str(tmp_path / "ca"), "--switch", "expires_in=77") as process:
        printed = facts(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert set(printed) == {"SIM_CA_PATH", "SIM_CONTROL_URL"} | {
            f"{name.upper()}_{what}"
            for name in (SOURCE, TARGET, *OTHERS)
            for what in ("HOSTNAME", "PORT", "USERNAME", "PASSWORD")
        }
        for side in ("SOURCE", "TARGET"):
            url = f"https://{printed[f'VBR_{side}_HOSTNAME']}:{printed[f'VBR_{side}_PORT']}/api/oauth2/token"
            form = {"grant_type": "password"} | {
                name: printed[f"VBR_{side}_{name.upper()}"] for name in ("username", "password")
            }
            headers = {"x-api-version": "1.2-rev1"}
            answer = requests.post(url, data=form, headers=headers, verify=printed["SIM_CA_PATH"], timeout=5)
            assert answer.json()["expires_in"] == 77
        instances = requests.get(f"{printed['SIM_CONTROL_URL']}/", verify=printed["SIM_CA_PATH"], timeout=5).json()
        assert instances == {"instances": sorted((SOURCE, TARGET, *OTHERS))}
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0
        assert output == "".join(f"{name}={shlex.quote(value)}\n" for name, value in printed.items())
        assert errors == ""


@pytest.mark.story
def test_a_signal_that_comes_twice_ends_it_every_time(tmp_path: Path) -> None:
    """As make does it, which passes on what its group has got already."""
    with ExitStack() as stack:
        for number in range(TWICE):
            file = tmp_path / f"sim{number}.env"
            process = stack.enter_context(program("--single", "--plain", "--env-file", str(file)))
            facts(file)
            for _time in range(2):
                os.killpg(process.pid, signal.SIGTERM)
            _output, errors = process.communicate(timeout=PATIENCE_SECONDS)
            assert (process.returncode, errors) == (0, "")


def test_a_handler_only_notes_its_signal() -> None:
    """Whatever takes a lock in a handler waits for ever for what the signal has interrupted."""
    heard = Heard()
    heard.note(signal.SIGTERM, None)
    assert heard.number == signal.SIGTERM
    names = set(Heard.note.__code__.co_names)
    assert names == {"number"}


def test_one_plain_server_with_a_generated_estate(tmp_path: Path) -> None:
    file = tmp_path / "sim.env"
    with program("--single", "--plain", "--jobs", "7", "--source-build", "13.1.0.411", "--env-file", str(file)):
        printed = facts(file)
        assert "VBR_TARGET_PORT" not in printed
        url = f"http://localhost:{printed['VBR_SOURCE_PORT']}/swagger/v1.3-rev2/swagger.json"
        assert requests.get(url, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "options",
    [
        ("--source-seed", "nowhere.json"),
        ("--switch", "nulls=maybe"),
        ("--switch", "nonsense"),
        ("--source-build", "twelve"),
    ],
)
def test_mistakes_are_reported_in_one_line(options: tuple[str, ...]) -> None:
    with program(*options) as process:
        _unused, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert len(errors.splitlines()) == 1


def test_generated_estates_are_big_and_whole() -> None:
    seed = estate_of(120)
    jobs = seed["estate"]["jobs"]["jobs"]
    assert len({job["name"] for job in jobs}) == 120
    assert 9_000 < len(json.dumps(jobs)) / 120 < 12_000
    with simulated_pair(source_seed=seed) as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        session = caller.import_("jobs", {"jobs": [{**caller.export("jobs")["jobs"][119], "name": "Again"}]})
        assert session["result"]["result"] == "Success", "every reference of a generated job resolves"
