#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_configuration_backup
short_description: Manage and run the configuration backup of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets where, when and how a backup server backs up its own configuration, and runs this backup.
  - Every server has these settings. What is not given stays as it is.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._common
options:
  enabled:
    description: Whether the configuration is backed up.
    type: bool
  repository:
    description: Name of the backup repository that keeps the backups.
    type: str
  restore_points:
    description: How many backups are kept.
    type: int
  encryption_password_hint:
    description: Hint of the encryption password that encrypts the backups. Empty turns encryption off.
    type: str
  schedule:
    description: When the server makes a backup by itself.
    type: dict
    suboptions:
      enabled:
        description: Whether it does.
        type: bool
      daily:
        description: A time on each day, or on some days of each week.
        type: dict
        suboptions:
          enabled:
            description: Whether the backup is made at this time.
            type: bool
          time:
            description: The time of the server's day, for example V("22:00"), in quotes.
            type: str
          kind:
            description: Which days it is. V(SelectedDays) are those in O(schedule.daily.days).
            type: str
            choices: [Everyday, WeekDays, SelectedDays]
          days:
            description: Days of the week.
            type: list
            elements: str
            choices: &days [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
      monthly:
        description: A time on one day of some months.
        type: dict
        suboptions:
          enabled:
            description: Whether the backup is made on this day.
            type: bool
          time:
            description: The time of the server's day, for example V("22:00"), in quotes.
            type: str
          day_number:
            description:
              - Which of the days O(schedule.monthly.day_of_week) in the month it is.
              - V(OnDay) is the day O(schedule.monthly.day_of_month) instead.
            type: str
            choices: [First, Second, Third, Fourth, Last, OnDay]
          day_of_week:
            description: A day of the week.
            type: str
            choices: *days
          day_of_month:
            description: A day of the month.
            type: int
          last_day:
            description: Whether it is the last day, however many the month has. Needs API revision 1.3-rev0.
            type: bool
          months:
            description: The months in question.
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
  run:
    description:
      - Whether a backup is made now, after the settings are as they should be, and waited for.
      - The task is changed every time then, and fails if the backup does.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for O(run).
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Back up the configuration every evening, encrypted
  backupfleet.rest.vbr_configuration_backup:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    enabled: true
    repository: Main Big Repository
    restore_points: 14
    encryption_password_hint: Long-term archive
    schedule:
      enabled: true
      daily:
        enabled: true
        time: "22:00"
        kind: Everyday
    settings:
      notifications:
        SNMPEnabled: true

- name: Make a backup of the configuration before the change window
  backupfleet.rest.vbr_configuration_backup:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    run: true
  register: backup
  failed_when: backup is failed or backup.session.result.result != "Success"
"""

RETURN = r"""
action:
  description: What was done to the settings, C(update) or C(none).
  returned: success
  type: str
resource:
  description: The settings as the server has them.
  returned: success
  type: dict
  sample: {isEnabled: true, restorePointsToKeep: 14, backupRepositoryId: 88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec}
session:
  description: The session of the backup that was made, as it ended. C(result.result) is V(Success) or V(Warning).
  returned: when O(run) is true, and not in check mode
  type: dict
  sample: {name: Backup Configuration Job, state: Stopped, result: {result: Success, message: '', isCanceled: false}}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.configuration_backup import CONFIGURATION_BACKUP

TASK = perform(manage(CONFIGURATION_BACKUP))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
