#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_automation_import
short_description: Import an estate into a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Plans the import of a bundle, then carries it out; what is there is kept, and drift is reported.
  - It imports what M(backupfleet.rest.vbr_automation_export) wrote, in the order in which the kinds need one another.
  - It looks at the target first and plans everything. If anything is wrong (a secret is missing, a name means nothing
    or two things) the task fails before the first write and names every such object.
  - What the target already has is kept as it is; where it differs, the difference is reported. A second run finishes
    what a broken one left, and nothing is imported twice.
  - Jobs come in asleep, see O(staged).
  - An object counts as created when the target shows it afterwards, whatever the import session said.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr_import
  - backupfleet.rest._common
options:
  kinds:
    description: The kinds to import. All that the bundle holds, if empty.
    type: list
    elements: str
    default: []
    choices: [credentials, cloudcredentials, encryptionPasswords, managedServers, repositories, proxies, jobs]
  on_existing:
    description: Whether objects that the target already has are kept, or make the task fail before the first write.
    type: str
    default: keep
    choices: [keep, fail]
seealso:
  - module: backupfleet.rest.vbr_automation_export
  - module: backupfleet.rest.vbr_automation_session
"""

EXAMPLES = r"""
- name: Import a bundle
  backupfleet.rest.vbr_automation_import:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    src: "{{ work_dir }}/bundle"
    secrets: "{{ vbr_secrets }}"

- name: Import the accounts, one of them replaced by one the target has
  backupfleet.rest.vbr_automation_import:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    src: "{{ work_dir }}/bundle"
    kinds: [credentials]
    mappings:
      credentials:
        linux01: main-linux-credentials
    secrets:
      credentials:
        main-linux-credentials:
          password: "{{ vbr_secrets.credentials['main-linux-credentials'].password }}"
    on_missing_secret: skip

- name: Write down what would be done, for somebody to approve
  backupfleet.rest.vbr_automation_import:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    src: "{{ work_dir }}/bundle"
    secrets: "{{ vbr_secrets }}"
    save_plan: "{{ work_dir }}/plan.json"

- name: Carry out what was approved, and nothing else
  backupfleet.rest.vbr_automation_import:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    src: "{{ work_dir }}/bundle"
    secrets: "{{ vbr_secrets }}"
    plan: "{{ work_dir }}/plan.json"
"""

RETURN = r"""
target:
  description: The name and the build of the server; empty where its revision does not say them.
  returned: when the target was read, also on failure
  type: dict
  sample: {name: vbr-new.example.com, build: 13.0.1.180}
plan:
  description:
    - One entry per object. C(action) is create, keep (the target has it), drift (the target has it, and it differs),
      update (the target has it, and it is given what differs), blocked (cannot be imported) or skip (is not moved on
      purpose); C(transport) is automation, rest, mapped or by hand; C(phase) is stage or cutover; C(name) is what
      people call it, C(reason) says why, C(diff) lists the fields that differ, C(converted) those that O(convert)
      changed, C(needs) the objects of the bundle that it refers to; C(starts_anew) marks a new job
        that has a chain on the source; C(awake) marks a job that an earlier run brought in
      and did not get to disable.
    - C(blocked_by) is the object that it needs and that is blocked, C(cause) what its reason has in common with those
      of others, for counting.
  returned: success, and when the plan has errors
  type: list
  elements: dict
  sample:
    - {kind: jobs, key: Daily, name: Daily, action: create, phase: stage, reason: "", awake: false, diff: []}
counts:
  description: How many objects of each kind have which action.
  returned: success
  type: dict
  sample: {jobs: {create: 1, keep: 0, drift: 0, blocked: 0, skip: 0}}
created:
  description: The keys of the objects that the target shows after they were imported, by kind. Empty in check mode.
  returned: success
  type: dict
kept:
  description: The keys of the objects that the target already had, by kind.
  returned: success
  type: dict
blocked:
  description: The keys of the objects that could not be imported and were not sent, by kind.
  returned: success
  type: dict
phase:
  description: How far this run goes, as O(phase).
  returned: success
  type: str
waiting:
  description: The keys of the objects that wait for the cutover, by kind.
  returned: success
  type: dict
plan_digest:
  description: What tells the saved plan apart from every other one; empty without O(save_plan) and O(plan).
  returned: success
  type: str
plan_file:
  description: The file of the saved plan.
  returned: with O(save_plan)
  type: str
differences:
  description:
    - What would be done otherwise than in the saved plan. Each with kind, key and field, C(before) and C(after), and
      C(cause), which is the source, the target, the options or the file of the plan.
  returned: when O(plan) is refused
  type: list
  elements: dict
failures:
  description:
    - What went wrong, in few words. Each reason once, the most frequent first, with how many objects it is of and the
      first of their names, by kind.
  returned: success, and when the task fails after the target was read
  type: list
  elements: dict
  sample: [{reason: "its secret is missing (password)", count: 2, objects: {credentials: [main, other]}}]
secrets_missing:
  description:
    - The objects that are blocked for want of a secret, in the form of
      RV(backupfleet.rest.vbr_automation_export#module:secrets_needed).
    - The filter P(backupfleet.rest.secrets_skeleton#filter) makes of it what is to be filled in.
  returned: success, and when a secret is missing
  type: list
  elements: dict
causes:
  description: Of the objects that failed for what they need, what that has in common with others, by kind and key.
  returned: success
  type: dict
failed_objects:
  description: What was not imported although it was to be, with the reason, by kind and key.
  returned: success, and when the task fails after the first write
  type: dict
sessions:
  description:
    - The import sessions, with their times and with those of their log records that did not simply succeed.
    - With O(wait=false) a session has the keys of what the target has accepted in it as C(accepted). Nobody has looked
      whether these objects are there, so RV(created) is without them.
  returned: success
  type: list
  elements: dict
findings:
  description: What was noticed, each with severity, code, message, remedy, and where.
  returned: success, and when the plan has errors
  type: list
  elements: dict
api_version:
  description: The revision that was spoken.
  returned: success
  type: str
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.automation_import import IMPORT

TASK = perform(IMPORT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
