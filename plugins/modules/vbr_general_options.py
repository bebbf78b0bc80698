#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_general_options
short_description: Manage the general options of a Veeam Backup & Replication server up to 1.3-rev0
version_added: 0.1.0
description:
  - Sets where a backup server sends mails and events, and what it warns of by itself, in API revisions 1.2-rev1 to
    1.3-rev0.
  - Newer revisions have M(backupfleet.rest.vbr_email_settings), M(backupfleet.rest.vbr_notifications) and
    M(backupfleet.rest.vbr_event_forwarding) for it. There this module refuses, so that nothing is described twice.
  - Every server has these settings. What is not given stays as it is.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._vbr.mail
  - backupfleet.rest._vbr.warnings
  - backupfleet.rest._vbr.events
  - backupfleet.rest._common
options:
  email_enabled:
    description: Whether mails are sent.
    type: bool
  snmp_enabled:
    description: Whether SNMP traps are sent.
    type: bool
  syslog_enabled:
    description: Whether events are sent to O(syslog_server).
    type: bool
"""

EXAMPLES = r"""
- name: Mail what fails
  backupfleet.rest.vbr_general_options:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    api_version: 1.3-rev0
    email_enabled: true
    smtp_server: mail.tech.local
    sender: backup@tech.example
    recipients: operators@tech.example
    notify_on_success: false
"""

RETURN = r"""
action:
  description: What was done, one of update, none.
  returned: success
  type: str
resource:
  description: The general options as the server has them.
  returned: success
  type: dict
  sample: {notificationEnabled: true}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.mail import GENERAL_OPTIONS

TASK = perform(manage(GENERAL_OPTIONS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
