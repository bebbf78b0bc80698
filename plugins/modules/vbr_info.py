#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_info
short_description: Read a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Says who a server is and which API revisions it serves, reads any of its lists to the end, or its whole estate as
    M(backupfleet.rest.vbr_estate) takes it.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common.info
options:
  resource:
    description:
      - V(server) for the server itself, or the name of a list, for example V(jobs), V(jobs/states), V(repositories),
        V(repositories/states), V(managedServers), V(credentials), V(automation/sessions).
      - V(estate) for everything that M(backupfleet.rest.vbr_estate) manages, as the options it takes, with names
        in the place of ids, and without secrets. Given back, it changes nothing.
      - A path that begins with C(/api/) reads a list that this collection does not know by name.
    type: str
    default: server
  filters:
    description:
      - Query parameters of the list, written exactly as the service does, for example V(nameFilter).
      - Where they leave nothing of a list that is not empty, a warning names the nearest values.
    type: dict
  query:
    description: A JMESPath expression applied to the rows, or to the server. Needs the Python library jmespath.
    type: str
requirements:
  - jmespath, for O(query)
"""

EXAMPLES = r"""
- name: Ask a server who it is and which revisions it serves
  backupfleet.rest.vbr_info:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
  register: target

- name: Names of the jobs that are not disabled
  backupfleet.rest.vbr_info:
    hostname: "{{ vbr_source.hostname }}"
    port: "{{ vbr_source.port }}"
    username: "{{ vbr_source.username }}"
    password: "{{ vbr_source.password }}"
    ca_path: "{{ vbr_source.ca_path }}"
    resource: jobs
    filters:
      nameFilter: Backup*
    query: "[?!isDisabled].name"
  register: active
"""

RETURN = r"""
resource:
  description:
    - The server, or what O(query) made of it.
    - With V(estate) a list per kind, each of which is an option of M(backupfleet.rest.vbr_estate).
  returned: when O(resource) is V(server) or V(estate)
  type: dict
  sample:
    name: backupserver02.tech.local
    vbr_id: 5a0d2d3e-8f5b-4c53-b1c5-0a8d2f7f3c11
    build: 13.0.1.180
    api_version: 1.3-rev1
    api_versions: [1.3-rev1, 1.3-rev0, 1.2-rev1, 1.2-rev0, 1.1-rev2, 1.1-rev1, 1.1-rev0]
resources:
  description: The rows of the list, all pages of it, or what O(query) made of them.
  returned: success
  type: list
  elements: raw
left_out:
  description:
    - Objects that M(backupfleet.rest.vbr_estate) cannot be given, each with kind, id, name, type and the reason.
    - Among them are those that need another object which the server does not list. A kind that the account may not
      read is one of them, without id and name.
  returned: when O(resource) is V(estate)
  type: list
  elements: dict
count:
  description: How many rows the list has, before O(query).
  returned: when O(resource) is a list
  type: int
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._vbr.operations.info import INFO

TASK = inform(INFO)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
