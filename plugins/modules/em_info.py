#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: em_info
short_description: Read Veeam Backup Enterprise Manager
version_added: 0.1.0
description:
  - Reads jobs, repositories, backup servers and any other list of Enterprise Manager's query service.
  - Lists are read to their end. It can also say which API versions the server has.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._em
  - backupfleet.rest._em.format
  - backupfleet.rest._common.info
options:
  resource:
    description:
      - V(server) for the server itself, or V(jobs), V(repositories), V(backup_servers), V(backups) or V(tasks).
      - The server lists the tasks of the own logon session only, so there are hardly any.
      - Any other type that the query service has by its own name, for example V(BackupJobSession).
    type: str
    default: server
  filters:
    description:
      - Values that fields of the rows must have, for example C(JobType). Where a list is given, one of its values.
      - Names are compared without regard to case.
    type: dict
  condition:
    description: A condition in the language of the query service, for example V(JobType==Backup;ScheduleEnabled==true).
    type: str
  query:
    description: A JMESPath expression applied to the rows, or to the server. Needs the Python library jmespath.
    type: str
requirements:
  - jmespath, for O(query)
"""

EXAMPLES = r"""
- name: Which versions does the server have, and which backup servers does it know?
  backupfleet.rest.em_info:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"

- name: Names of the backup jobs that start by their schedule
  backupfleet.rest.em_info:
    hostname: "{{ em_server.hostname }}"
    port: "{{ em_server.port }}"
    username: "{{ em_server.username }}"
    password: "{{ em_server.password }}"
    ca_path: "{{ em_server.ca_path }}"
    resource: jobs
    filters:
      JobType: Backup
      ScheduleEnabled: true
    query: "[].Name"
  register: scheduled
"""

RETURN = r"""
resource:
  description: The server, or what O(query) made of it.
  returned: when O(resource) is V(server)
  type: dict
  sample:
    api_version: latest
    api_versions: [v1_5, v1_6, v1_7]
    backup_servers: [vbr01.tech.local, vbr02.tech.local]
resources:
  description:
    - The rows of the list, all pages of it, or what O(query) made of them.
    - Their keys are those documented for XML, in every format and version.
  returned: success
  type: list
  elements: raw
count:
  description: How many rows the list has, before O(query).
  returned: when O(resource) is a list
  type: int
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._em.info import INFO

TASK = inform(INFO)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
