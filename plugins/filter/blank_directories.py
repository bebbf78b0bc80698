# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directories that are blank: what lies below one of them would be written to the root of the file system."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .unread import known

# How the variables of this collection end that say where something is written.
DIRECTORY = re.compile(r"(vbr|em|vcsa|vbaz|awx)_\w*(root|dest|directory)")


def blank_directories(variables: Mapping[str, Any]) -> list[str]:
    """`variables` are those of a host, or those that a role was given.

    Returns a sentence for each of ours that says where something is written, and is there and blank. Nobody else's
    variables are looked at: a value may be a template that has none yet.
    """
    found = sorted(name for name in known() if DIRECTORY.fullmatch(name) and name in variables)
    return [f"{name} is blank: give a directory." for name in found if _is_blank(variables[name])]


def _is_blank(value: Any) -> bool:
    """A variable with nothing after its colon is null."""
    return value is None or (isinstance(value, str) and not value.strip())


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"blank_directories": blank_directories}
