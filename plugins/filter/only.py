# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some entries of a dictionary: of a connection those that say where a server is, and not who signs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def only(entries: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The entries with these names, in their order, as far as there are any."""
    return {name: entries[name] for name in names if name in entries}


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"only": only}
