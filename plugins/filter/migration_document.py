# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run in one of its forms, straight from the run.

What the run gave is big. Handing the report from one variable to the next would take Ansible long; so what role
vbr_report writes is made in one step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .migration_brief import migration_brief
from .migration_page import migration_page
from .migration_report import migration_report
from .migration_summary import migration_summary
from .secrets_skeleton import secrets_skeleton

INDENT = 4
Row = Mapping[str, Any]
FORMS: dict[str, Callable[[dict[str, Any], Row], Any]] = {
    "json": lambda report, _run: json.dumps(_plain(report), indent=INDENT, ensure_ascii=False) + "\n",
    "html": lambda report, run: migration_page(report, run["template"]),
    "lines": lambda report, run: migration_summary(report, run.get("path", "")),
    "secrets": lambda report, _run: secrets_skeleton(report["secrets_missing"]),
    "brief": lambda report, run: migration_brief(report, run.get("path", "")),
}


def migration_document(run: Row, form: str) -> Any:
    """`run` is what the filter migration_report takes, with `earlier`, and with `template` for a page and `path` for
    lines and a brief. `form` is one of FORMS.
    """
    return FORMS[form](migration_report(run, run.get("earlier")), run)


def _plain(value: Any) -> Any:
    """Without Ansible's own kinds of dictionaries and lists, which JSON would not look into."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"migration_document": migration_document}
