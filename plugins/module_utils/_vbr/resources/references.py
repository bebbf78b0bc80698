# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names in options can mean: the lists of the objects that others refer to, and what these are called by."""

from __future__ import annotations

from ..resource.codecs import Ref

INFRASTRUCTURE = "/api/v1/backupInfrastructure"
MANAGED_SERVERS = f"{INFRASTRUCTURE}/managedServers"
REPOSITORIES = f"{INFRASTRUCTURE}/repositories"
SCALE_OUT_REPOSITORIES = f"{INFRASTRUCTURE}/scaleOutRepositories"
ENCRYPTION_PASSWORDS = "/api/v1/encryptionPasswords"

HOST = Ref(MANAGED_SERVERS, "managed server")
STORE = Ref(REPOSITORIES, "backup repository")
BACKUP_TARGET = Ref(REPOSITORIES, "backup repository", also=SCALE_OUT_REPOSITORIES)
# Revisions before 1.2 call a unique id tag.
ACCOUNT = Ref("/api/v1/credentials", "credentials record", by=("username", "uniqueId", "tag"))
CLOUD_ACCOUNT = Ref(
    "/api/v1/cloudCredentials",
    "cloud credentials record",
    by=("account", "accessKey", "connectionName", "uniqueId", "tag"),
)
