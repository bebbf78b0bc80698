#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_security_analyzer
short_description: Manage the schedule of the security analyzer of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets when a backup server checks itself against the best practices of its vendor, and who hears of it.
  - Every server has these settings. What is not given stays as it is.
  - Needs API revision 1.2-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._vbr.mailed
  - backupfleet.rest._common
options:
  daily_scan:
    description: Whether it checks itself every day.
    type: bool
  daily_scan_time:
    description: When, such as C(22:00).
    type: str
  send_results:
    description: Whether the result is mailed to O(recipients).
    type: bool
"""

EXAMPLES = r"""
- name: Check the server every night
  backupfleet.rest.vbr_security_analyzer:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    daily_scan: true
    daily_scan_time: "02:30"
"""

RETURN = r"""
action:
  description: What was done, one of update, none.
  returned: success
  type: str
resource:
  description: The settings as the server has them.
  returned: success
  type: dict
  sample: {dailyScanEnabled: true, dailyScanLocalTime: "02:30"}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.server_settings import SECURITY_ANALYZER

TASK = perform(manage(SECURITY_ANALYZER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
