#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_job_permissions
short_description: Manage who may use a job of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets who owns a job, and which roles may use it beside its owner.
  - Every job has such permissions.
  - What is not given stays as it is.
  - Needs API revision 1.3-rev2 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  job:
    description: Name of the job.
    type: str
    required: true
  owner:
    description: Name of the account or group that owns it, as the server shows it, such as C(TECH\night).
    type: str
  access:
    description:
      - All roles that may use it beside its owner; an empty list takes them away.
      - The server shows them to administrators and to the owner.
    type: list
    elements: dict
    suboptions:
      role:
        description: Name of the role.
        type: str
        required: true
      rights:
        description: What the role may do with the job.
        type: list
        elements: str
        required: true
        choices: [full, write, restore]
"""

EXAMPLES = r"""
- name: Let those who restore use what a job has made
  backupfleet.rest.vbr_job_permissions:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    job: Backup Job 2
    access:
      - role: Restore Operator
        rights: [restore]
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
  sample: {principal: {owner: {name: TECH\night}, rights: [full]}}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.job_permissions import JOB_PERMISSIONS

TASK = perform(manage(JOB_PERMISSIONS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
