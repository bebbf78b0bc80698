#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_credentials
short_description: Manage credentials records of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages accounts of Windows and Linux and managed service accounts; secrets are changed only when asked.
  - A record is recognised by its type, its account and, if given, its O(unique_id). If several have the same,
    O(description) tells them apart, and if it does not, the task fails and lists them.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._common
options:
  type:
    description: The kind of account. V(ManagedService) needs API revision 1.3-rev0.
    type: str
    default: Standard
    choices: [Standard, Linux, ManagedService]
  account:
    description: The user name of the account, with its domain if it has one.
    type: str
    required: true
  unique_id:
    description: The id (tag) under which exports and imports know the record.
    type: str
  description:
    description: What the account is for.
    type: str
  account_password:
    description: The password of the account.
    type: str
  ssh_port:
    description: Port of SSH. Linux only, as all options below.
    type: int
  authentication_type:
    description:
      - How the account signs in. Needs API revision 1.3-rev0.
      - A new account that is given O(private_key) signs in by it, if nothing is said, and any other by its password.
    type: str
    choices: [SshKey, Password]
  elevate_to_root:
    description: Whether the account gets root rights.
    type: bool
  add_to_sudoers:
    description: Whether the account is added to the sudoers file.
    type: bool
  use_su:
    description: Whether C(su) is used where C(sudo) fails.
    type: bool
  private_key:
    description: The private key of the account.
    type: str
  passphrase:
    description: The passphrase of the private key.
    type: str
  root_password:
    description: The password of root.
    type: str
  force:
    description:
      - Whether a record is removed that is in use. A server may delete it and leave its users without an account.
      - Otherwise the task names the jobs, servers, repositories and proxies that use it, as far as the server shows
        them, and fails, in check mode too.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Keep a domain account
  backupfleet.rest.vbr_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    account: TECH\backup
    account_password: "{{ vault_backup_account }}"
    description: Domain account of the backup

- name: Change the key of a Linux account
  backupfleet.rest.vbr_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    type: Linux
    account: repository
    private_key: "{{ vault_repository_key }}"
    update_secret: always
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The record as the server has it, without secrets. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 1c0d8f3e-5d64-4a55-8f8a-3d5ff4e0a4b1, type: Standard, username: 'TECH\backup', description: Domain
  account}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.credentials import CREDENTIALS

TASK = perform(manage(CREDENTIALS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
