#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: em_job_clone
short_description: Make jobs by cloning others in Veeam Backup Enterprise Manager
version_added: 0.1.0
description:
  - Makes jobs in Enterprise Manager by cloning others, one or many in one logon session; none is made twice.
  - The task waits until the clone is there. Enterprise Manager has no other way to make a job; keep one job as a
    template, and clone it.
  - The clone is made on the backup server of its source, with the settings of its source. What can be said of it
    depends on the type of the source, which the server says.
  - If there is a job of that name on that backup server already, nothing is made. Where it differs from what is asked
    for, that is shown as RV(drift) and as a warning; a clone cannot be changed.
  - A request whose answer was lost is never sent again. The task looks for the job instead, and so does the next run.
  - A new clone may run by its schedule as soon as it is there; O(schedule_enabled) is set right after that.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._em
  - backupfleet.rest._em.format
  - backupfleet.rest._em.wait
  - backupfleet.rest._common
options:
  source:
    description:
      - The job to clone, by its name, its id or its UID.
      - Needed unless O(clones) is given.
    type: str
  backup_server:
    description:
      - The backup server of the source, by name or id. Needed if several of them have a job of that name.
    type: str
  name:
    description:
      - The name of the clone, up to 50 characters.
      - Needed unless O(clones) is given.
    type: str
  folder_name:
    description:
      - The name of the backup files of the clone. For clones of backup jobs only.
      - If not given, it is O(name) with an underscore for each character that no file name can have.
    type: str
  job_file_name:
    description:
      - The name of the backup files of the clone. For clones of backup copy jobs only, also immediate ones.
      - If not given, it is O(name) with an underscore for each character that no file name can have.
    type: str
  vm_suffix:
    description: What is put after the names of the replicas. For clones of replication jobs, which need it.
    type: str
  repository:
    description:
      - The repository the clone writes to, by its name or its UID, on the backup server of the source. Not for clones
        of replication jobs.
      - If not given, it is that of the source. No job shows its repository, but its backups do; if there are none yet,
        or if they lie in several repositories, the task fails and asks for this option.
    type: str
  description:
    description: What the clone is for.
    type: str
  schedule_enabled:
    description:
      - Whether the clone starts by its schedule. If not given, it is left as the server made it.
      - This is set on a job that is there already, too.
    type: bool
  clones:
    description:
      - Several clones in one task and one logon session. Each item has the options above.
      - All of them are looked up before the first one is made. If one of them cannot be made, none is. If one of them
        fails then, the others are made all the same, and the task fails in the end.
      - No item can clone what another one makes.
    type: list
    elements: dict
    suboptions:
      source:
        description: See O(source).
        type: str
        required: true
      backup_server:
        description: See O(backup_server).
        type: str
      name:
        description: See O(name).
        type: str
        required: true
      folder_name:
        description: See O(folder_name).
        type: str
      job_file_name:
        description: See O(job_file_name).
        type: str
      vm_suffix:
        description: See O(vm_suffix).
        type: str
      repository:
        description: See O(repository).
        type: str
      description:
        description: See O(description).
        type: str
      schedule_enabled:
        description: See O(schedule_enabled).
        type: bool
seealso:
  - module: backupfleet.rest.em_job
  - module: backupfleet.rest.em_info
"""

EXAMPLES = r"""
- name: Make a job for the new application, asleep at first
  backupfleet.rest.em_job_clone:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"
    source: Oracle Backup
    name: Billing Backup
    description: Made from a template
    repository: CRM Volume
    schedule_enabled: false

- name: Make several jobs in one logon session
  backupfleet.rest.em_job_clone:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"
    clones:
      - source: Oracle Backup
        name: Payroll Backup
      - source: Appserver Replication
        name: Payroll Replication
        vm_suffix: _payroll
"""

RETURN = r"""
name:
  description: The name of the clone.
  returned: when O(clones) is not given
  type: str
source:
  description: The name of the job it is cloned from.
  returned: when O(clones) is not given
  type: str
backup_server:
  description: The name of the backup server that both are on.
  returned: when O(clones) is not given
  type: str
action:
  description: What was or would be done; V(create), V(update) if only the schedule is switched, or V(none).
  returned: when O(clones) is not given
  type: str
sent:
  description: What was or would be sent to make a new clone, by option, with the repository as its UID.
  returned: when O(clones) is not given
  type: dict
drift:
  description:
    - In what a job that is there already differs from what is asked for. Each entry has C(option), C(wanted) and
      C(actual).
    - The repository of a job is known only once it has backups.
  returned: when O(clones) is not given
  type: list
  elements: dict
resource:
  description: The job as the server shows it, with the keys documented for XML. Empty until it is made.
  returned: when O(clones) is not given
  type: dict
resources:
  description: For each clone the values above, whether it C(changed) and whether it C(failed), and why, as C(msg).
  returned: when O(clones) is given
  type: list
  elements: dict
failed_objects:
  description: Why which clones failed, by name, below C(jobs).
  returned: when O(clones) is given
  type: dict
  sample:
    jobs:
      Payroll Backup: "EM: POST /api/jobs/4f4a...: task task-2 (CloneJob) failed: Disk is full"
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._em.job_clone import JOB_CLONE

TASK = perform(JOB_CLONE)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
