#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_role
short_description: Manage roles of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages the roles of a backup server that are not built in, each recognised by its name.
  - Built-in roles are neither changed nor removed.
  - O(settings) takes what of the role no option says, such as C(inventoryScope) or C(restorePermissionsScope), with
    the names of repositories, jobs and servers in the place of ids.
  - Needs API revision 1.3-rev2 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  name:
    description: Name of the role.
    type: str
    required: true
  description:
    description: What the role is for.
    type: str
  manage_backups:
    description: Whether it allows backups.
    type: bool
  manage_restores:
    description: Whether it allows restores.
    type: bool
  entire_inventory:
    description: Whether its backups may be of anything.
    type: bool
  all_repositories:
    description: Whether its backups may go to any repository.
    type: bool
  repositories:
    description: Names of all repositories that they may go to otherwise.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Let a team back up to its own repository
  backupfleet.rest.vbr_role:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Team of the archive
    manage_backups: true
    entire_inventory: true
    all_repositories: false
    repositories: [Default Backup Repository]
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The role as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 8e0b9f9e-7a6c-4d5e-9f1a-2b3c4d5e6f88, name: Team of the archive, manageBackups: true}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.security import ROLE

TASK = perform(manage(ROLE))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
