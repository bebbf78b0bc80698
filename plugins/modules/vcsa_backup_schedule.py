#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vcsa_backup_schedule
short_description: Manage and run backup schedules of a vCenter Server Appliance
version_added: 0.1.0
description:
  - Manages schedules of the file-based backup of a vCenter appliance, and runs one now.
  - What is not given stays as it is.
  - An update of the appliance's interface can set things, but take nothing away. Where O(retention), O(recurrence) or
    O(location_user) is to be empty and is not, the schedule is removed and made anew with all that it has. That loses
    its passwords, so they have to be given; without them the task refuses and changes nothing.
  - After a change the schedule is read again. What the appliance did not take is a failure of the task.
  - Needs 6.7 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vcsa
  - backupfleet.rest._vcsa.place
  - backupfleet.rest._vcsa.waiting
  - backupfleet.rest._common
attributes:
  idempotent:
    description: Unless O(run) or O(update_secret=always) asks for something each time.
    support: partial
options:
  name:
    description:
      - The id of the schedule. The appliance's own interface shows the one with the id V(default), and may refuse a
        second one.
    type: str
    default: default
  state:
    description: Whether the schedule is to be there.
    type: str
    default: present
    choices: [present, absent]
  location:
    description:
      - Where the backups go, as C(protocol://host:port/path). Needed for a new schedule.
      - Spaces, control characters, accounts and hosts that begin with a hyphen are refused.
    type: str
  location_user:
    description: Account at that server. Empty for none.
    type: str
  backup_password:
    description:
      - Encrypts the backups. It has 8 to 20 visible ASCII characters, among them an upper case letter, a lower case
        letter, a digit and one that is none of these.
      - No appliance says whether a schedule encrypts. Empty says that it does not, where a schedule is made anew.
    type: str
  enabled:
    description: Whether the appliance makes backups by this schedule. A new one is enabled if nothing is said.
    type: bool
  parts:
    description:
      - The optional parts that are in the backups, in any order, by the ids that M(backupfleet.rest.vcsa_backup_info)
        lists. Parts that are not optional are in every backup.
    type: list
    elements: str
  fast_backup:
    description: Whether the database is backed up the fast way. Needs 8.0.
    type: bool
  retention:
    description: How many backups are kept. V(0) keeps every one.
    type: int
  recurrence:
    description:
      - When backups are made, in the appliance's time zone. What is not given stays as it is.
      - Empty for never; such a schedule makes backups only when it is run.
    type: dict
    suboptions:
      minute:
        description: Minute of the hour.
        type: int
      hour:
        description: Hour of the day, from 0 to 23.
        type: int
      days:
        description: Days of the week. Empty for every day.
        type: list
        elements: str
        choices: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY]
  update_secret:
    description:
      - When passwords that are given are sent. An appliance never shows them, so nobody can compare them.
      - V(on_create) sends them with a schedule that is made, V(always) also to one that is there, and the task is
        changed every time then.
    type: str
    default: on_create
    choices: [on_create, always]
  run:
    description:
      - Whether a backup is made by the schedule now, after it is as it should be. The task is changed every time.
    type: bool
    default: false
  comment:
    description: A comment on the backup that O(run) makes.
    type: str
  on_busy:
    description:
      - What O(run) does if the appliance has a backup or a restore at work already. V(fail) ends the task with the
        id in RV(running_job), V(wait) waits for the end of that first, also without O(wait).
    type: str
    default: fail
    choices: [fail, wait]
seealso:
  - module: backupfleet.rest.vcsa_backup_job
  - module: backupfleet.rest.vcsa_backup_info
"""

EXAMPLES = r"""
- name: Back up the vCenter every night but Sunday, and keep two weeks
  backupfleet.rest.vcsa_backup_schedule:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    name: nightly
    location: sftp://backup.example.com/vcenter
    location_user: vcenter
    location_password: "{{ vault_vcsa_location }}"
    backup_password: "{{ vault_enc }}"
    parts: [seat]
    retention: 12
    recurrence:
      hour: 2
      minute: 30
      days: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY]

- name: Make a backup by it now
  backupfleet.rest.vcsa_backup_schedule:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    name: nightly
    run: true
    comment: before the upgrade

- name: Remove it
  backupfleet.rest.vcsa_backup_schedule:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    name: nightly
    state: absent
"""

RETURN = r"""
action:
  description: What was done to the schedule, one of C(create), C(update), C(recreate), C(delete), C(none).
  returned: success
  type: str
resource:
  description: The schedule in the words of the options. Empty when there is none.
  returned: success
  type: dict
  sample:
    name: nightly
    location: sftp://backup.example.com/vcenter
    location_user: vcenter
    enabled: true
    parts: [common, seat]
    fast_backup: false
    retention: 12
    recurrence: {hour: 2, minute: 30, days: [MONDAY, TUESDAY]}
job:
  description: The backup that O(run) made, as M(backupfleet.rest.vcsa_backup_job) has it in its C(resource).
  returned: when O(run) is true, and not in check mode
  type: dict
messages:
  description: What the appliance says about that backup.
  returned: when O(run) is true, and not in check mode
  type: list
  elements: str
previous:
  description: The schedule as it was before it was to be made anew.
  returned: when that failed after it had been removed
  type: dict
running_job:
  description: The id of the backup at work. Null if that is no backup.
  returned: when the task failed because the appliance is busy
  type: str
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vcsa.backup_schedule import BACKUP_SCHEDULE

TASK = perform(BACKUP_SCHEDULE)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
