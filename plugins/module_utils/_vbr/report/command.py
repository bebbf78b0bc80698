# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command for what comes next, as far as it can be known of how this run was started."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.failures import NAMES_SHOWN

COLLECTION = "backupfleet.rest"
# How the variables begin that say what is moved, and how. None of those with a secret begins so.
MOVE = ("vbr_import_", "vbr_export_", "vbr_preflight_", "vbr_hold", "vbr_stage_anyway")
# How those begin that the main role of a playbook reads, and where all of them look for what is there.
PREFIXES: Mapping[str, tuple[str, ...]] = {
    "cutover": ("vbr_cutover_",),
    "rollback": ("vbr_rollback_",),
    **dict.fromkeys(("export", "preflight", "plan", "apply", "import", "migrate", "verify", "drift"), MOVE),
}
ROOT = "vbr_migration_root"
# What else the same playbook reads when it is run once more.
AS_WELL = (*MOVE, "vbr_plan", "vbr_verify_")
SHOWN = (*sorted({prefix for prefixes in PREFIXES.values() for prefix in prefixes} | {*AS_WELL}), ROOT)
WAVE = "vbr_{playbook}_jobs"
# A text that means itself in YAML, in a list too. Ansible shows a quote and a backslash with a backslash before it, so
# that a command with one of them cannot be copied.
PLAIN = re.compile(r"(?:[^\W_]|/)(?:[\w.*@/+()&-]| (?=[\w.*@/+()&-]))*")
NO_TEXT = re.compile(r"true|false|yes|no|on|off|null|y|n|[\d.eExXoO_+-]+", re.I)
# Stands for what cannot be said so. Where nobody writes this file, the command is refused.
AS_BEFORE = "@variables-as-before.yml"
Row = Mapping[str, Any]


def command_of(run: Row, playbook: str, more: str = "", jobs: Sequence[str] = ()) -> str:
    """The command that runs a playbook for the pair of this run: with its inventories and its vault, and with what was
    given for the playbook's role with ``-e``; `jobs` are those that it is for, in the place of what was given: names
    as a server has them, so that one with an asterisk, which may mean others, is not written down.
    """
    ran = run.get("ran") or {}
    given = variables_of(run, playbook) | ({WAVE.format(playbook=playbook): [*jobs]} if jobs else {})
    words = [*ran.get("options", ()), f"{COLLECTION}.{playbook}", "--limit", str(run["pair"])]
    sayable = len(jobs) <= NAMES_SHOWN and not any("*" in name for name in jobs)
    # Given as name=value, every value is a text: it is said so again where YAML would take it for something else.
    texts = [f"{name}={value}" for name, value in given.items() if isinstance(value, str) and NO_TEXT.fullmatch(value)]
    others = {name: value for name, value in given.items() if f"{name}={value}" not in texts}
    words += [word for text in texts for word in ("-e", text)]
    words += ["-e", (_in_yaml(others) if sayable else "") or AS_BEFORE] if others else []
    return " ".join(("ansible-playbook", *map(shlex.quote, words))) + more


def variables_of(run: Row, playbook: str) -> dict[str, Any]:
    """What was given with ``-e`` for the main role of a playbook; if it is the playbook of this run, for the others."""
    prefixes = (*PREFIXES.get(playbook, ()), ROOT, *(AS_WELL if playbook == run.get("name") else ()))
    variables = (run.get("ran") or {}).get("variables", {})
    return {name: value for name, value in variables.items() if playbook in PREFIXES and name.startswith(prefixes)}


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
