#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_job
short_description: Manage jobs of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Creates, changes, enables, disables and removes jobs of every type that the API revision can create.
  - Backup jobs for VMware vSphere are described whole by options; what only other types have is given in O(settings).
  - A job is recognised by its name. Everything it refers to is given by name too, and looked up on the server.
  - A job of another type than O(type) is never written to, whatever O(state) is; the task fails.
  - Jobs that came with a migration are managed like any other.
  - To start and stop jobs, see M(backupfleet.rest.vbr_job_run).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  state:
    description:
      - Whether the job is to be there, and whether it may run.
      - V(present) leaves alone whether it is enabled. A new job is enabled, but does not run by itself unless
        O(schedule.run_automatically) says so.
    type: str
    default: present
    choices: [present, absent, enabled, disabled]
  name:
    description: The name of the job.
    type: str
    required: true
  type:
    description:
      - The type of the job. It is sent as the API revision in use writes it, and has to be one that this revision can
        create.
      - Of all types but V(VSphereBackup) only O(description), O(repository) and O(schedule) are options, where a type
        has them. Everything else is given in O(settings), as the REST reference of the revision has it, with names in
        the place of ids.
      - To see the O(settings) of a job that is there, read it with M(backupfleet.rest.vbr_info), C(resource=estate).
    type: str
    default: VSphereBackup
    choices:
      - VSphereBackup
      - VSphereReplica
      - CloudDirectorBackup
      - EntraIDTenantBackup
      - EntraIDAuditLogBackup
      - FileBackupCopy
      - BackupCopy
      - HyperVBackup
      - WindowsAgentBackup
      - LinuxAgentBackup
      - EntraIDTenantBackupCopy
      - FileBackup
      - ObjectStorageBackup
      - SureBackupContentScan
      - WindowsAgentBackupWorkstationPolicy
      - LinuxAgentBackupWorkstationPolicy
      - WindowsAgentBackupServerPolicy
      - LinuxAgentBackupServerPolicy
      - WindowsAgentBackupFailoverCluster
      - IrisBackup
  description:
    description: What the job is for.
    type: str
  high_priority:
    description: Whether the job gets resources before others.
    type: bool
  virtual_machines:
    description: What a job for vSphere backs up. Needed for a new one.
    type: dict
    suboptions:
      includes:
        description: Virtual machines and containers of them. The list is replaced whole; its order does not matter.
        type: list
        elements: dict
        suboptions: &object
          host_name:
            description: The vCenter or host, by the name it was added with.
            type: str
            required: true
          name:
            description: The name of the object.
            type: str
            required: true
          type:
            description: What it is.
            type: str
            default: VirtualMachine
            choices: &types
              - VirtualMachine
              - Template
              - VirtualApp
              - ResourcePool
              - Folder
              - Host
              - Cluster
              - ComputeResource
              - Datacenter
              - vCenterServer
              - Datastore
              - DatastoreCluster
              - StoragePolicy
              - Tag
              - Category
              - Multitag
          object_id:
            description:
              - Its id within the vCenter, such as V(vm-45006).
              - Needed only if several objects have the same type and name. Otherwise it is looked up in the inventory.
            type: str
      excludes:
        description: What is left out.
        type: dict
        suboptions:
          vms:
            description: Objects that are left out. The list is replaced whole; its order does not matter.
            type: list
            elements: dict
            suboptions: *object
          disks:
            description: Which disks of objects are processed. The list is replaced whole; its order does not matter.
            type: list
            elements: dict
            suboptions:
              vm_object:
                description: The object whose disks are meant.
                type: dict
                required: true
                suboptions: *object
              disks_to_process:
                description: Which of its disks.
                type: str
                default: AllDisks
                choices: [AllDisks, SystemOnly, SelectedDisks]
              disks:
                description: The disks, for V(SelectedDisks).
                type: list
                elements: str
                default: []
              remove_from_vm_configuration:
                description: Whether disks that are left out are removed from the configuration of the machine.
                type: bool
          templates:
            description: How templates are treated.
            type: dict
            suboptions:
              enabled:
                description: Whether they are backed up.
                type: bool
              exclude_from_incremental:
                description: Whether incremental runs leave them out.
                type: bool
  repository:
    description:
      - The name of the repository, which may be a scale-out repository. Needed for a new job of a type that has one.
      - Replicas, policies, V(EntraIDTenantBackup) and V(SureBackupContentScan) have none here.
    type: str
  proxies:
    description:
      - The names of the backup proxies, or of their hosts.
      - With V([]) the server chooses, which is also what a new job gets.
    type: list
    elements: str
  retention:
    description: How long restore points are kept. A new job keeps them for 7 days.
    type: dict
    suboptions:
      type:
        description: Whether days or restore points are counted.
        type: str
        choices: [Days, RestorePoints]
      quantity:
        description: How many.
        type: int
  backup_mode:
    description: The kind of chain that is made.
    type: str
    choices: [Full, Incremental, ReverseIncremental, Transform, TransformForeverIncremental]
  encryption_password_hint:
    description:
      - The hint of the encryption password that backups are encrypted with.
      - V('') turns encryption off.
    type: str
  application_aware_processing:
    description: Whether applications in the machines are prepared for the backup. A new job does not do it.
    type: bool
  guest_indexing:
    description: Whether the files in the machines are indexed. A new job does not do it.
    type: bool
  guest_credentials:
    description: The account for the machines, as the user name or the unique id of a credentials record.
    type: str
  schedule:
    description:
      - When the job runs. Copies (V(BackupCopy), V(FileBackupCopy), V(EntraIDTenantBackupCopy)) have theirs in
        O(settings).
    type: dict
    suboptions:
      run_automatically:
        description: Whether it runs by itself. A new job does not unless this is V(true).
        type: bool
      daily:
        description: On days.
        type: dict
        suboptions:
          enabled: &enabled
            description: Whether this is so. For a new job V(true), if anything is said about it.
            type: bool
          time: &time
            description: The time of day, such as V("22:00"), in quotes.
            type: str
          kind:
            description: On which days.
            type: str
            choices: [Everyday, WeekDays, SelectedDays]
          days:
            description: The days, for V(SelectedDays).
            type: list
            elements: str
            choices: &days [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
      monthly:
        description: On a day of months.
        type: dict
        suboptions:
          enabled: *enabled
          time: *time
          day_of_week:
            description: The day of the week.
            type: str
            choices: *days
          day_number:
            description: Which one in the month. V(OnDay) means O(schedule.monthly.day_of_month).
            type: str
            choices: [First, Second, Third, Fourth, Last, OnDay]
          day_of_month:
            description: The day of the month.
            type: int
          last_day:
            description: Whether it is the last day of the month. Needs API revision 1.3-rev0.
            type: bool
          months:
            description: The months.
            type: list
            elements: str
            choices:
              - January
              - February
              - March
              - April
              - May
              - June
              - July
              - August
              - September
              - October
              - November
              - December
      periodically:
        description: Again and again.
        type: dict
        suboptions:
          enabled: *enabled
          kind:
            description: The unit.
            type: str
            choices: [Days, Hours, Minutes, Seconds]
          frequency:
            description: How many of it lie between two runs.
            type: int
      continuously:
        description: Whether a run follows upon the other.
        type: bool
      after_job:
        description: The name of the job that it follows. V('') means none.
        type: str
      retry:
        description: What happens with machines that failed.
        type: dict
        suboptions:
          enabled: *enabled
          count:
            description: How often they are tried again.
            type: int
          wait_minutes:
            description: Minutes between two attempts.
            type: int
seealso:
  - module: backupfleet.rest.vbr_job_run
  - module: backupfleet.rest.vbr_automation_import
"""

EXAMPLES = r"""
- name: Back up two machines every night
  backupfleet.rest.vbr_job:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: File servers
    description: Nightly
    virtual_machines:
      includes:
        - {host_name: vcenter02.tech.local, name: filesrv02}
        - {host_name: vcenter02.tech.local, name: srv01}
    repository: Main Big Repository
    retention: {type: Days, quantity: 14}
    schedule:
      run_automatically: true
      daily: {time: "22:30", kind: WeekDays}
    state: enabled

- name: Let a job follow another one, and keep an eye on its chain
  backupfleet.rest.vbr_job:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Backup Job 2
    schedule: {after_job: File servers}
    settings:
      storage:
        advancedSettings:
          backupHealth: {isEnabled: true}

- name: Copy its backups to another repository, once a day
  backupfleet.rest.vbr_job:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Copy of file servers
    type: BackupCopy
    repository: Default Backup Repository
    settings:
      mode: Periodic
      sourceObjects:
        includes:
          # The id of a job is wanted; its name will do.
          jobs: [{id: File servers, name: File servers, type: VSphereBackup}]
      target:
        retentionPolicy: {type: Days, quantity: 30}
      schedule:
        type: Periodic
        runAutomatically: true
        daily: {isEnabled: true, localTime: "04:00", dailyKind: Everyday}

- name: Put a job to sleep
  backupfleet.rest.vbr_job:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: Backup Job 2
    state: disabled
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none. Enabling and disabling alone is none.
  returned: success
  type: str
resource:
  description: The job as the server has it. Empty when it was removed.
  returned: success
  type: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.job import JOB

TASK = perform(manage(JOB))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
