#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_repository_permissions
short_description: Manage who may use a repository of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets which accounts may use a repository, and how what they send to it is encrypted.
  - Every repository has such permissions.
  - What is not given stays as it is.
  - Needs API revision 1.3-rev2 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  repository:
    description: Name of the repository.
    type: str
    required: true
  access:
    description: Who may use it.
    type: str
    choices: [DenyAll, AllowAll, AllowExplicit]
  accounts:
    description: All accounts and groups that may, with O(access=AllowExplicit).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the account or group.
        type: str
        required: true
      type:
        description: Whether it is an account or a group, of the server itself or of a directory.
        type: str
        required: true
        choices: [InternalUser, InternalGroup, ExternalUser, ExternalGroup]
  encryption:
    description: Whether backups of agents in it are encrypted.
    type: bool
  encryption_type:
    description: What they are encrypted with.
    type: str
    choices: [ByUserPassword, ByKms]
  encryption_password_hint:
    description: Hint or unique id of the encryption password.
    type: str
  kms_server:
    description: Name of the key management server.
    type: str
"""

EXAMPLES = r"""
- name: Let only the account of the tapes use a repository
  backupfleet.rest.vbr_repository_permissions:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    repository: Default Backup Repository
    access: AllowExplicit
    accounts:
      - name: TECH\tapes
        type: ExternalUser
"""

RETURN = r"""
action:
  description: What was done, one of update, none.
  returned: success
  type: str
resource:
  description: The permissions as the server has them.
  returned: success
  type: dict
  sample: {accessPolicy: AllowExplicit, accounts: [{name: tapes, type: ExternalUser}]}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.repository_permissions import REPOSITORY_PERMISSIONS

TASK = perform(manage(REPOSITORY_PERMISSIONS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
