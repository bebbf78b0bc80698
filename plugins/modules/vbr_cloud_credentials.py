#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_cloud_credentials
short_description: Manage cloud credentials records of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages accounts of Amazon, Google and Azure.
  - Needs API revision 1.1-rev0.
  - A record is recognised by its type, its O(access_key), O(account) or O(connection_name), and, if given, its
    O(unique_id). If several have the same, O(description) tells them apart, and if it does not, the task fails and
    lists them.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._common
options:
  type:
    description: The service the account belongs to. V(AzureCompute) takes accounts that exist already.
    type: str
    required: true
    choices: [Amazon, Google, AzureStorage, AzureCompute]
  access_key:
    description: The id of the access key. For V(Amazon) and V(Google).
    type: str
  account:
    description: The name of the storage account. For V(AzureStorage).
    type: str
  connection_name:
    description: The name under which the compute account is listed. For V(AzureCompute).
    type: str
  unique_id:
    description:
      - The id (tag) under which exports and imports know the record.
      - From API revision 1.3-rev2 on it is a UUID.
    type: str
  description:
    description: What the account is for.
    type: str
  secret_key:
    description: The secret of O(access_key). Needed for a new record of V(Amazon) and V(Google).
    type: str
  shared_key:
    description: The shared key of O(account). Needed for a new record of V(AzureStorage).
    type: str
  deployment_type:
    description: Where the compute account is. A new record gets V(MicrosoftAzure) if nothing is said.
    type: str
    choices: [MicrosoftAzure, MicrosoftAzureStack]
  region:
    description: The cloud the compute account is in. V(Germany) is gone from API revision 1.3-rev0 on.
    type: str
    choices: [China, Germany, Global, Government]
  tenant_id:
    description: The tenant of the compute account. Needed for a new record of V(AzureCompute).
    type: str
  application_id:
    description: The application that the compute account signs in as. Needed for a new record of V(AzureCompute).
    type: str
  application_secret:
    description: The secret of O(application_id). A new record of V(AzureCompute) needs it or O(certificate).
    type: str
  certificate:
    description: The certificate of O(application_id) with its key, in Base64. It goes with O(certificate_format).
    type: str
  certificate_format:
    description: The format of O(certificate). V(Pem) needs API revision 1.3-rev0.
    type: str
    choices: [Pfx, Pem]
  certificate_password:
    description: The password of O(certificate).
    type: str
"""

EXAMPLES = r"""
- name: Keep the account of the archive bucket
  backupfleet.rest.vbr_cloud_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    type: Amazon
    access_key: AKIAARCHIVEEXAMPLE
    secret_key: "{{ vault_archive_bucket }}"
    description: Archive bucket

- name: Change the key of a storage account
  backupfleet.rest.vbr_cloud_credentials:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    type: AzureStorage
    account: techarchive
    shared_key: "{{ vault_storage_account }}"
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
  sample: {id: 2b7c1e0a-6f52-4b1d-9c1e-7d9f0a3b5c62, type: Amazon, accessKey: AKIAARCHIVEEXAMPLE, description: Archive}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.cloud_credentials import CLOUD_CREDENTIALS

TASK = perform(manage(CLOUD_CREDENTIALS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
