# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the playbook that runs was started: its inventories and its vault, and what was said of roles with ``-e``.

A report names the command for what comes next, which is to be one that works where this one has.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..module_utils._core.redaction import SECRET_NAME
from ..module_utils._vbr.report.command import SHOWN

# A list of hosts in the place of an inventory's file.
HOSTS = ","


def as_it_was_run(given: Mapping[str, Any], variables: Mapping[str, Any], default: Sequence[str]) -> dict[str, Any]:
    """From Ansible's command line, the variables of ``-e`` and the inventories that its configuration names:
    the `options` of this run for a next one, and the `variables` that were given with ``-e``, both to be shown.

    Where there is no command line nothing is known. The variables are those of the roles that a next command runs,
    which have no secrets: others may be some.
    """
    return {"options": list(_options(given, default)), "variables": dict(_shown(variables))}


def _options(given: Mapping[str, Any], default: Sequence[str]) -> Iterator[str]:
    inventories = list(given.get("inventory") or ())
    # What the configuration says holds for the next run, too.
    for source in inventories if inventories != list(default) else ():
        yield from ("-i", str(source) if HOSTS in source else _near(str(source)))
    if given.get("ask_vault_pass"):
        yield "-J"
    for option, name in (("--vault-id", "vault_ids"), ("--vault-password-file", "vault_password_files")):
        for value in given.get(name) or ():
            yield from (option, str(value))


def _near(path: str) -> str:
    """As somebody would write it who stands where this run was started."""
    near = os.path.relpath(path)
    return path if near.startswith(os.pardir) else near


def _shown(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is text, numbers or made of these. What somebody encrypted is none of it."""
    for name, value in variables.items():
        # A misspelt name may be that of a secret.
        if str(name).startswith(SHOWN) and not SECRET_NAME.search(str(name).removesuffix("s")):
            with suppress(TypeError):
                yield str(name), json.loads(json.dumps(value))
