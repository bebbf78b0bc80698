#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_unstructured_data_server
short_description: Manage unstructured data servers of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages the file servers, shares, filers and object storages whose data a backup server protects.
  - They have no name. A file server is recognised by its O(host), a share by its O(path), a filer by its O(storage),
    an object storage by its O(friendly_name).
  - Needs API revision 1.3-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.force
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  type:
    description:
      - What it is. V(AzureDataLake), V(SANSMBShare) and V(SANNFSShare) need API revision 1.3-rev2.
    type: str
    required: true
    choices:
      - FileServer
      - SMBShare
      - NFSShare
      - NASFiler
      - S3Compatible
      - AmazonS3
      - AzureBlob
      - AzureDataLake
      - SANSMBShare
      - SANNFSShare
  host:
    description: Name of the managed server that is the file server.
    type: str
  path:
    description: Path of the share.
    type: str
  storage:
    description: Name of the storage array, as the list of repositories has it.
    type: str
  friendly_name:
    description: What the object storage is called.
    type: str
  credentials:
    description: Credentials record for the share or the filer, by its account or its unique id. Empty is none.
    type: str
  cloud_credentials:
    description:
      - Cloud credentials record for the object storage, by its account, access key, connection name or unique id.
    type: str
  region_type:
    description: Which cloud the object storage belongs to.
    type: str
    choices: [Global, China, Government]
  region:
    description: Region of the object storage.
    type: str
  service_point:
    description: Address of the object storage.
    type: str
  cache_repository:
    description: Name of the repository, plain or scale-out, for the cache. Needed for a new one.
    type: str
  io_control:
    description: How much backups may ask of it.
    type: str
    choices: [Lowest, Low, Medium, High, Highest]
  proxies:
    description:
      - Names or hosts of all proxies of type C(GeneralPurposeProxy) that read it. Empty leaves the choice to the
        server.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Keep the share of the drawings
  backupfleet.rest.vbr_unstructured_data_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    type: NFSShare
    path: nas.tech.local:/drawings
    cache_repository: Default Backup Repository
    io_control: Low
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The unstructured data server as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 9d2f0f62-3c0b-4a45-8f3d-2b7c1f5e0a66, type: NFSShare, path: "nas.tech.local:/drawings"}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.unstructured_data_server import UNSTRUCTURED_DATA_SERVER

TASK = perform(manage(UNSTRUCTURED_DATA_SERVER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
