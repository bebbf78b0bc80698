# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Active Directory domains, which are made and removed, and never changed (facts/vbr_beyond_automation.md 1, 6)."""

from __future__ import annotations

from ..._core.option import NUMBER, REQUIRED
from ..resource.schema import KEY, NEEDED, Field, Resource
from .credentials import ACCOUNT

# Its `name` is the server's; whoever adds a domain says by which of its controllers it is reached.
AD_DOMAIN = Resource(
    what="Active Directory domain",
    kind="ad_domains",
    order=42,
    path="/api/v1/adDomains",
    since="1.3-rev0",
    replaced=False,
    deleted_in_use=True,
    fields={
        "server_name": Field(REQUIRED, role=KEY),
        # Not `port`: that is an option of the connection.
        "domain_port": Field(NUMBER, at="port"),
        "credentials": Field(at="credentialsId", codec=ACCOUNT, needed=NEEDED),
    },
)
