# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies as their list shows them."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..estate import Estate
from ..kinds import PROXIES
from ..revisions import older
from ..shapes.rules import render
from .links import host

Model = dict[str, Any]


def show_proxy(row: Row, estate: Estate, revision: str) -> Model:
    """A proxy is called like its host."""
    body = render(PROXIES.groups[0].rules, row["body"], revision)
    server = body["server"]
    name = server["hostName"]
    for tag in ("hostUniqueId", "hostTag"):
        server.pop(tag, None)
    host("server.hostName", "hostId").show(body, estate)
    if not older(revision, "1.3-rev0"):
        server["hostName"] = name
    return {"id": row["id"], "name": name, **body}
