#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_email_settings
short_description: Manage the e-mail settings of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets whether and how a backup server sends mails.
  - Every server has these settings. What is not given stays as it is.
  - The sign-in at Gmail or Microsoft 365 needs a person at a browser, and is done in the console.
  - Needs API revision 1.3-rev1 or newer. Before that they are part of M(backupfleet.rest.vbr_general_options).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._vbr.mail
  - backupfleet.rest._common
options:
  enabled:
    description: Whether mails are sent.
    type: bool
  mail_server:
    description: How they are sent.
    type: str
    choices: [SMTP, Gmail, MS365]
"""

EXAMPLES = r"""
- name: Mail what fails
  backupfleet.rest.vbr_email_settings:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    enabled: true
    mail_server: SMTP
    smtp_server: mail.tech.local
    smtp_port: 25
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
  description: The settings as the server has them.
  returned: success
  type: dict
  sample: {notificationsEnabled: true, mailServer: SMTP, smtpServerName: mail.tech.local}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.mail import EMAIL_SETTINGS

TASK = perform(manage(EMAIL_SETTINGS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
