#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_mount_server
short_description: Manage mount servers of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Makes a managed server one that backups are mounted on, changes how it does that, or makes it the default one.
  - No call takes the role away again, so that there is no state for that.
  - Needs API revision 1.3-rev0 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._common
options:
  host:
    description: Name of the managed server.
    type: str
    required: true
  write_cache_folder:
    description: Folder of the server for what is written while a backup is mounted.
    type: str
  vpower_nfs:
    description: Whether it offers backups over vPower NFS.
    type: bool
  mount_port:
    description: Port on which backups are mounted.
    type: int
  vpower_nfs_port:
    description: Port of vPower NFS.
    type: int
  state:
    description:
      - V(default) also makes it the default mount server of its kind. It stays so until another one becomes it.
    type: str
    default: present
    choices: [present, default]
"""

EXAMPLES = r"""
- name: Mount backups with their cache on a disk of its own
  backupfleet.rest.vbr_mount_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    host: backupserver02.tech.local
    write_cache_folder: E:\Cache
    vpower_nfs: true
"""

RETURN = r"""
action:
  description: What was done, one of create, update, none.
  returned: success
  type: str
resource:
  description: The mount server as the server has it.
  returned: success
  type: dict
  sample: {id: 6745a759-2205-4cd2-b172-8ec8f7e60ef8, type: Windows, isDefault: true}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.mount_server import MOUNT_SERVER

TASK = perform(manage(MOUNT_SERVER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
