# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of object an estate is made of, each by the name of its option: a list, or one object of a singleton.

It is made by `make registered`, from the declarations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..resource.schema import Resource
from .ad_domain import AD_DOMAIN
from .cloud_credentials import CLOUD_CREDENTIALS
from .configuration_backup import CONFIGURATION_BACKUP
from .credentials import CREDENTIALS
from .encryption_password import ENCRYPTION_PASSWORD
from .entra_tenant import ENTRA_TENANT
from .job import JOB
from .job_permissions import JOB_PERMISSIONS
from .kms_server import KMS_SERVER
from .mail import EMAIL_SETTINGS, EVENT_FORWARDING, GENERAL_OPTIONS
from .managed_server import MANAGED_SERVER
from .mount_server import MOUNT_SERVER
from .notifications import NOTIFICATIONS
from .protection_group import PROTECTION_GROUP
from .proxy import PROXY
from .repository import REPOSITORY
from .repository_permissions import REPOSITORY_PERMISSIONS
from .scaleout_repository import SCALEOUT_REPOSITORY
from .security import ROLE, USER
from .server_settings import MALWARE_DETECTION, SECURITY_ANALYZER, STORAGE_LATENCY, SUSPICIOUS_FILES, TRAFFIC_RULES
from .unstructured_data_server import UNSTRUCTURED_DATA_SERVER
from .vm_exclusion import VM_EXCLUSION

# In the order in which they need one another: nothing refers to a kind below its own.
KINDS: Mapping[str, Resource] = {
    "credentials": CREDENTIALS,
    "cloud_credentials": CLOUD_CREDENTIALS,
    "encryption_passwords": ENCRYPTION_PASSWORD,
    "kms_servers": KMS_SERVER,
    "managed_servers": MANAGED_SERVER,
    "ad_domains": AD_DOMAIN,
    "mount_servers": MOUNT_SERVER,
    "repositories": REPOSITORY,
    "scaleout_repositories": SCALEOUT_REPOSITORY,
    "repository_permissions": REPOSITORY_PERMISSIONS,
    "proxies": PROXY,
    "protection_groups": PROTECTION_GROUP,
    "unstructured_data_servers": UNSTRUCTURED_DATA_SERVER,
    "entra_tenants": ENTRA_TENANT,
    "jobs": JOB,
    "vm_exclusions": VM_EXCLUSION,
    "roles": ROLE,
    "users": USER,
    "job_permissions": JOB_PERMISSIONS,
    "configuration_backup": CONFIGURATION_BACKUP,
    "general_options": GENERAL_OPTIONS,
    "email_settings": EMAIL_SETTINGS,
    "notifications": NOTIFICATIONS,
    "event_forwarding": EVENT_FORWARDING,
    "storage_latency": STORAGE_LATENCY,
    "traffic_rules": TRAFFIC_RULES,
    "malware_detection": MALWARE_DETECTION,
    "suspicious_files": SUSPICIOUS_FILES,
    "security_analyzer": SECURITY_ANALYZER,
}
