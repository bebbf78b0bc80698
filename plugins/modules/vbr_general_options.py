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
  - backupfleet.rest._common
options:
  email_enabled:
    description: Whether mails are sent.
    type: bool
  smtp_server:
    description: Name or address of the SMTP server.
    type: str
  smtp_port:
    description: Its port.
    type: int
  smtp_timeout_ms:
    description: Milliseconds to wait for it.
    type: int
  smtp_ssl:
    description: Whether the connection is encrypted.
    type: bool
  smtp_credentials:
    description: Credentials record of the account to sign in with, by its account or its unique id. Empty is none.
    type: str
  sender:
    description: Address that mails come from.
    type: str
  recipients:
    description: Addresses that they go to, separated by semicolons.
    type: str
  subject:
    description: Their subject, with the variables of the product, such as C(%JobName%).
    type: str
  notify_on_success:
    description: Whether a job that ended well is reported.
    type: bool
  notify_on_warning:
    description: Whether one that ended with a warning is reported.
    type: bool
  notify_on_failure:
    description: Whether one that failed is reported.
    type: bool
  notify_on_last_retry:
    description: Whether only its last attempt is reported.
    type: bool
  storage_space_enabled:
    description: Whether the server warns when a backup storage has less free space than O(storage_space_threshold).
    type: bool
  storage_space_threshold:
    description: Free space of a backup storage, in percent from 1 to 100.
    type: int
  datastore_space_enabled:
    description: Whether the server warns when a datastore has less free space than O(datastore_space_threshold).
    type: bool
  datastore_space_threshold:
    description: Free space of a datastore, in percent from 1 to 100.
    type: int
  skip_vms_enabled:
    description: Whether machines are left out when their datastore has less free space than O(skip_vms_threshold).
    type: bool
  skip_vms_threshold:
    description: Free space of a datastore, in percent.
    type: int
  support_expiration:
    description: Whether the server warns of the end of its support contract.
    type: bool
  updates:
    description: Whether the server tells of updates.
    type: bool
  snmp_enabled:
    description: Whether SNMP traps are sent.
    type: bool
  syslog_enabled:
    description: Whether events are sent to O(syslog_server).
    type: bool
  snmp_servers:
    description: All receivers of SNMP traps.
    type: list
    elements: dict
    suboptions:
      receiver:
        description: Name or address of the receiver.
        type: str
        required: true
      port:
        description: Its port.
        type: int
        default: 162
      community:
        description: Community string. It is sent whenever the settings are written, and never shown.
        type: str
  syslog_server:
    description: The server that events are sent to.
    type: dict
    suboptions:
      server_name:
        description: Its name or address.
        type: str
        required: true
      port:
        description: Its port.
        type: int
      protocol:
        description: How events are sent.
        type: str
        choices: [Udp, Tcp, Tls]
      certificate_thumbprint:
        description: Thumbprint of its certificate.
        type: str
  event_filtering:
    description: All events that are not sent.
    type: list
    elements: dict
    suboptions:
      event_id:
        description: Number of the event.
        type: str
        required: true
      severities:
        description: The severities of it that are not sent.
        type: list
        elements: str
        required: true
        choices: [Info, Warning, Error]
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
  description: The general options as the server has it.
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
