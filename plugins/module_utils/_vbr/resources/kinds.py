# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of object an estate is made of, each by the name of its option: a list, or one object of a singleton.

It is made by `make registered`, from the declarations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..resource.schema import Resource
from .cloud_credentials import CLOUD_CREDENTIALS
from .configuration_backup import CONFIGURATION_BACKUP
from .credentials import CREDENTIALS
from .encryption_password import ENCRYPTION_PASSWORD
from .job import JOB
from .managed_server import MANAGED_SERVER
from .notifications import NOTIFICATIONS
from .proxy import PROXY
from .repository import REPOSITORY
from .scaleout_repository import SCALEOUT_REPOSITORY

# In the order in which they need one another: nothing refers to a kind below its own.
KINDS: Mapping[str, Resource] = {
    "credentials": CREDENTIALS,
    "cloud_credentials": CLOUD_CREDENTIALS,
    "encryption_passwords": ENCRYPTION_PASSWORD,
    "managed_servers": MANAGED_SERVER,
    "repositories": REPOSITORY,
    "scaleout_repositories": SCALEOUT_REPOSITORY,
    "proxies": PROXY,
    "jobs": JOB,
    "configuration_backup": CONFIGURATION_BACKUP,
    "notifications": NOTIFICATIONS,
}
