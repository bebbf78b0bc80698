# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the variables of a role against its specification, and names those that look like ours and that nothing reads.

Ansible's own check shows the whole specification beside the one line that says what is wrong, and passes over a
variable that nothing reads: a misspelt mapping would be none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action.validate_argument_spec import ActionModule as AnsiblesOwnCheck

from ..plugin_utils.role_variables import complaints, options_of, specification

SPECIFICATION: dict[str, Any] = {
    "prefix": {"type": "str", "required": True},
    "entry_point": {"type": "str", "default": "main"},
}


class ActionModule(AnsiblesOwnCheck):
    """It is a task of a role, and looks at the variables that the role has there, as Ansible's own check does."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        _checked, given = self.validate_argument_spec(SPECIFICATION)
        known = task_vars or {}
        role = Path(known["role_path"])
        options = options_of(self._loader.load_from_file(specification(role)), given["entry_point"])
        values = self.get_args_from_task_vars(options, known)
        errors = ArgumentSpecValidator(options).validate(values).error_messages
        wrong = complaints(known, given["prefix"], role, options, errors, values)
        return {"changed": False, **({"failed": True, "msg": "; ".join(wrong)} if wrong else {})}
