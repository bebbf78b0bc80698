# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an estate's items: those of the modules for each kind, with the descriptions these modules have."""

from __future__ import annotations

import re
from typing import Any

import yaml

# The module of each kind, in the order in which kinds are made.
# -- made by `make registered` --
from ..modules import (
    vbr_ad_domain,
    vbr_cloud_credentials,
    vbr_configuration_backup,
    vbr_credentials,
    vbr_email_settings,
    vbr_encryption_password,
    vbr_entra_tenant,
    vbr_estate,
    vbr_event_forwarding,
    vbr_general_options,
    vbr_job,
    vbr_job_permissions,
    vbr_kms_server,
    vbr_malware_detection,
    vbr_managed_server,
    vbr_mount_server,
    vbr_notifications,
    vbr_protection_group,
    vbr_proxy,
    vbr_repository,
    vbr_repository_permissions,
    vbr_role,
    vbr_scaleout_repository,
    vbr_security_analyzer,
    vbr_storage_latency,
    vbr_suspicious_files,
    vbr_traffic_rules,
    vbr_unstructured_data_server,
    vbr_user,
    vbr_vm_exclusion,
)
from . import _vbr

MODULES = {
    "credentials": vbr_credentials,
    "cloud_credentials": vbr_cloud_credentials,
    "encryption_passwords": vbr_encryption_password,
    "kms_servers": vbr_kms_server,
    "managed_servers": vbr_managed_server,
    "ad_domains": vbr_ad_domain,
    "mount_servers": vbr_mount_server,
    "repositories": vbr_repository,
    "scaleout_repositories": vbr_scaleout_repository,
    "repository_permissions": vbr_repository_permissions,
    "proxies": vbr_proxy,
    "protection_groups": vbr_protection_group,
    "unstructured_data_servers": vbr_unstructured_data_server,
    "entra_tenants": vbr_entra_tenant,
    "jobs": vbr_job,
    "vm_exclusions": vbr_vm_exclusion,
    "roles": vbr_role,
    "users": vbr_user,
    "job_permissions": vbr_job_permissions,
    "configuration_backup": vbr_configuration_backup,
    "general_options": vbr_general_options,
    "email_settings": vbr_email_settings,
    "notifications": vbr_notifications,
    "event_forwarding": vbr_event_forwarding,
    "storage_latency": vbr_storage_latency,
    "traffic_rules": vbr_traffic_rules,
    "malware_detection": vbr_malware_detection,
    "suspicious_files": vbr_suspicious_files,
    "security_analyzer": vbr_security_analyzer,
}
# -- until here --

# Those of libyaml where there is one: all these options are read twice and written twice.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

COLLECTION = "backupfleet.rest"
SHARED = f"{COLLECTION}._vbr."


def item_options(kind: str) -> dict[str, Any]:
    """The documented options of an item: those of its module that vbr_estate takes, its own words first."""
    documentation = yaml.load(MODULES[kind].DOCUMENTATION, LOADER)
    options: dict[str, Any] = {}
    for fragment in documentation["extends_documentation_fragment"]:
        if fragment.startswith(SHARED):
            part = getattr(_vbr.ModuleDocFragment, fragment.removeprefix(SHARED).upper())
            options |= yaml.load(part, LOADER)["options"]
    options |= documentation["options"]
    return {name: option for name, option in options.items() if name in vbr_estate.TASK.arguments[kind]["options"]}


def kind_option(kind: str) -> dict[str, Any]:
    """The documentation of the option that lists the items of a kind."""
    options = item_options(kind)
    one = vbr_estate.TASK.arguments[kind]["type"] == "dict"
    dots = "." if one else "[]."

    def inside(found: re.Match[str]) -> str:
        return f"O({kind}{dots}{found[1]}" if found[1] in options else found[0]

    name = f"{COLLECTION}.{MODULES[kind].__name__.rpartition('.')[2]}"
    return {
        "description": f"{'The options' if one else 'Items with the options'} of M({name}).",
        "type": "dict" if one else "list",
        **({} if one else {"elements": "dict"}),
        "suboptions": yaml.load(re.sub(r"O\((\w+)", inside, dumped(options)), LOADER),
    }


def dumped(document: dict[str, Any]) -> str:
    return str(yaml.dump(document, Dumper=DUMPER, sort_keys=False))


def order() -> str:
    """The sentence about the order of the kinds."""
    kinds = ", ".join(kind.replace("_", " ") for kind in MODULES)
    return f"Kinds are made in the order {kinds}, and removed in the reverse order after that."


class ModuleDocFragment:
    """One list per kind; of a kind that is always there, the one object."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = dumped({"options": {kind: kind_option(kind) for kind in MODULES}, "notes": [order()]})
