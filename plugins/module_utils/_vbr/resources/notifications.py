# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of the general options: what the server warns of by itself (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from ..._core.option import FLAG, NUMBER, OBJECT
from ..resource.schema import Field, Resource

FIELDS = {
    "storage_space_enabled": Field(FLAG, at="storageSpaceThresholdEnabled"),
    "storage_space_threshold": Field(NUMBER),
    "datastore_space_enabled": Field(FLAG, at="datastoreSpaceThresholdEnabled"),
    "datastore_space_threshold": Field(NUMBER),
    "skip_vms_enabled": Field(FLAG, at="skipVMSpaceThresholdEnabled"),
    "skip_vms_threshold": Field(NUMBER, at="skipVMSpaceThreshold"),
    "support_expiration": Field(FLAG, at="notifyOnSupportExpiration"),
    "updates": Field(FLAG, at="notifyOnUpdates"),
}

NOTIFICATIONS = Resource(
    what="notification settings",
    kind="notifications",
    order=100,
    path="/api/v1/generalOptions/notifications",
    since="1.3-rev1",
    singleton=True,
    fields={
        **FIELDS,
        "settings": Field(OBJECT),
    },
)
