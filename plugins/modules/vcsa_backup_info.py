#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vcsa_backup_info
short_description: Read the backups of a vCenter Server Appliance
version_added: 0.1.0
description:
  - Reads parts, jobs, schedules and archives of a vCenter appliance, and how old its last good backup is.
  - Of parts it says how big they are, of jobs how they ended. The backups are the file-based ones of the appliance.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vcsa
  - backupfleet.rest._vcsa.place
  - backupfleet.rest._common.info
options:
  gather:
    description:
      - What to read. V(summary) is RV(resource.supported), RV(resource.running), RV(resource.last_success) and
        RV(resource.age_seconds); every other word is a list of that name in RV(resource).
      - V(archives) needs O(location).
    type: list
    elements: str
    default: [summary]
    choices: [summary, parts, jobs, schedules, archives]
  location:
    description:
      - Narrows V(summary) and V(jobs) down to backups at this location, and is where V(archives) are looked for.
      - As C(protocol://host:port/path).
    type: str
  location_password:
    description:
      - Its password. Only V(archives) need it.
      - With O(api_style=rest) it travels in the address of the request, where the appliance may log it; the task warns
        of that.
  job_ids:
    description: Narrows V(jobs) down to these ids.
    type: list
    elements: str
  states:
    description: Narrows V(jobs) down to these states.
    type: list
    elements: str
    choices: [pending, running, blocked, succeeded, failed, unknown]
  type:
    description: Narrows V(jobs) down to those that were started by hand, or by a schedule.
    type: str
    choices: [manual, scheduled]
  system_names:
    description: Narrows V(archives) down to those of these appliances, by the names they have at the location.
    type: list
    elements: str
  archive_filter:
    description: Narrows V(archives) down at the appliance.
    type: dict
    suboptions:
      start_timestamp:
        description: Archives that were begun at this time or later, as in V(2023-12-09T00:00:00.000Z).
        type: str
      end_timestamp:
        description: Archives that were begun at this time or earlier.
        type: str
      comment_substring:
        description: Archives with this text in their comment.
        type: str
      max_results:
        description: So many of the most recent ones. The appliance has a limit of its own if not given.
        type: int
  query:
    description: A JMESPath expression applied to what was read. Needs the Python library jmespath.
    type: str
requirements:
  - jmespath, for O(query)
seealso:
  - module: backupfleet.rest.vcsa_backup_job
  - module: backupfleet.rest.vcsa_backup_schedule
"""

EXAMPLES = r"""
- name: See how old the last good backup is
  backupfleet.rest.vcsa_backup_info:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
  register: vcenter

- name: Read why backups failed
  backupfleet.rest.vcsa_backup_info:
    hostname: "{{ vcsa_server.hostname }}"
    port: "{{ vcsa_server.port }}"
    username: "{{ vcsa_server.username }}"
    password: "{{ vcsa_server.password }}"
    ca_path: "{{ vcsa_server.ca_path }}"
    gather: [parts, jobs, schedules]
    states: [failed]
    query: "{failed: jobs[].{id: id, messages: messages}, parts: parts[].id, schedules: schedules[].name}"
"""

RETURN = r"""
resource:
  description: What was read, or what O(query) made of it.
  returned: success
  type: dict
  contains:
    supported:
      description: Whether this appliance can be backed up. Null if it does not say (before 6.7).
      returned: with V(summary)
      type: bool
    running:
      description: The backup at work, as in C(jobs). Null if there is none.
      returned: with V(summary)
      type: dict
    last_success:
      description: The newest backup that succeeded, at O(location) if that is given. Null if there is none.
      returned: with V(summary)
      type: dict
    age_seconds:
      description: How long ago that backup began, by the appliance's own times.
      returned: with V(summary)
      type: int
    parts:
      description: What can be in a backup, with sizes in megabytes.
      returned: with V(parts)
      type: list
      elements: dict
      sample:
        - id: seat
          name: Stats, Events, and Tasks
          description: Historical data
          selected_by_default: false
          optional: true
          size_mb: 700
    jobs:
      description:
        - Backups, the newest first, as RV(backupfleet.rest.vcsa_backup_job#module:resource) has them.
      returned: with V(jobs)
      type: list
      elements: dict
    schedules:
      description: Schedules, in the words of the options of M(backupfleet.rest.vcsa_backup_schedule).
      returned: with V(schedules)
      type: list
      elements: dict
    archives:
      description: Archives at O(location), as the appliance lists them, each with C(system_name).
      returned: with V(archives)
      type: list
      elements: dict
api_style:
  description: The interface that was used, V(api) or V(rest).
  returned: success
  type: str
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._vcsa.backup_info import BACKUP_INFO

TASK = inform(BACKUP_INFO)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
