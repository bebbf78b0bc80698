# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of `ansible-playbook` that is broken off in the middle of a long wait signs out, in both places of a task."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import serving_pair
from support.playbooks import connection
from support.terminated import PATIENCE_SECONDS, heard, last_request
from tooling import tree

SIGN_OUT = "POST /api/oauth2/logout"
# An environment of its own sends a task from the controller's process into one of a module.
PLACES: dict[str, dict[str, Any]] = {"worker": {}, "module": {"environment": {"LC_ALL": "C.UTF-8"}}}
FOR_EVER = 1_000_000


def playbook(place: Path, server: dict[str, Any], more: dict[str, Any]) -> Path:
    run = {**server, "name": "Backup Job 2", "wait_timeout": 600}
    # What is broken off is not tried again, and the rest of the loop is left.
    task = {"backupfleet.rest.vbr_job_run": run, "loop": [1, 2], "register": "run", "until": "run is success", **more}
    path = place / "run.yml"
    python = {"ansible_python_interpreter": sys.executable}
    play = {"hosts": "localhost", "gather_facts": False, "vars": python, "tasks": [task]}
    path.write_text(json.dumps([play]), encoding="utf-8")
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("where", PLACES)
def test_a_run_that_is_broken_off_signs_out(tmp_path: Path, where: str, number: signal.Signals) -> None:
    with serving_pair(clock="polls", polls=FOR_EVER) as pair:
        server = pair.source
        path = playbook(tmp_path, connection(server), PLACES[where])
        with heard(server, "/sessions/") as in_the_middle, heard(server, "logout", 1) as out:
            run = subprocess.Popen(
                (str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local", str(path)),
                cwd=tmp_path,
                env={**os.environ, **tree.environment()},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            try:
                assert in_the_middle.wait(PATIENCE_SECONDS)
                # As a terminal and a service manager send it: to everybody of the group.
                os.killpg(run.pid, number)
                output, _nothing = run.communicate(timeout=PATIENCE_SECONDS)
                assert run.returncode != 0, output
                # The controller may be gone before its worker.
                assert out.wait(PATIENCE_SECONDS), output
            finally:
                run.kill()
        assert last_request(server) == SIGN_OUT
        assert not server.service.accounts.grants.held
        assert server.journal.counts["POST /api/oauth2/token"] == 1
