# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one overview of a run over many pairs and keeps it: one task, run once, in the controller's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._core.times import now
from ..plugin_utils.overviews import STEM, overview, overview_files, overview_lines
from ..plugin_utils.run_reports import ENDED, placed

TEMPLATE = Path(__file__).parents[2] / "roles" / "vbr_report" / "templates" / "overview.html.j2"
SPECIFICATION: dict[str, Any] = {
    "dest": {"type": "path", "required": True},
    "write": {"type": "bool", "default": True},
    "name": {"type": "str", "default": "run"},
    "for_show": {"type": "bool", "default": False},
    "pairs": {"type": "list", "elements": "str", "required": True},
    "reports": {"type": "list", "elements": "dict", "required": True},
}


class ActionModule(ActionBase):
    """An overview is about a run: that there is a newer one is no change of anything."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(SPECIFICATION)
        ended = now().strftime(ENDED)
        run = {**given, "times": {"ended": ended}}
        document = overview(given["name"], ended, given["pairs"], given["reports"])
        page, warnings = "", list[str]()
        try:
            template = TEMPLATE.read_text(encoding="utf-8")
            if given["write"]:
                whole, warnings = placed(
                    run, Path(given["dest"]), lambda folder: (overview_files(document, template, folder), folder)
                )
                page = f"{whole[1] / STEM}.html"
        except OSError as error:
            raise AnsibleActionFail(f"The overview cannot be written: {error}.") from error
        lines = overview_lines(document, page)
        return {**result, "changed": False, "lines": lines, "overview": page, "warnings": warnings}
