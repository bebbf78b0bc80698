#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_proxy
short_description: Manage backup proxies of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Makes a managed server a proxy (vSphere, Hyper-V, general-purpose), changes how it works, switches it on or off, or
    takes the role away.
  - A proxy is recognised by its host and type, whatever it is called. The one that every server has from the beginning
    is called C(VMware Backup Proxy); its host is the backup server itself.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._vbr.proxy_datastores
  - backupfleet.rest._common
options:
  host:
    description: Name of the managed server that is the proxy.
    type: str
    required: true
  type:
    description:
      - The kind of proxy. V(HvProxy) and V(GeneralPurposeProxy) need API revision 1.3-rev0.
      - What only they have is given in O(settings). Of the options, they have O(description) and O(max_task_count).
    type: str
    default: ViProxy
    choices: [ViProxy, HvProxy, GeneralPurposeProxy]
  description:
    description: What the proxy is for.
    type: str
  transport_mode:
    description: How the proxy reads the disks of machines.
    type: str
    choices: [Auto, DirectAccess, VirtualAppliance, Network]
  failover_to_network:
    description: Whether it reads over the network where its O(transport_mode) does not work.
    type: bool
  host_to_proxy_encryption:
    description: Whether what it reads over the network is encrypted.
    type: bool
  max_task_count:
    description: How many disks it works on at the same time.
    type: int
  auto_select_datastores:
    description: Whether it finds out itself which datastores it can reach.
    type: bool
  state:
    description:
      - Whether the proxy is to be there. V(enabled) and V(disabled) need API revision 1.3-rev0, and say also whether it
        is to work.
    type: str
    default: present
    choices: [present, absent, enabled, disabled]
"""

EXAMPLES = r"""
- name: Keep a proxy
  backupfleet.rest.vbr_proxy:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    host: enterprise05.tech.local
    description: Reads from the SAN
    transport_mode: DirectAccess
    failover_to_network: true
    max_task_count: 6

- name: Let the same host read file shares, too
  backupfleet.rest.vbr_proxy:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    host: enterprise05.tech.local
    type: GeneralPurposeProxy
    max_task_count: 2

- name: Let it rest
  backupfleet.rest.vbr_proxy:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    host: enterprise05.tech.local
    state: disabled
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The proxy as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 7a5d0a1e-6b1f-4f8d-9f25-0f1c3e8a9b64, type: ViProxy, name: enterprise05.tech.local}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.proxy import PROXY

TASK = perform(manage(PROXY))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
