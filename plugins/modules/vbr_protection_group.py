#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_protection_group
short_description: Manage protection groups of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages groups of computers that are protected with agents, each recognised by its name, and switches them on or
    off.
  - A group of computers that are named one by one is described by options whole. Of the other types the options say
    what they have in common, and O(settings) the rest, such as C(activeDirectory) or C(cloudMachines).
  - Secrets of accounts that are used once are never shown by a server, so nobody can compare them. They are sent
    whenever the group is written, and with O(update_secret=always) each time.
  - Removing a group leaves the agents on its computers.
  - Needs API revision 1.3-rev0 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.force
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  name:
    description: Name of the protection group.
    type: str
    required: true
  type:
    description:
      - Where its computers come from. V(CloudMachines) needs API revision 1.3-rev1, V(Iris) 1.3-rev2.
      - The type of an existing group cannot be changed.
    type: str
    default: IndividualComputers
    choices: [IndividualComputers, ADObjects, CSVFile, PreInstalledAgents, CloudMachines, Iris]
  description:
    description: What the group is for.
    type: str
  computers:
    description: All computers of the group. Needed for a new one of type V(IndividualComputers).
    type: list
    elements: dict
    suboptions:
      host_name:
        description: Name or address of the computer.
        type: str
        required: true
      connection_type:
        description: How the backup server signs in to it.
        type: str
        default: PermanentCredentials
        choices: [PermanentCredentials, SingleUseCredentials, Certificate]
      credentials:
        description: Credentials record of the account, by its account or its unique id.
        type: str
      single_use_account:
        description: Account of a computer with Linux that is used once, and not kept.
        type: str
      single_use_password:
        description: Its password.
        type: str
      single_use_private_key:
        description: Its private key, as a text.
        type: str
      single_use_passphrase:
        description: The passphrase of its private key.
        type: str
      single_use_root_password:
        description: The password of root.
        type: str
      single_use_ssh_port:
        description: Port of SSH.
        type: int
      single_use_elevate_to_root:
        description: Whether the account gets the rights of root.
        type: bool
      single_use_add_to_sudoers:
        description: Whether it is added to the sudoers file.
        type: bool
      single_use_use_su:
        description: Whether C(su) is used where C(sudo) fails.
        type: bool
  csv_path:
    description: File on the backup server, or on a share, that lists the computers of a group of type V(CSVFile).
    type: str
  csv_credentials:
    description: Credentials record for the share of O(csv_path).
    type: str
  connection_type:
    description: How the backup server signs in to the computers of a directory. Needs API revision 1.3-rev2.
    type: str
    choices: [PermanentCredentials, SingleUseCredentials, Certificate]
  credentials:
    description: Credentials record for the computers of a directory or a file.
    type: str
  distribution_server:
    description: Name of the managed server that sends the agents to the computers.
    type: str
  distribution_repository:
    description: Name of the repository that does it instead.
    type: str
  install_agent:
    description: Whether agents are installed on computers that have none.
    type: bool
  install_cbt_driver:
    description: Whether the driver that tracks changed blocks is installed with them.
    type: bool
  update_automatically:
    description: Whether agents are updated by themselves.
    type: bool
  reboot_if_required:
    description: Whether a computer is restarted where that needs it.
    type: bool
  rescan:
    description:
      - Whether the computers are discovered now. Jobs can name only those that were. It is done each time, so that
        the task is changed each time.
    type: bool
    default: false
  state:
    description: Whether the group is to be there. V(enabled) and V(disabled) say also whether it is to work.
    type: str
    default: present
    choices: [present, absent, enabled, disabled]
"""

EXAMPLES = r"""
- name: Keep the account of the computers
  backupfleet.rest.vbr_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    account: TECH\agents
    account_password: "{{ vault_agents_account }}"

- name: Protect two computers, and discover them
  backupfleet.rest.vbr_protection_group:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Reception
    description: Computers at the entrance
    computers:
      - host_name: front01.tech.local
        credentials: TECH\agents
      - host_name: front02.tech.local
        credentials: TECH\agents
    install_agent: true
    rescan: true
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The protection group as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 5f2b5d0c-5a0a-4d8e-a7b0-7f5cf9a0d1b4, name: Reception, type: IndividualComputers}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.protection_group import PROTECTION_GROUP

TASK = perform(manage(PROTECTION_GROUP))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
