#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_import
short_description: Import a whole server into another Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Plans the import of a bundle that M(backupfleet.rest.vbr_export) wrote, then carries it out; what is there is kept,
    and drift is reported.
  - What the automation section takes goes there in one request a kind, as by
    M(backupfleet.rest.vbr_automation_import). Everything else is created by ordinary REST, object by object, with the
    ids that the named objects have on this server.
  - What no call creates is in the plan by its name and its reason.
  - Jobs come in asleep, see O(staged). Jobs that start as soon as they are created wait for the cutover, see O(phase).
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr_kinds
  - backupfleet.rest._vbr_import
  - backupfleet.rest._common
options:
  on_existing:
    description:
      - Whether objects that the target already has are kept, are given what the source has, or make the task fail
        before the first write.
      - V(update) sends what differs by ordinary REST, also of what the automation section carries and of settings that
        every server has. Secrets are neither compared nor sent, a job stays as awake or asleep as it is, and a field
        that no call changes is a finding C(not-updated).
      - V(fail) does not count what every server has, whoever brought it in. That is settings, users, the default
        repository and the proxy and the mount server on the backup server itself. What an earlier run of the same
        bundle brought in does not count either.
    type: str
    default: keep
    choices: [keep, update, fail]
seealso:
  - module: backupfleet.rest.vbr_export
  - module: backupfleet.rest.vbr_automation_import
"""

EXAMPLES = r"""
- name: Import the whole server, its jobs asleep
  backupfleet.rest.vbr_import:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    src: "{{ work_dir }}/bundle"
    secrets: "{{ vbr_secrets }}"
"""

RETURN = r"""
target:
  description: As RV(backupfleet.rest.vbr_automation_import#module:target).
  returned: when the target was read, also on failure
  type: dict
plan:
  description: As RV(backupfleet.rest.vbr_automation_import#module:plan).
  returned: success, and when the plan has errors
  type: list
  elements: dict
counts:
  description: As RV(backupfleet.rest.vbr_automation_import#module:counts).
  returned: success
  type: dict
created:
  description: As RV(backupfleet.rest.vbr_automation_import#module:created).
  returned: success
  type: dict
kept:
  description: As RV(backupfleet.rest.vbr_automation_import#module:kept).
  returned: success
  type: dict
blocked:
  description: As RV(backupfleet.rest.vbr_automation_import#module:blocked).
  returned: success
  type: dict
phase:
  description: As RV(backupfleet.rest.vbr_automation_import#module:phase).
  returned: success
  type: str
waiting:
  description: As RV(backupfleet.rest.vbr_automation_import#module:waiting).
  returned: success
  type: dict
plan_digest:
  description: As RV(backupfleet.rest.vbr_automation_import#module:plan_digest).
  returned: success
  type: str
plan_file:
  description: As RV(backupfleet.rest.vbr_automation_import#module:plan_file).
  returned: with O(save_plan)
  type: str
differences:
  description: As RV(backupfleet.rest.vbr_automation_import#module:differences).
  returned: when O(plan) is refused
  type: list
  elements: dict
failures:
  description: As RV(backupfleet.rest.vbr_automation_import#module:failures).
  returned: success, and when the task fails after the target was read
  type: list
  elements: dict
secrets_missing:
  description: As RV(backupfleet.rest.vbr_automation_import#module:secrets_missing).
  returned: success, and when a secret is missing
  type: list
  elements: dict
failed_objects:
  description: As RV(backupfleet.rest.vbr_automation_import#module:failed_objects).
  returned: success, and when the task fails after the first write
  type: dict
sessions:
  description: As RV(backupfleet.rest.vbr_automation_import#module:sessions).
  returned: success
  type: list
  elements: dict
findings:
  description: As RV(backupfleet.rest.vbr_automation_import#module:findings).
  returned: success, and when the plan has errors
  type: list
  elements: dict
api_version:
  description: As RV(backupfleet.rest.vbr_automation_import#module:api_version).
  returned: success
  type: str
updated:
  description: The keys of the objects that were changed, by kind.
  returned: when any were
  type: dict
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.whole_server import WHOLE_IMPORT

TASK = perform(WHOLE_IMPORT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
