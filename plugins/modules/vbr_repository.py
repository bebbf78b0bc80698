#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_repository
short_description: Manage backup repositories of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages backup repositories of every type that the API revision can create.
  - A repository is recognised by its name. One of a type that no option describes is never written to; the task fails.
  - Which options a type has, and since which API revision, is checked before anything is sent. What has no option of
    its own goes into O(settings).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  name:
    description: Name of the repository.
    type: str
    required: true
  type:
    description:
      - What the repository is. It can never be changed.
      - The types of object storage and V(LinuxHardened) need API revision 1.1-rev0, V(VeeamDataCloudVault) needs
        1.3-rev0, V(VeeamDataCloudVaultArchive) and the deduplicating appliances need 1.3-rev2.
      - Required unless O(state=absent).
    type: str
    choices:
      - WinLocal
      - LinuxLocal
      - LinuxHardened
      - Smb
      - Nfs
      - AmazonS3
      - AmazonSnowballEdge
      - S3Compatible
      - GoogleCloud
      - IBMCloud
      - WasabiCloud
      - AmazonS3Glacier
      - AzureArchive
      - AzureBlob
      - AzureDataBox
      - VeeamDataCloudVault
      - VeeamDataCloudVaultArchive
      - ExaGrid
      - QuantumDXi
      - Infinidat
      - Fujitsu
      - DellDataDomain
      - HPEStoreOnce
  description:
    description: What the repository is for.
    type: str
  unique_id:
    description: The id (tag) under which exports and imports know the repository. Sent with a new one only.
    type: str
  import_backups:
    description:
      - Whether backups that are there already are taken over by a new repository. Needs API revision 1.3-rev0.
    type: bool
  import_index:
    description: Whether the index of their guest files is taken over too. Needs API revision 1.3-rev0.
    type: bool
  host:
    description: Name of the managed server whose disk it is. For local repositories and appliances with a host.
    type: str
  path:
    description: Folder on the host, or on the appliance.
    type: str
  share_path:
    description: Path of the share. For V(Smb) and V(Nfs).
    type: str
  share_credentials:
    description: Account, or unique id, of the credentials record for an SMB share.
    type: str
  appliance:
    description: Name of the appliance. For V(DellDataDomain) and V(HPEStoreOnce).
    type: str
  appliance_credentials:
    description: Account, or unique id, of the credentials record for the appliance.
    type: str
  cloud_credentials:
    description: Account, access key, connection name, or unique id of the cloud credentials. For object storage.
    type: str
  region_type:
    description: Kind of region, for Amazon and Azure. V(Germany) ends with API revision 1.2.
    type: str
    choices: [Global, China, Government, Germany]
  region:
    description: Id of the region.
    type: str
  service_point:
    description: Address of the object storage, where it is not that of the provider.
    type: str
  bucket:
    description: Name of the bucket.
    type: str
  container:
    description: Name of the Azure container.
    type: str
  folder:
    description: Folder in the bucket or container.
    type: str
  auto_select_gateway:
    description:
      - Whether the server chooses the gateway server. For shares, V(DellDataDomain) and V(HPEStoreOnce).
      - A new repository has V(true), unless O(gateway_servers) are given.
    type: bool
  connection_type:
    description:
      - Whether object storage is reached directly or through O(gateway_servers).
      - A new repository has V(Direct), unless O(gateway_servers) are given.
    type: str
    choices: [Direct, SelectedGateway]
  gateway_servers:
    description: Names of the managed servers that may be the gateway. One at most in API revision 1.0.
    type: list
    elements: str
  task_limit_enabled:
    description: Whether O(max_task_count) is in force. Needs API revision 1.1-rev0.
    type: bool
  max_task_count:
    description: How many tasks may use the repository at the same time.
    type: int
  read_write_limit_enabled:
    description: Whether O(read_write_rate) is in force. Needs API revision 1.1-rev0.
    type: bool
  read_write_rate:
    description: Megabytes per second that may be read and written in all.
    type: int
  immutability_enabled:
    description:
      - Whether backups in object storage, or on an appliance, cannot be changed for a while.
      - A V(LinuxHardened) repository always is immutable.
    type: bool
  immutability_days:
    description: For how many days.
    type: int
  immutability_mode:
    description: Whose period counts, that of the repository or that of the job. Needs API revision 1.3-rev0.
    type: str
    choices: [RepositorySettings, RetentionSettings]
  mount_server:
    description:
      - The managed server on which backups are mounted. A new repository needs one up to API revision 1.3-rev1.
      - From 1.3-rev0 on it is the one for Windows.
    type: dict
    suboptions: &mount_server
      host:
        description: Name of the managed server.
        type: str
        required: true
      write_cache_folder:
        description: Folder for what is written to mounted backups.
        type: str
      vpower_nfs_enabled:
        description: Whether the vPower NFS service runs there. V(false) if a new repository does not say.
        type: bool
      mount_port:
        description: Port for mounts.
        type: int
      vpower_nfs_port:
        description: Port of the vPower NFS service.
        type: int
  linux_mount_server:
    description: The managed server on which backups of Linux are mounted. Needs API revision 1.3-rev0.
    type: dict
    suboptions: *mount_server
  mount_server_type:
    description:
      - Which of the two are used. Needs API revision 1.3-rev0.
      - A new repository has what follows from the two; for an existing one, say it when you add or drop one.
    type: str
    choices: [Windows, Linux, Both]
"""

EXAMPLES = r"""
- name: Keep a repository on a Windows server
  backupfleet.rest.vbr_repository:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Second Repository
    type: WinLocal
    host: backupserver02.tech.local
    path: E:\Backups
    task_limit_enabled: true
    max_task_count: 4
    mount_server:
      host: backupserver02.tech.local
      write_cache_folder: E:\Cache
    settings:
      repository:
        advancedSettings:
          perVmBackup: true

- name: Keep a share as a repository, reached through a Linux server
  backupfleet.rest.vbr_repository:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Share of the branch
    type: Nfs
    share_path: nas07.tech.local:/backups
    gateway_servers: [enterprise05.tech.local]
    mount_server:
      host: backupserver02.tech.local
      write_cache_folder: E:\Cache
    settings:
      repository:
        maxTaskCount: 2
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The repository as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 2f0a6b1d-3a3c-4c7e-8d63-4b9a0c1de5f2, type: WinLocal, name: Second Repository}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.repository import REPOSITORY

TASK = perform(manage(REPOSITORY))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
