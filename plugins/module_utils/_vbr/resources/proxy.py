# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies, those of vSphere whole (facts/vbr.md 3.8)."""

from __future__ import annotations

from ..._core.option import FLAG, NUMBER, OBJECTS, REQUIRED, choice
from ..migration.kinds import PROXIES as MOVED
from ..migration.kinds import first_of_types
from ..resource.calls import Toggle
from ..resource.codecs import Enum
from ..resource.places import Path, When
from ..resource.schema import KEY, Field, Resource
from ..revisions import OLD_NAMES_UNTIL, SMALL_LETTERS_UNTIL
from .inventory import fill
from .managed_server import HOST
from .settings import SETTINGS_FIELD

PROXIES = "/api/v1/backupInfrastructure/proxies"
VSPHERE_PROXY = "ViProxy"
OF_VSPHERE = When(types=(VSPHERE_PROXY,))
OTHER_TYPES = first_of_types(MOVED)
TYPES = (VSPHERE_PROXY, *OTHER_TYPES)
DATASTORES = "server.connectedDatastores"

PROXY = Resource(
    what="backup proxy",
    kind="proxies",
    order=70,
    path=PROXIES,
    kept_in_use=True,
    fields={
        # Not by its name, which is its server's affair: the first one of every server is called `VMware Backup Proxy`.
        "host": Field(REQUIRED, at="server.hostId", role=KEY, codec=HOST),
        "type": Field(choice(*TYPES, default=VSPHERE_PROXY), when=When(choices=OTHER_TYPES), role=KEY),
        "description": Field(initial=""),
        "transport_mode": Field(
            choice("Auto", "DirectAccess", "VirtualAppliance", "Network"),
            at="server.transportMode",
            when=OF_VSPHERE,
            codec=Enum(SMALL_LETTERS_UNTIL),
        ),
        "failover_to_network": Field(FLAG, at="server.failoverToNetwork", when=OF_VSPHERE),
        "host_to_proxy_encryption": Field(FLAG, at="server.hostToProxyEncryption", when=OF_VSPHERE),
        "max_task_count": Field(NUMBER, at="server.maxTaskCount"),
        "auto_select_datastores": Field(
            FLAG,
            at=Path(f"{DATASTORES}.autoSelectEnabled", earlier={OLD_NAMES_UNTIL: f"{DATASTORES}.autoSelect"}),
            when=OF_VSPHERE,
        ),
        "datastores": Field(
            OBJECTS,
            at=f"{DATASTORES}.datastores",
            when=OF_VSPHERE,
            unordered=True,
            fields={
                "host_name": Field(REQUIRED, at="datastore.hostName"),
                "name": Field(REQUIRED, at="datastore.name"),
                "type": Field(choice("Datastore", "DatastoreCluster", default="Datastore"), at="datastore.type"),
                "object_id": Field(at="datastore.objectId"),
                "vm_count": Field(NUMBER),
            },
        ),
        "settings": SETTINGS_FIELD,
    },
    toggle=Toggle(
        "isDisabled",
        "disable",
        "enable",
        states={"enabled": False, "disabled": True},
        path=f"{PROXIES}/states",
        since="1.3-rev0",
    ),
    fill=fill,
)
