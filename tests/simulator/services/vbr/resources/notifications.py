# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of the general options, of which a server has one set."""

from __future__ import annotations

from ..estate import Estate
from ..kind import Body
from ..plain.singleton import Singleton


def new_settings(_estate: Estate) -> Body:
    return {
        "storageSpaceThresholdEnabled": True,
        "storageSpaceThreshold": 10,
        "datastoreSpaceThresholdEnabled": True,
        "datastoreSpaceThreshold": 10,
        "skipVMSpaceThresholdEnabled": False,
        "skipVMSpaceThreshold": 5,
        "notifyOnSupportExpiration": True,
        "notifyOnUpdates": True,
    }


SETTINGS = Singleton(
    "/api/v1/generalOptions/notifications",
    "Notifications",
    new_settings,
    required=(
        "storageSpaceThresholdEnabled",
        "datastoreSpaceThresholdEnabled",
        "skipVMSpaceThresholdEnabled",
        "notifyOnSupportExpiration",
        "notifyOnUpdates",
    ),
    since="1.3-rev1",
)
ROUTES = SETTINGS.routes()
