#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_automation_session
short_description: Follow or stop an import session of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Shows an automation session, waits for it, reads its log or stops it.
  - A session that ended is always in the state Stopped; RV(result) says how it ended.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  session_id:
    description: The id of the session. The latest one if not given.
    type: str
  action:
    description:
      - V(info) shows it, V(logs) also reads its log.
      - V(wait) waits for its end, and fails if it ended with a failure.
      - V(stop) stops it if it is still at work, and waits for its end.
    type: str
    default: info
    choices: [info, wait, logs, stop]
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 3600
seealso:
  - module: backupfleet.rest.vbr_automation_import
"""

EXAMPLES = r"""
- name: Read the log of the latest import
  backupfleet.rest.vbr_automation_session:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    action: logs
  register: latest
"""

RETURN = r"""
resource:
  description: The session as the server shows it.
  returned: success
  type: dict
finished:
  description: Whether the session has ended.
  returned: success
  type: bool
result:
  description: How it ended, one of Success, Warning, Failed; None while it is at work.
  returned: success
  type: str
log:
  description: The records of its log, oldest first.
  returned: when O(action) is V(wait), V(logs) or V(stop)
  type: list
  elements: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.automation_session import SESSION

TASK = perform(SESSION)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
