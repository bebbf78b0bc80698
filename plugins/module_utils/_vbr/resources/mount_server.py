# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mount servers: managed servers that backups are mounted on (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from ..._core.option import FLAG, NUMBER, REQUIRED
from ..resource.calls import Toggle
from ..resource.places import Path
from ..resource.schema import KEY, Field, Resource
from .managed_server import HOST

PORTS = "settings.vPowerNFSPortSettings"

# A mount server has the id of its managed server, which only a new one is given by another name.
MOUNT_SERVER = Resource(
    what="mount server",
    kind="mount_servers",
    order=45,
    path="/api/v1/backupInfrastructure/mountServers",
    since="1.3-rev0",
    stays=True,
    fields={
        "host": Field(REQUIRED, at=Path("id", on_create="hostId"), role=KEY, codec=HOST),
        "write_cache_folder": Field(at="settings.writeCacheFolder"),
        "vpower_nfs": Field(FLAG, at="settings.vPowerNFSEnabled"),
        "mount_port": Field(NUMBER, at=f"{PORTS}.mountPort"),
        "vpower_nfs_port": Field(NUMBER, at=f"{PORTS}.vPowerNFSPort"),
    },
    # It is no more the default one when another one becomes it, and no call says so.
    toggle=Toggle("isDefault", when_true="default", when_false="", states={"default": True}),
)
