# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables that a role of ours was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..filter.unread import unread


def specification(role: Path) -> str:
    """The file that says which variables a role has."""
    return str(role / "meta" / "argument_specs.yml")


def options_of(specifications: Mapping[str, Any], entry_point: str) -> dict[str, Any]:
    """The variables of one of its entry points."""
    return dict(specifications["argument_specs"][entry_point]["options"])


def complaints(names: Iterable[str], prefix: str, role: Path, errors: Iterable[str]) -> list[str]:
    """Of all variables there are, those with this prefix that nothing reads; then what Ansible finds wrong."""
    return [*unread([name for name in names if name.startswith(prefix)], str(role)), *errors]
