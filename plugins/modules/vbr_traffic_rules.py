#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_traffic_rules
short_description: Manage the network traffic rules of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets how the servers of a backup infrastructure use the network.
  - Every server has these settings. What is not given stays as it is; a list is replaced whole.
  - Needs API revision 1.2-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  multiple_streams:
    description: Whether a job sends data in several streams.
    type: bool
  upload_streams:
    description: How many.
    type: int
  rules:
    description: All rules for traffic between addresses, the most important one first.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the rule.
        type: str
        required: true
      source_first:
        description: First address that the traffic comes from, or a word of the service such as C(Any) or C(Internet).
        type: str
        required: true
      source_last:
        description: Last address that it comes from, blank beside a word.
        type: str
        default: ""
      target_first:
        description: First address that it goes to, or such a word.
        type: str
        required: true
      target_last:
        description: Last address that it goes to, blank beside a word.
        type: str
        default: ""
      encryption:
        description: Whether it is encrypted.
        type: bool
      throttling:
        description: Whether it is slowed down.
        type: bool
      throttling_unit:
        description: Unit of O(rules[].throttling_value), in the words of the service.
        type: str
        choices: [KbytePerSec, MbitPerSpec, MbytePerSec]
      throttling_value:
        description: How fast it may be.
        type: int
      window_enabled:
        description: Whether it is slowed down in some hours only.
        type: bool
      window:
        description: These hours, day by day.
        type: list
        elements: dict
        suboptions:
          day:
            description: The day.
            type: str
            required: true
            choices: [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
          hours:
            description: A 1 for each of its 24 hours that counts, a 0 for others, separated by commas.
            type: str
            required: true
  preferred_networks_enabled:
    description: Whether O(preferred_networks) are preferred.
    type: bool
  preferred_networks:
    description: All networks that are preferred for backups, the most important one first.
    type: list
    elements: dict
    suboptions:
      ip_address:
        description: Address of the network.
        type: str
      subnet_mask:
        description: Its mask.
        type: str
      cidr_notation:
        description: Both in one, as in C(10.0.0.0/8).
        type: str
"""

EXAMPLES = r"""
- name: Encrypt what leaves the building, and slow it down
  backupfleet.rest.vbr_traffic_rules:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    rules:
      - name: To the branch
        source_first: 10.1.0.1
        source_last: 10.1.255.254
        target_first: 10.9.0.1
        target_last: 10.9.255.254
        encryption: true
        throttling: true
        throttling_unit: MbytePerSec
        throttling_value: 20
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
  sample: {useMultipleStreamsPerJob: true, uploadStreamsCount: 5}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.server_settings import TRAFFIC_RULES

TASK = perform(manage(TRAFFIC_RULES))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
