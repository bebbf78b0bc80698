# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command for what comes next, as far as it can be known of how this run was started."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

COLLECTION = "backupfleet.rest"
# How the variables begin that the main role of a playbook reads. None of those with a secret begins so.
PREFIXES = {
    "cutover": "vbr_cutover_",
    "rollback": "vbr_rollback_",
    **dict.fromkeys(("plan", "apply", "import", "migrate", "verify"), "vbr_import_"),
}
# Where all of them look for what is there.
ROOT = "vbr_migration_root"
WAVE = "vbr_{playbook}_jobs"
# A text that means itself in YAML, in a list too. Ansible shows a quote and a backslash with a backslash before it, so
# that a command with one of them cannot be copied.
PLAIN = re.compile(r"(?:[^\W_]|/)(?:[\w.*@/+()&-]| (?=[\w.*@/+()&-]))*")
NO_TEXT = re.compile(r"true|false|yes|no|on|off|null|y|n|[\d.eExXoO_+-]+", re.I)
# Stands for what cannot be said so. Where nobody writes this file, the command is refused.
AS_BEFORE = "@variables-as-before.yml"
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
    words += ["-e", _in_yaml(given) or AS_BEFORE] if given else []
    return " ".join(("ansible-playbook", *map(shlex.quote, words))) + more


def variables_of(run: Row, playbook: str) -> dict[str, Any]:
    """What was given with ``-e`` for the main role of a playbook."""
    prefix = PREFIXES.get(playbook)
    variables = (run.get("ran") or {}).get("variables", {})
    return {name: value for name, value in variables.items() if prefix and name.startswith((prefix, ROOT))}


def _in_yaml(value: Any) -> str:
    """A value in one line of YAML without quotes; `""` if there is none."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value if PLAIN.fullmatch(value) and not NO_TEXT.fullmatch(value) else ""
    if isinstance(value, list):
        parts = [_in_yaml(each) for each in value]
        return f"[{', '.join(parts)}]" if all(parts) else ""
    if isinstance(value, dict):
        pairs = [(_in_yaml(str(key)), _in_yaml(each)) for key, each in value.items()]
        return f"{{{', '.join(f'{key}: {each}' for key, each in pairs)}}}" if all(map(all, pairs)) else ""
    return ""


def is_wave(run: Row, playbook: str) -> bool:
    """Whether only some jobs were to go."""
    return bool(variables_of(run, playbook).get(_wave(playbook)))


def _wave(playbook: str) -> str:
    return WAVE.format(playbook=playbook)
