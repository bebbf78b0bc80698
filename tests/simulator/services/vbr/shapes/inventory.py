# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between revisions in references to objects of the virtual infrastructure."""

from __future__ import annotations

from .rules import Default, Only, Rule, Values

PLATFORMS = {"VSphere": "VMware"}


def inventory_rules(path: str) -> tuple[Rule, ...]:
    """The rules of one place where an inventory object stands: plain at first, with a platform from 1.2 on."""
    return (
        Values(f"{path}.platform", PLATFORMS, "1.3-rev0"),
        Default(f"{path}.platform", "VSphere", "1.2-rev1"),
        Only(f"{path}.size", since="1.2-rev1"),
        Only(f"{path}.urn", since="1.2-rev1"),
        Only(f"{path}.metadata", since="1.3-rev0"),
        Only(f"{path}.powerState", since="1.3-rev2"),
        Only(f"{path}.aclInfo", since="1.3-rev2"),
        Only(f"{path}.isEnabled", since="1.3-rev0", until="1.3-rev1"),
    )
