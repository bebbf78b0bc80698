# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the report of a run of a migration and keeps it: one task, in the controller's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible import constants, context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..module_utils._core.times import now
from ..plugin_utils.command_line import as_it_was_run
from ..plugin_utils.preflight_files import with_findings
from ..plugin_utils.run_reports import ENDED, kept, made

TEMPLATE = Path(__file__).parents[2] / "roles" / "vbr_report" / "templates" / "report.html.j2"
SPECIFICATION: dict[str, Any] = {
    "dest": {"type": "path", "required": True},
    "template": {"type": "path"},
    "write": {"type": "bool", "default": True},
    "pair": {"type": "str", "required": True},
    "name": {"type": "str", "default": "run"},
    "source": {"type": "dict", "default": {}},
    "target": {"type": "dict", "default": {}},
    "for_show": {"type": "bool", "default": False},
    "steps": {"type": "dict", "default": {}},
    "times": {"type": "dict", "default": {}},
    "failure": {"type": "dict", "default": {}},
    "has_failed": {"type": "bool", "default": False},
    "tasks": {"type": "dict", "default": {}},
    "continues": {"type": "bool", "default": False},
    "plan": {"type": "path"},
    "journal": {"type": "path"},
    "files": {"type": "dict", "default": {}},
}


class ActionModule(ActionBase):
    """A report is about a run: that there is a newer one is no change of anything."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(SPECIFICATION)
        place = Path(given["dest"])
        times = {**given["times"], "ended": now().strftime(ENDED)}
        ran = as_it_was_run(context.CLIARGS, load_extra_vars(self._loader), constants.DEFAULT_HOST_LIST)
        run = {**given, "steps": with_findings(given["steps"]), "times": times, "ran": ran}
        # Whether there are any; what they are is of no concern here.
        run["has_secrets"] = "vbr_secrets" in (task_vars or {})
        try:
            template = Path(given["template"] or TEMPLATE).read_text(encoding="utf-8")
            if given["write"]:
                said, warnings = kept(run, place, template)
            else:
                _files, said, warnings = made(run, place, template, None)
        except OSError as error:
            raise AnsibleActionFail(f"The report cannot be written: {error}.") from error
        return {**result, "changed": False, **said, "warnings": warnings}
