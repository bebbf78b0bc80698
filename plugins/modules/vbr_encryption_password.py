#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_encryption_password
short_description: Manage encryption passwords of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages passwords of encrypted backups, each recognised by its hint, and by its unique id if given.
  - From API revision 1.3-rev0 on the server tells whether a password is the one it has. With O(update_secret=always) it
    is changed only if it is not, so that the task is idempotent there. Before 1.2-rev1 it cannot be changed at all.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._common
options:
  hint:
    description: The hint that operators see. Several encryption passwords may have the same one.
    type: str
    required: true
  encryption_password:
    description: The encryption password itself. Needed for a new one.
    type: str
  unique_id:
    description: The id under which exports know the encryption password. Tells those apart that have the same hint.
    type: str
"""

EXAMPLES = r"""
- name: Keep the password of the quarterly tapes
  backupfleet.rest.vbr_encryption_password:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    hint: Quarterly tapes
    encryption_password: "{{ vault_quarterly_tapes }}"

- name: Remove the password of last year
  backupfleet.rest.vbr_encryption_password:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    hint: Quarterly tapes of last year
    state: absent
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The encryption password as the server has it, without the password. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 4d5b1c9e-0f3a-4c57-9c39-6f8a2d1b7e10, hint: Quarterly tapes}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.encryption_password import ENCRYPTION_PASSWORD

TASK = perform(manage(ENCRYPTION_PASSWORD))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
