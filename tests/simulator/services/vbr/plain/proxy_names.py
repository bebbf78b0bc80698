# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of the proxy that every new server has: a name of its own, on real servers, and not that of its host."""

from __future__ import annotations

from ..estate import Estate
from ..kinds import PROXIES
from .referring import rename

DEFAULT_PROXY = "VMware Backup Proxy"


def name_proxies(estate: Estate, own: bool) -> None:
    """Give the default proxy its own name, or take it away; whatever names the proxy names it so from then on."""
    for row in estate.rows(PROXIES):
        if not row["state"].get("builtin") or ("name" in row["body"]) == own:
            continue
        body = {name: value for name, value in row["body"].items() if name != "name"}
        body |= {"name": DEFAULT_PROXY} if own else {}
        rename(estate, PROXIES, row, body)
        estate.replace(PROXIES, row, body, row["secrets"])
