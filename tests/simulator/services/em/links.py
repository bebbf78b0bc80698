# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links, under the host that the client has asked."""

from __future__ import annotations

from typing import Any

from ...core.call import Call

Link = dict[str, Any]


def href(call: Call, path: str) -> str:
    """The whole address of a path below /api/."""
    return f"{call.request.host_url}api/{path}"


def link(call: Call, rel: str, path: str, type_name: str | None = None, name: str | None = None) -> Link:
    return {"Rel": rel, "Type": type_name, "Href": href(call, path), "Name": name}
