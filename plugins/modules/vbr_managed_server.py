#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_managed_server
short_description: Manage the servers that a Veeam Backup & Replication server works with
version_added: 0.1.0
description:
  - Manages servers of Windows, Linux, vSphere, Cloud Director, Hyper-V and SMB3, trusted by fingerprint, or at first
    use if you say so.
  - A server is recognised by its name. One of another type than O(type) is never written to; the task fails.
  - Before a Linux server, a vCenter, an ESXi host or a Cloud Director is added, the backup server asks it for its SSH
    key or certificate. It is compared with O(fingerprint). Without a fingerprint, nothing is added unless
    O(trust=first_use).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  name:
    description: Name or address of the server, as the backup server reaches it.
    type: str
    required: true
  type:
    description:
      - What the server is. It can never be changed. V(ViHost) is a vCenter or an ESXi host.
      - V(CloudDirectorHost) needs API revision 1.1-rev1, all that come after it 1.3-rev0.
      - Required unless O(state=absent).
    type: str
    choices:
      - WindowsHost
      - LinuxHost
      - ViHost
      - CloudDirectorHost
      - HvServer
      - HvCluster
      - SCVMM
      - SmbV3Cluster
      - SmbV3StandaloneHost
  description:
    description: What the server is for.
    type: str
  credentials:
    description: Account, or unique id, of the credentials record to sign in with.
    type: str
  credentials_storage:
    description:
      - Whether the backup server keeps the credentials. A new server has what follows from what was given.
      - For Linux, and from API revision 1.3-rev0 on for Windows. V(Certificate) needs 1.3-rev0.
    type: str
    choices: [Permanent, SingleUse, Certificate]
  single_use_account:
    description:
      - User name to sign in with once, to a Linux server; the backup server does not keep the credentials.
      - They are sent with a new server, and with O(update_secret=always).
    type: str
  single_use_password:
    description: Password of that account.
    type: str
  single_use_private_key:
    description: Private key of that account.
    type: str
  single_use_passphrase:
    description: Passphrase of the private key.
    type: str
  single_use_root_password:
    description: Password of root.
    type: str
  single_use_ssh_port:
    description: Port of SSH.
    type: int
  single_use_elevate_to_root:
    description: Whether the account gets root rights.
    type: bool
  single_use_add_to_sudoers:
    description: Whether the account is added to the sudoers file.
    type: bool
  single_use_use_su:
    description: Whether C(su) is used where C(sudo) fails.
    type: bool
  handshake_code:
    description: Code that pairs a Linux server by certificate. Needs API revision 1.3-rev0.
    type: str
  vi_port:
    description: Port of the vCenter or ESXi host.
    type: int
  url:
    description: Address of the Cloud Director.
    type: str
  vi_servers:
    description: The vCenters behind the Cloud Director, all of them.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the vCenter.
        type: str
        required: true
      credentials:
        description: Account, or unique id, of the credentials record to sign in with.
        type: str
        required: true
      fingerprint:
        description: Thumbprint of its certificate.
        type: str
  fingerprint:
    description:
      - What a new server has to prove itself with. For Linux the fingerprint of its SSH key, as the backup server or
        C(ssh-keygen -l) shows it; for the others the thumbprint of its certificate.
    type: str
  trust:
    description:
      - What makes a new server trustworthy. V(first_use) takes what it presents, unless O(fingerprint) says otherwise,
        and warns of it.
    type: str
    default: fingerprint
    choices: [fingerprint, first_use]
"""

EXAMPLES = r"""
- name: Keep a Linux server, whose key nobody has checked yet
  backupfleet.rest.vbr_managed_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: repository06.tech.local
    type: LinuxHost
    description: Second repository server
    credentials: username01
    trust: first_use

- name: Keep a hardened repository server, with credentials that are used once
  backupfleet.rest.vbr_managed_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: hardened07.tech.local
    type: LinuxHost
    single_use_account: installer
    single_use_password: "{{ vault_installer }}"
    single_use_elevate_to_root: true
    trust: first_use

- name: Keep a Hyper-V server
  backupfleet.rest.vbr_managed_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: hv09.tech.local
    type: HvServer
    credentials: tech\username02

- name: Remove a server
  backupfleet.rest.vbr_managed_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: repository06.tech.local
    state: absent
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The managed server as the backup server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 6a1d3f5b-8c0e-4f2a-9b7d-2e4c6a8f0b13, type: LinuxHost, name: repository06.tech.local, status: Available}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.managed_server import MANAGED_SERVER

TASK = perform(manage(MANAGED_SERVER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
