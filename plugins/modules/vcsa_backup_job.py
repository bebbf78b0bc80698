#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vcsa_backup_job
short_description: Back up a vCenter Server Appliance now, or make sure that it was
version_added: 0.1.0
description:
  - Backs up a vCenter appliance now and waits for the end, or proves that a young enough backup is there; cancels one.
  - The backup is file-based. One that fails is a failure of the task, so that a play which changes something afterwards
    ends before that.
  - What the appliance would not take is refused before anything is sent. The appliance validates the request as well;
    it starts nothing by that and is asked in check mode too.
  - With O(max_age) a backup is made only if there is no young one. Without, every run makes one.
  - If the answer to the request is lost, the backup is looked for among the jobs of the appliance. It is never
    requested a second time.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vcsa
  - backupfleet.rest._vcsa.place
  - backupfleet.rest._vcsa.waiting
  - backupfleet.rest._common
attributes:
  idempotent:
    description: With O(max_age), and for O(state=canceled). Otherwise every run makes a backup.
    support: partial
options:
  state:
    description:
      - With V(started) there is a backup that this task started or, by O(max_age) or O(on_busy), one that does for it.
      - V(canceled) ends the backup O(job_id), or the one at work. If nothing is at work, nothing changes. How the
        backup ended is no failure of the task.
    type: str
    default: started
    choices: [started, canceled]
  location:
    description:
      - Where the backup goes, as C(protocol://host:port/path), or C(host/path) beside O(location_type).
      - Needed for O(state=started). Spaces, control characters, accounts and hosts that begin with a hyphen are
        refused.
    type: str
  location_type:
    description:
      - The protocol. Not needed if O(location) begins with it, and not allowed to contradict it.
      - V(NFS) and V(SMB) came with 6.7 Update 2. V(FTPS) is the explicit kind, V(HTTP) and V(HTTPS) need WebDAV.
    type: str
    choices: [FTP, HTTP, FTPS, HTTPS, SCP, SFTP, NFS, SMB]
  backup_password:
    description:
      - Encrypts the backup; nobody can restore it without. If not given, the backup is stored unencrypted, and the task
        warns of that.
      - It has 8 to 20 visible ASCII characters, among them an upper case letter, a lower case letter, a digit and one
        that is none of these.
    type: str
  parts:
    description:
      - The optional parts that are in the backup, by the ids that M(backupfleet.rest.vcsa_backup_info) lists, for
        example V(seat). Parts that are not optional are in every backup.
      - If not given, those that the appliance selects by itself.
    type: list
    elements: str
  fast_backup:
    description: Whether the database is backed up the fast way. Builds before 7.0 do not know this.
    type: bool
  max_age:
    description:
      - A span of time, for example V(24h), V(7d), V(90m), or a number of seconds. A backup that succeeded at this
        location and began no longer ago than this satisfies the task.
      - It is looked for again when O(on_busy=wait) has waited, because somebody else may have made it meanwhile.
      - The age is that of the start, because what is in a backup is not younger. It is measured by the appliance's own
        times. Manual and scheduled backups count alike; what parts they have and whether they are encrypted is not
        known.
      - Builds before 6.7 do not say where their backups are, so that none of them counts.
    type: str
  validate_only:
    description:
      - Whether the request is only validated, here and by the appliance. Nothing is started and nothing changes.
    type: bool
    default: false
  on_busy:
    description:
      - What to do if the appliance has a backup or a restore at work already; it does one at a time.
      - V(fail) ends the task with the id of the backup in RV(running_job). V(wait) waits for its end and starts
        this one then, also without O(wait).
      - V(attach) takes the backup at work for this one, if it goes to the same location. The task is not changed then,
        but fails if that backup fails.
    type: str
    default: fail
    choices: [fail, wait, attach]
  job_id:
    description: The backup to cancel. The one at work if not given.
    type: str
seealso:
  - module: backupfleet.rest.vcsa_backup_schedule
  - module: backupfleet.rest.vcsa_backup_info
"""

EXAMPLES = r"""
- name: Back up the vCenter before a change, unless that was done today
  backupfleet.rest.vcsa_backup_job:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    location: sftp://backup.example.com/vcenter
    location_user: vcenter
    location_password: "{{ vault_vcsa_location }}"
    backup_password: "{{ vault_enc }}"
    comment: before the upgrade
    max_age: 24h

- name: Only see whether the appliance would take it
  backupfleet.rest.vcsa_backup_job:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    location: backup.example.com/vcenter
    location_type: SFTP
    location_user: vcenter
    location_password: "{{ vault_vcsa_location }}"
    validate_only: true
  register: judged

- name: Let no backup be at work
  backupfleet.rest.vcsa_backup_job:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    state: canceled
"""

RETURN = r"""
action:
  description:
    - What was done, one of C(start), C(attach), C(cancel), C(validate), C(none). It is C(none) where a young backup or
      the lack of one was enough.
  returned: success
  type: str
resource:
  description:
    - The backup. Empty if there is none, as in check mode.
    - C(state) is one of pending, running, blocked, succeeded, failed, unknown, however the appliance writes it;
      C(raw_state) is its own word.
    - C(location), C(type), C(size) in bytes and C(duration) in seconds are there from 6.7 on.
  returned: always
  type: dict
  sample:
    id: 20231209-074557-22617221
    state: succeeded
    raw_state: SUCCEEDED
    progress: 100
    start_time: '2023-12-09T07:45:57.000Z'
    end_time: '2023-12-09T07:58:12.000Z'
    messages: []
    location: sftp://backup.example.com/vcenter
    location_user: vcenter
    type: MANUAL
    size: 734003200
    duration: 735
messages:
  description: What the appliance says about the backup, also if it failed.
  returned: always
  type: list
  elements: str
attached:
  description: Whether the backup is one that something else started.
  returned: success
  type: bool
age_seconds:
  description: How long ago the backup began that satisfies O(max_age).
  returned: when there is one
  type: int
request:
  description: What is sent to start the backup, with secrets masked.
  returned: when a backup is started, or would be
  type: dict
validation:
  description: The appliance's own verdict, with C(status) OK, WARNING or FAIL, and C(messages).
  returned: when it gave one
  type: dict
  sample: {status: OK, messages: []}
job_id:
  description: The id of the backup that goes on at the appliance.
  returned: when the task failed because O(wait_timeout) was over
  type: str
running_job:
  description: The id of the backup at work. Null if that is no backup.
  returned: when the task failed because the appliance is busy
  type: str
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vcsa.backup_job import BACKUP_JOB

TASK = perform(BACKUP_JOB)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
