# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command for what comes next, as far as it can be known of how this run was started."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

COLLECTION = "backupfleet.rest"
# The playbooks to which -e says which jobs they hand over, and how. None of their variables is a secret.
TAKES_VARIABLES = ("cutover", "rollback")
# Which jobs, in each of these.
WAVE = "vbr_{playbook}_jobs"
Row = Mapping[str, Any]


def command_of(run: Row, playbook: str, more: str = "", whole: bool = False) -> str:
    """The command that runs a playbook for the pair of this run: with its inventories and its vault, and with what was
    given for the playbook's role with ``-e``; `whole` leaves out which jobs.
    """
    ran = run.get("ran") or {}
    given = {
        name: value for name, value in variables_of(run, playbook).items() if not (whole and name == _wave(playbook))
    }
    words = [*ran.get("options", ()), f"{COLLECTION}.{playbook}", "--limit", str(run["pair"])]
    words += ["-e", json.dumps(given, ensure_ascii=False)] if given else []
    return " ".join(("ansible-playbook", *map(shlex.quote, words))) + more


def variables_of(run: Row, playbook: str) -> dict[str, Any]:
    """What was given with ``-e`` for the role that a playbook hands jobs over with."""
    if playbook not in TAKES_VARIABLES:
        return {}
    variables = (run.get("ran") or {}).get("variables", {})
    return {name: value for name, value in variables.items() if name.startswith(f"vbr_{playbook}_")}


def is_wave(run: Row, playbook: str) -> bool:
    """Whether only some jobs were to go."""
    return bool(variables_of(run, playbook).get(_wave(playbook)))


def _wave(playbook: str) -> str:
    return WAVE.format(playbook=playbook)
