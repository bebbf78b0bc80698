# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of the API: which ones an appliance serves, which one a call uses, and how the first one differs."""

from __future__ import annotations

from ...core.call import Call

FIRST = "v1"
# Product -> the versions it serves, newest first (facts/vbaz.md 1).
SERVED: dict[str, tuple[str, ...]] = {
    "8.1": ("v8.1", "v8", "v7", "v6"),
    "8.0": ("v8", "v7", "v6"),
    "7.0": ("v7", "v6", "v5"),
    "6.0": ("v6", "v5", "v4"),
    "5.0": ("v5", "v4", "v3"),
    "4.0": ("v4", "v3", "v2"),
    "3.0": ("v3", "v2"),
    "2.0": ("v2",),
    "1.0": ("v1",),
}
# In these versions the policies of virtual machines are under /policies.
PLAIN_POLICIES = ("v1", "v2")
# The versions after the first that are older than what a document is known of.
OLDER = ("v2", "v3", "v4", "v5", "v6", "v7")
# Rows of a page when no limit is given (facts/vbaz.md 4.1).
FIRST_PAGE_SIZE = 30
PAGE_SIZE = 100


def page_size(version: str) -> int:
    return FIRST_PAGE_SIZE if version == FIRST else PAGE_SIZE


def version_of(call: Call) -> str:
    """The version in the path of a call."""
    return str(call.context["version"])


def root(call: Call) -> str:
    """The address of the API in the version of the call, with which links begin."""
    return f"{call.request.host_url}api/{version_of(call)}"
