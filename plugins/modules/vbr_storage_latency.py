#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_storage_latency
short_description: Manage the storage latency control of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets how far a backup server may slow datastores down, for all of them and for single ones.
  - Every server has these settings. What is not given stays as it is.
  - Needs API revision 1.3-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.datastore_limits
  - backupfleet.rest._common
options:
  enabled:
    description: Whether the latency of datastores is looked after.
    type: bool
  latency_limit_ms:
    description: From which latency on no new tasks are given to a datastore, in milliseconds.
    type: int
  throttling_io_limit_ms:
    description: From which latency on running tasks are slowed down, in milliseconds.
    type: int
"""

EXAMPLES = r"""
- name: Be careful with production
  backupfleet.rest.vbr_storage_latency:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    enabled: true
    latency_limit_ms: 15
    throttling_io_limit_ms: 25
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
  sample: {storageLatencyControlEnabled: true}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.server_settings import STORAGE_LATENCY

TASK = perform(manage(STORAGE_LATENCY))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
