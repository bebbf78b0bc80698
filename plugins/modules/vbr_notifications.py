#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_notifications
short_description: Manage the notifications of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sets what a backup server warns of by itself, such as little space on storage, updates, and the end of support.
  - Every server has these settings. What is not given stays as it is.
  - Needs API revision 1.3-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.settings
  - backupfleet.rest._vbr.warnings
  - backupfleet.rest._common
options: {}
"""

EXAMPLES = r"""
- name: Warn early of full storage, and tell of updates
  backupfleet.rest.vbr_notifications:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    storage_space_enabled: true
    storage_space_threshold: 15
    updates: true
"""

RETURN = r"""
action:
  description: What was done to the settings, C(update) or C(none).
  returned: success
  type: str
resource:
  description: The settings as the server has them.
  returned: success
  type: dict
  sample: {storageSpaceThresholdEnabled: true, storageSpaceThreshold: 15, notifyOnUpdates: true}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.notifications import NOTIFICATIONS

TASK = perform(manage(NOTIFICATIONS))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
