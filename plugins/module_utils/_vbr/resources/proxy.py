# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere backup proxies (facts/vbr.md 3.8)."""

from __future__ import annotations

from ..resource.schema import Field, Resource, Toggle
from .inventory import fill
from .references import HOST, INFRASTRUCTURE

PATH = f"{INFRASTRUCTURE}/proxies"

PROXY = Resource(
    what="backup proxy",
    path=PATH,
    name_filter=("nameFilter", "host"),
    fields={
        # A proxy has no name of its own: it is called like its host.
        "host": Field(required=True, key=True, wire="server.hostId", listed_as="name", ref=HOST),
        "type": Field(key=True, default="ViProxy", choices=("ViProxy",)),
        "description": Field(initial=""),
        "transport_mode": Field(
            choices=("Auto", "DirectAccess", "VirtualAppliance", "Network"),
            wire="server.transportMode",
            lower_until="1.3-rev0",
        ),
        "failover_to_network": Field(type="bool", wire="server.failoverToNetwork"),
        "host_to_proxy_encryption": Field(type="bool", wire="server.hostToProxyEncryption"),
        "max_task_count": Field(type="int", wire="server.maxTaskCount"),
        "auto_select_datastores": Field(
            type="bool",
            wire="server.connectedDatastores.autoSelectEnabled",
            formerly={"1.1-rev0": "server.connectedDatastores.autoSelect"},
        ),
        "datastores": Field(
            type="list",
            elements="dict",
            wire="server.connectedDatastores.datastores",
            unordered=True,
            options={
                "host_name": Field(required=True, wire="datastore.hostName"),
                "name": Field(required=True, wire="datastore.name"),
                "type": Field(default="Datastore", choices=("Datastore", "DatastoreCluster"), wire="datastore.type"),
                "object_id": Field(wire="datastore.objectId"),
                "vm_count": Field(type="int"),
            },
        ),
        "settings": Field(type="dict"),
    },
    toggle=Toggle("isDisabled", "disable", "enable", path=f"{PATH}/states", since="1.3-rev0"),
    fill=fill,
    states={"enabled": False, "disabled": True},
)
