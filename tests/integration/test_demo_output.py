# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make demo` shows can be copied: the command for what comes next stands on one line, as it is typed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tooling import demo

PAIR = "a-pair-with-a-rather-long-name"
# Beyond the width at which YAML folds a line, and with the quotes that it doubles.
COMMAND = (
    "  ansible-playbook -i some/where/inventory.yml --vault-password-file some/where/vault_password "
    f"backupfleet.rest.cutover --limit {PAIR} -e '{{vbr_cutover_jobs: [THE NEXT WAVE]}}'"
)
PLAYS = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{"ansible.builtin.debug": {"msg": ["next: hand over", COMMAND]}}],
    }
]


def test_a_command_is_shown_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    playbook = tmp_path / "shown.yml"
    playbook.write_text(yaml.safe_dump(PLAYS), encoding="utf-8")
    command = [demo.program("ansible-playbook"), str(playbook)]
    shown = subprocess.run(command, env=demo.environment(), capture_output=True, text=True, check=True).stdout
    assert COMMAND in shown
