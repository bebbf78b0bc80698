#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_ad_domain
short_description: Manage Active Directory domains of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Makes Active Directory domains known to a backup server, for its protection groups.
  - A domain is recognised by its O(server_name).
  - No call changes a domain. Other values than it has are an error; remove it first to give it others.
  - Needs API revision 1.3-rev0 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.force
  - backupfleet.rest._common
options:
  server_name:
    description: Name of a domain controller, by which the domain is reached.
    type: str
    required: true
  domain_port:
    description: Port of the domain controller.
    type: int
  credentials:
    description: Credentials record of an account of the domain, by its account or its unique id. Needed for a new one.
    type: str
"""

EXAMPLES = r"""
- name: Keep the account of the directory
  backupfleet.rest.vbr_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    account: TECH\directory
    account_password: "{{ vault_directory_account }}"

- name: Keep a domain
  backupfleet.rest.vbr_ad_domain:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    server_name: dc01.tech.local
    credentials: TECH\directory
"""

RETURN = r"""
action:
  description: What was done, one of create, delete, none.
  returned: success
  type: str
resource:
  description: The domain as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 0d7c4f0e-6b0e-4a49-8b0f-3a8e6c1f2d55, name: dc01.tech.local, serverName: dc01.tech.local}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.ad_domain import AD_DOMAIN

TASK = perform(manage(AD_DOMAIN))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
