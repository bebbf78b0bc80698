# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is a fork does and says what one of the installed command does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from simulator.testing import serving_pair
from support import preloaded, stand_in
from support.playbooks import Played, connection, play

# Ansible reads it at its imports; its value is the default.
READ_AT_IMPORT = {"ANSIBLE_FORCE_HANDLERS": "False"}
BOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ [lookup('env', 'PWD'), lookup('env', 'VBR_TIMEOUT'), lookup('pipe', 'pwd'), 'ü'] }}"
    - backupfleet.rest.vbr_info: "{{ vbr_server | combine({'resource': 'jobs'}) }}"
    - ansible.builtin.command: cat
    - ansible.builtin.fail:
"""


def ended(place: Path, *words: str, **environment: str) -> Played:
    """Play the book in this place; without what differs from run to run."""
    played = play(place / "book.yml", *words, cwd=place, environment={"VBR_TIMEOUT": "77", **environment})
    output = re.sub(r"\d+:\d+:\d+\.\d+|ansible-local-\w+|ansible-tmp-[\d.-]+|\d{4}-\d\d-\d\d", "…", played.output)
    return Played(played.code, output, played.recap)


@pytest.fixture(name="place")
def with_a_book(tmp_path: Path) -> Path:
    (tmp_path / "book.yml").write_text(BOOK, encoding="utf-8")
    return tmp_path


def test_it_says_the_same(place: Path) -> None:
    assert preloaded.fits({**os.environ, "VBR_TIMEOUT": "77", "PWD": str(place)})
    assert not preloaded.fits({**os.environ, **READ_AT_IMPORT})
    with serving_pair() as pair:
        words = ("-v", "-e", json.dumps({"vbr_server": connection(pair.source)}))
        # The first leaves nothing to the second.
        forks = [ended(place, *words) for _number in range(2)]
        assert preloaded.STARTED, "no fork at all"
        command = ended(place, *words, **READ_AT_IMPORT)
    assert forks == [command, command]
    assert command.code == 2
    assert command.recap["localhost"] == {"ok": 3, "changed": 1, "failed": 1}
    assert str(place) in command.output and "77" in command.output


def test_one_that_takes_too_long_is_killed(place: Path) -> None:
    book = place / "long.yml"
    book.write_text("[{hosts: localhost, gather_facts: false, tasks: [{pause: {seconds: 6}}]}]", encoding="utf-8")
    with pytest.raises(subprocess.TimeoutExpired):
        preloaded.run(("ansible-playbook", str(book)), place, os.environ, 2)
    assert ended(place, "--syntax-check").code == 0


def test_it_ends_as_the_command_does_when_words_are_wrong(place: Path) -> None:
    wrong = [ended(place, "--no-such-word", **environment) for environment in ({}, READ_AT_IMPORT)]
    assert wrong[0] == wrong[1]
    assert wrong[0].code == 2


def test_a_stand_in_does_the_same_and_plays_by_no_other_imports(place: Path) -> None:
    program = str(stand_in.StandIn(place / "programs", os.environ).folder / "ansible-playbook")

    def checked(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        words = (command, "--syntax-check", "book.yml")
        surroundings = {**os.environ, **environment}
        return subprocess.run(words, cwd=place, env=surroundings, capture_output=True, text=True, check=False)

    fork, real = checked(program), checked(stand_in.REAL)
    assert (fork.returncode, fork.stdout, fork.stderr) == (real.returncode, real.stdout, real.stderr)
    assert fork.returncode == 0 and "book.yml" in fork.stdout
    refused = checked(program, **READ_AT_IMPORT)
    assert refused.returncode == 1 and "ANSIBLE_FORCE_HANDLERS" in refused.stderr
