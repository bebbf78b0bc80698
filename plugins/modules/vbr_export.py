#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_export
short_description: Export a whole Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Reads everything that the REST service of a server shows into a bundle.
  - A bundle is a directory with one file per kind and never a secret in it. M(backupfleet.rest.vbr_import) brings it
    into another server.
  - What the automation section exports is taken from it, as by M(backupfleet.rest.vbr_automation_export). Everything
    else is read by ordinary REST, with the names of other objects in the place of their ids.
  - What no call can create on another server (tape, WAN accelerators, hosts with single-use accounts, jobs of other
    products) is in the bundle by its name, so that a plan can list it. Of some of it there is no list, but a sign - the
    licence that it uses, a replica, the state of a job, a session, a backup - and settings of one server are among it.
  - Nothing is changed on the server.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr_kinds
  - backupfleet.rest._vbr_export
  - backupfleet.rest._common
options:
  automation_only:
    description:
      - Whether only what the automation section has is exported, as by M(backupfleet.rest.vbr_automation_export),
        without ordinary REST.
    type: bool
    default: false
requirements:
  - jmespath, for O(query)
seealso:
  - module: backupfleet.rest.vbr_import
  - module: backupfleet.rest.vbr_automation_export
"""

EXAMPLES = r"""
- name: Export the whole server, written so that the new one understands it
  backupfleet.rest.vbr_export:
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
"""

RETURN = r"""
dest:
  description: As RV(backupfleet.rest.vbr_automation_export#module:dest).
  returned: when O(dest) is given
  type: str
bundle:
  description: As RV(backupfleet.rest.vbr_automation_export#module:bundle).
  returned: in check mode, when O(dest) is given and a bundle would be written
  type: str
resources:
  description: As RV(backupfleet.rest.vbr_automation_export#module:resources).
  returned: when O(dest) is not given
  type: dict
manifest:
  description: As RV(backupfleet.rest.vbr_automation_export#module:manifest).
  returned: when O(dest) is not given
  type: dict
api_version:
  description: As RV(backupfleet.rest.vbr_automation_export#module:api_version).
  returned: success
  type: str
source:
  description: As RV(backupfleet.rest.vbr_automation_export#module:source).
  returned: success
  type: dict
counts:
  description: As RV(backupfleet.rest.vbr_automation_export#module:counts).
  returned: success
  type: dict
secrets_needed:
  description: As RV(backupfleet.rest.vbr_automation_export#module:secrets_needed).
  returned: success
  type: list
  elements: dict
findings:
  description: As RV(backupfleet.rest.vbr_automation_export#module:findings).
  returned: success
  type: list
  elements: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.whole_server import WHOLE_EXPORT

TASK = perform(WHOLE_EXPORT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
