#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_job_run
short_description: Start, stop or retry a job of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Starts, stops and retries jobs, waits for the end, and keeps warnings apart from failures.
  - A job that is running already is not started again. The task says so in RV(was_running) and, with O(wait), waits for
    that run.
  - A run that ends with a warning is a warning of the task; one that fails is a failure of the task.
  - In check mode nothing is started, stopped or waited for.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  name:
    description: The name of the job.
    type: str
    required: true
  action:
    description:
      - V(start) starts the job, unless it is running. Whether a disabled job starts is up to the server.
      - V(stop) stops it, if it is running. How the stopped run ended is no failure of the task.
      - V(retry) processes again what went wrong in the last run, if anything did. It needs API revision 1.3-rev0.
    type: str
    default: start
    choices: [start, stop, retry]
  active_full:
    description: Whether to make an active full backup.
    type: bool
    default: false
  start_chained_jobs:
    description: Whether the jobs that follow this one are started after it.
    type: bool
    default: false
  graceful:
    description: Whether a job that is stopped may finish what it is processing.
    type: bool
    default: true
  cancel_chained_jobs:
    description: Whether the jobs that follow are stopped too. Needs API revision 1.3-rev0.
    type: bool
  wait:
    description: Whether to wait for the end of the run.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 86400
seealso:
  - module: backupfleet.rest.vbr_job
"""

EXAMPLES = r"""
- name: Run a job now, with an active full backup
  backupfleet.rest.vbr_job_run:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: File servers
    active_full: true

- name: Stop a job, if it runs
  backupfleet.rest.vbr_job_run:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: File servers
    action: stop
"""

RETURN = r"""
job:
  description: The id and the name of the job.
  returned: success
  type: dict
was_running:
  description: Whether the job was running when the task began.
  returned: success
  type: bool
resource:
  description: The session of the run as the server tells it. Empty if there is none, as for a job without objects.
  returned: always
  type: dict
finished:
  description: Whether the run has ended.
  returned: always
  type: bool
result:
  description: How it ended, one of Success, Warning, Failed; None while it is at work.
  returned: always
  type: str
message:
  description: What the server says about how it ended.
  returned: success
  type: str
log:
  description: The records of the run's log, oldest first.
  returned: when it was waited for
  type: list
  elements: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.job_run import JOB_RUN

TASK = perform(JOB_RUN)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
