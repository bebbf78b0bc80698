#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_event_forwarding
short_description: Manage where a Veeam Backup & Replication server sends its events
version_added: 0.1.0
description:
  - Sets which receivers get the events of a backup server, over SNMP or syslog.
  - Every server has these settings. What is not given stays as it is; a list is replaced whole.
  - Community strings are secrets. Nobody compares them; O(update_secret=always) sends them each time.
  - Needs API revision 1.3-rev1 or newer. Before that they are part of M(backupfleet.rest.vbr_general_options).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._vbr.events
  - backupfleet.rest._common
options: {}
"""

EXAMPLES = r"""
- name: Send events to a log server, and traps to a watcher
  backupfleet.rest.vbr_event_forwarding:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    syslog_server:
      server_name: log.tech.local
      port: 6514
      protocol: Tls
    snmp_servers:
      - receiver: watch.tech.local
        community: "{{ vault_snmp_community }}"
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
  sample: {SNMPServers: [{receiver: watch.tech.local, port: 162}]}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.mail import EVENT_FORWARDING

TASK = perform(manage(EVENT_FORWARDING))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
