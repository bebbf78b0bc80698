#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_scaleout_repository
short_description: Manage scale-out repositories of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages scale-out repositories and their tiers, and seals their extents or takes them out for maintenance.
  - A scale-out repository is recognised by its name. Its extents are repositories, given by name.
  - Needs API revision 1.1-rev0.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  name:
    description: Name of the scale-out repository.
    type: str
    required: true
  description:
    description: What the repository is for.
    type: str
  unique_id:
    description: The id (tag) of the repository. Sent with a new one only.
    type: str
  performance_extents:
    description: Names of all the repositories that are the performance tier, one at least.
    type: list
    elements: str
  per_machine_backup:
    description: Whether each machine has backup files of its own.
    type: bool
  full_when_extent_offline:
    description: Whether a full backup is made where the extent with the earlier ones is offline.
    type: bool
  placement:
    description: What decides on which extent a backup is placed.
    type: str
    choices: [DataLocality, Performance]
  placement_settings:
    description: What may be placed on which extent, for all extents.
    type: list
    elements: dict
    suboptions:
      extent:
        description: Name of the repository.
        type: str
        required: true
      allowed_backups:
        description: Which backups it takes.
        type: str
        required: true
        choices: [All, FullsOnly, IncrementsOnly, None]
  strict_placement:
    description: Whether a job rather fails than breaks the placement.
    type: bool
  capacity_tier:
    description: Object storage to which backups are copied or moved.
    type: dict
    suboptions:
      enabled:
        description: Whether there is one. V(true) if a new repository does not say.
        type: bool
      extents:
        description: Names of all the repositories that are the capacity tier.
        type: list
        elements: str
      copy_policy_enabled:
        description: Whether backups are copied as soon as they are made.
        type: bool
      move_policy_enabled:
        description: Whether backups are moved when they are old enough.
        type: bool
      operational_restore_period_days:
        description: For how many days backups stay before they are moved.
        type: int
      override_policy_enabled:
        description: Whether backups are moved earlier where space is short.
        type: bool
      override_space_threshold_percents:
        description: From how much used space on.
        type: int
  archive_tier:
    description: Archive to which backups are moved from the capacity tier.
    type: dict
    suboptions:
      enabled:
        description: Whether there is one. V(true) if a new repository does not say.
        type: bool
      extent:
        description: Name of the repository that is the archive tier.
        type: str
      archive_period_days:
        description: After how many days backups are moved there.
        type: int
      cost_optimized_archive_enabled:
        description: Whether only what stays long enough to pay off is moved.
        type: bool
      archive_deduplication_enabled:
        description: Whether only changed blocks are moved.
        type: bool
  sealed_extents:
    description:
      - Names of all the performance extents that take no further backups, but are still read from. V([]) unseals all.
    type: list
    elements: str
  maintenance_extents:
    description: Names of all the performance extents that are not used at all for now. V([]) puts all to use.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Keep two repositories as one
  backupfleet.rest.vbr_scaleout_repository:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Scale-out Repository
    performance_extents: [Backup Repository SMB, Linux NFS Backup Repository 1]
    placement: Performance
    placement_settings:
      - {extent: Backup Repository SMB, allowed_backups: FullsOnly}
      - {extent: Linux NFS Backup Repository 1, allowed_backups: IncrementsOnly}

- name: Empty the share, for it is to be replaced
  backupfleet.rest.vbr_scaleout_repository:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Scale-out Repository
    sealed_extents: [Backup Repository SMB]
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The scale-out repository as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 0e4f8a2b-7d6c-4b1e-8c3a-5f9d1b7e2a60, name: Scale-out Repository}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.scaleout_repository import SCALEOUT_REPOSITORY

TASK = perform(manage(SCALEOUT_REPOSITORY))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
