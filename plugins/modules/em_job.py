#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: em_job
short_description: Switch, run or remove a job in Veeam Backup Enterprise Manager
version_added: 0.1.0
description:
  - Switches a job of Enterprise Manager on or off, starts, stops, retries, syncs or removes it.
  - A job that is switched off does not start by its schedule. The task waits until the server has done so.
  - To make a job, see M(backupfleet.rest.em_job_clone).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._em
  - backupfleet.rest._em.format
  - backupfleet.rest._em.wait
  - backupfleet.rest._common
attributes:
  idempotent:
    description:
      - V(enabled), V(disabled) and V(absent) change nothing if the job is so already.
      - The server does not say whether a job is running, so V(started), V(stopped), V(retried) and V(synced) are asked
        of it each time.
    support: partial
options:
  name:
    description: The job, by its name, its id or its UID.
    type: str
    required: true
  backup_server:
    description: The backup server of the job, by name or id. Needed if several of them have a job of that name.
    type: str
  state:
    description:
      - V(enabled) and V(disabled) say whether the job starts by its schedule.
      - V(started), V(stopped) and V(retried) trigger that, and do not wait for the end of the job's run. What the
        server does with a job that is running already is up to it.
      - V(synced) starts the next synchronisation of a backup copy job.
      - V(absent) removes the job, and leaves its backups.
    type: str
    required: true
    choices: [enabled, disabled, started, stopped, retried, synced, absent]
seealso:
  - module: backupfleet.rest.em_job_clone
  - module: backupfleet.rest.em_info
"""

EXAMPLES = r"""
- name: Let a job rest
  backupfleet.rest.em_job:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"
    name: Oracle Backup
    state: disabled

- name: Start a job now
  backupfleet.rest.em_job:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"
    name: Oracle Backup
    state: started
"""

RETURN = r"""
resource:
  description: The job as the server shows it, with the keys documented for XML. Empty if there is none any more.
  returned: success
  type: dict
backup_server:
  description: The name of the backup server that the job is on. Empty if there is no job.
  returned: success
  type: str
message:
  description: What the server says about having started, stopped, retried or synced the job.
  returned: success
  type: str
  sample: Job "Files" triggered to start.
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._em.job import JOB

TASK = perform(JOB)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
