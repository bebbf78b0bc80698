#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_vm_exclusion
short_description: Manage machines that no job of a Veeam Backup & Replication server processes
version_added: 0.1.0
description:
  - Manages the machines that no job of a backup server processes, each recognised by its host and its name.
  - Nothing of an exclusion can be changed but its note.
  - Needs API revision 1.3-rev0 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._common
options:
  host_name:
    description: Name of the managed server (such as a vCenter) that has the machine.
    type: str
    required: true
  name:
    description: Name of the machine.
    type: str
    required: true
  object_type:
    description: What is left out, if it is no machine.
    type: str
    default: VirtualMachine
    choices:
      - VirtualMachine
      - Template
      - VirtualApp
      - ResourcePool
      - Folder
      - Host
      - Cluster
      - ComputeResource
      - Datacenter
      - vCenterServer
      - Datastore
      - DatastoreCluster
      - StoragePolicy
      - Tag
      - Category
      - Multitag
  object_id:
    description: Its id there. Needed where several have the name, and on a platform other than vSphere.
    type: str
  platform:
    description: What runs the machine. It is vSphere if nothing is said.
    type: str
    choices: [VSphere, HyperV, CloudDirector, Nutanix, Proxmox]
  note:
    description: Why it is left out.
    type: str
"""

EXAMPLES = r"""
- name: Leave a retired file server out of all jobs
  backupfleet.rest.vbr_vm_exclusion:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    host_name: vcenter02.tech.local
    name: filesrv02
    note: Retired
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The exclusion as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 1b9f4d0e-2f3a-4f56-8c8d-0a9b7c6d5e44, note: Retired}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.vm_exclusion import VM_EXCLUSION

TASK = perform(manage(VM_EXCLUSION))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
