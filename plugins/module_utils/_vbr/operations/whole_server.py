# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting and importing a whole server: the automation section, and by ordinary REST all that it leaves out.

Both are those of the automation section with more kinds; plan, secrets, journal and report are the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ..._core.option import Option
from ..migration.kinds import KINDS
from . import automation_export, automation_import

_KINDS = {"kinds": Option(type="list", elements="str", default=[], choices=tuple(KINDS))}

WHOLE_EXPORT = replace(
    automation_export.EXPORT,
    options={
        **automation_export.EXPORT.options,
        **_KINDS,
        "automation_only": Option(type="bool", default=False),
    },
    validate=partial(automation_export.validate, whole=True),
)
WHOLE_IMPORT = replace(
    automation_import.IMPORT,
    options={
        **automation_import.IMPORT.options,
        **_KINDS,
        "on_existing": Option(default="keep", choices=("keep", "update", "fail")),
    },
    validate=partial(automation_import.validate, whole=True),
)
