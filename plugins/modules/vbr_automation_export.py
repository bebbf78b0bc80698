#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_automation_export
short_description: Export the estate of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Reads the estate of a server into a bundle with one file per kind and never a secret in it.
  - A bundle is a directory that M(backupfleet.rest.vbr_automation_import) can import. It holds credentials, cloud
    credentials, encryption passwords, managed servers, repositories, proxies and jobs.
  - Its manifest lists which secrets an import will ask for, and who needs them.
  - Nothing is changed on the server.
  - The server exports VMware vSphere backup jobs only, and never itself as a managed server.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr_export
  - backupfleet.rest._common
options:
  kinds:
    description: The kinds to export. All kinds that the API revision has, if empty.
    type: list
    elements: str
    default: []
    choices: [credentials, cloudcredentials, encryptionPasswords, managedServers, repositories, proxies, jobs]
requirements:
  - jmespath, for O(query)
seealso:
  - module: backupfleet.rest.vbr_automation_import
"""

EXAMPLES = r"""
- name: Export the whole estate, written so that the new server understands it
  backupfleet.rest.vbr_automation_export:
    hostname: "{{ vbr_source.hostname }}"
    port: "{{ vbr_source.port }}"
    username: "{{ vbr_source.username }}"
    password: "{{ vbr_source.password }}"
    ca_path: "{{ vbr_source.ca_path }}"
    dest: "{{ work_dir }}/bundle"
    for_server:
      hostname: "{{ vbr_target.hostname }}"
      port: "{{ vbr_target.port }}"
      ca_path: "{{ vbr_target.ca_path }}"

- name: Look at the high-priority jobs only
  backupfleet.rest.vbr_automation_export:
    hostname: "{{ vbr_source.hostname }}"
    port: "{{ vbr_source.port }}"
    username: "{{ vbr_source.username }}"
    password: "{{ vbr_source.password }}"
    ca_path: "{{ vbr_source.ca_path }}"
    kinds: [jobs]
    query: jobs[?isHighPriority]
  register: important

- name: Export the Linux accounts
  backupfleet.rest.vbr_automation_export:
    hostname: "{{ vbr_source.hostname }}"
    port: "{{ vbr_source.port }}"
    username: "{{ vbr_source.username }}"
    password: "{{ vbr_source.password }}"
    ca_path: "{{ vbr_source.ca_path }}"
    kinds: [credentials]
    filters:
      credentials:
        types: [Linux]
"""

RETURN = r"""
dest:
  description: The directory of the bundle.
  returned: when O(dest) is given
  type: str
bundle:
  description: The bundle that would be written, packed, for O(backupfleet.rest.vbr_automation_import#module:bundle).
  returned: in check mode, when O(dest) is given and a bundle would be written
  type: str
resources:
  description: The collections by kind.
  returned: when O(dest) is not given
  type: dict
manifest:
  description: What the bundle's manifest would say.
  returned: when O(dest) is not given
  type: dict
api_version:
  description: The revision that was spoken and in which the bundle is written.
  returned: success
  type: str
  sample: 1.2-rev1
source:
  description: The server the estate came from.
  returned: success
  type: dict
  sample:
    name: srv04.tech.local
    vbr_id: 18b61a18-4c5e-4f6d-a9cb-1b7c2d1ae0ff
    build: 12.3.1.1139
    names: [srv04.tech.local]
counts:
  description: How many records of each kind were exported.
  returned: success
  type: dict
  sample: {credentials: 4, jobs: 1}
secrets_needed:
  description:
    - One entry per record whose secret an import will ask for, with the alternatives of which one must be complete, and
      the objects that use it.
  returned: success
  type: list
  elements: dict
  sample:
    - kind: credentials
      key: main-linux-credentials
      name: username01
      needs_one_of: [[password], [private_key]]
      used_by: [managedServers/enterprise05.tech.local]
findings:
  description: What a person should know, for example hosts that the server could not export.
  returned: success
  type: list
  elements: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.automation_export import EXPORT

TASK = perform(EXPORT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
