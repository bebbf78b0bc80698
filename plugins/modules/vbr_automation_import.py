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
  - backupfleet.rest._common
options:
  src:
    description: Directory of the bundle to import.
    type: path
  bundle:
    description:
      - What an export in check mode would have written to O(src), which it returned as
        RV(backupfleet.rest.vbr_automation_export#module:bundle).
      - It is read instead of the files in O(src), so that an import can be planned before there is a bundle.
    type: str
  spec:
    description:
      - Collections by kind, inline, as RV(backupfleet.rest.vbr_automation_export#module:resources) gives them.
    type: dict
  spec_version:
    description:
      - The API revision that O(spec) is written in. If it is not the one that is spoken, O(spec) is converted.
      - If omitted it is known by its fields (V(tag) or V(uniqueId) and the like). Where these fit several revisions, it
        is the one named by O(api_version), or else the one that is spoken.
    type: str
    choices: [1.3-rev2, 1.3-rev1, 1.3-rev0, 1.2-rev1, 1.2-rev0, 1.1-rev2, 1.1-rev1, 1.1-rev0, 1.0-rev2]
  kinds:
    description: The kinds to import. All that the bundle holds, if empty.
    type: list
    elements: str
    default: []
    choices: [credentials, cloudcredentials, encryptionPasswords, managedServers, repositories, proxies, jobs]
  secrets:
    description:
      - The secrets of the records, best from a vault. Kind, then key of the record, then name of the secret.
      - Credentials take V(password), V(private_key), V(passphrase) and V(root_password); encryption passwords take
        V(password); cloud credentials take V(shared_key), V(secret_key), V(application_secret), or V(certificate) with
        V(certificate_password).
      - Secrets of records that the target already has are not needed and not used.
    type: dict
  rename:
    description:
      - Other names for what is moved. V(hosts), V(repositories) and V(jobs) take a dictionary of old and new names.
      - Whatever refers to a renamed object follows it.
    type: dict
  mappings:
    description:
      - What the target already has, in the place of what would be moved. V(hosts), V(repositories), V(credentials),
        V(cloud_credentials) and V(encryption_passwords) take a dictionary of old and new keys; the old object is not
        moved.
      - V(paths) replaces the beginnings of directories of repositories.
      - The source server itself is always replaced by the target server, unless V(hosts) says otherwise.
    type: dict
  convert:
    description:
      - "What to convert of what is moved. V({restore_points: {days_per_point: 1}}) makes a number of restore points a
        number of days, at so many days a point, rounded up; a number with a fraction is taken, too."
      - New jobs of version 13 are offered days only, so that the rule holds for a target of version 13 or later.
        Without it restore points move as they are.
      - Each job that a rule changes is named by a finding, and its fields stand in the plan with what they were.
    type: dict
  staged:
    description:
      - Whether jobs are brought in asleep, so that no job runs on two servers. They lose their automatic schedule and
        are disabled right after the import; the journal remembers what they had.
    type: bool
    default: true
  on_existing:
    description: Whether objects that the target already has are kept, or make the task fail before the first write.
    type: str
    default: keep
    choices: [keep, fail]
  on_missing_secret:
    description:
      - Whether a missing secret makes the task fail before the first write, or makes it skip that record and everything
        that needs it.
    type: str
    default: fail
    choices: [fail, skip]
  phase:
    description:
      - How far to go. Storage that only one server can own (object storage) and whatever needs it is of the phase
        V(cutover), because the jobs of the source fail as soon as the target connects to it.
      - With V(stage) it is planned and not created. With V(cutover) everything is created; the source has to be at rest
        then.
    type: str
    default: stage
    choices: [stage, cutover]
  stage_anyway:
    description: Objects, by name or key, that are created while staging although only one server can own them.
    type: list
    elements: str
    default: []
  hold:
    description: Objects, by name or key, that wait for the phase V(cutover) although they could be created before.
    type: list
    elements: str
    default: []
  save_plan:
    description:
      - File to write the plan to, as JSON; nothing is imported then, and no server is changed.
      - It has every object with all that would be sent of it (never a secret), and is written too if the plan has
        errors, which make the task fail.
    type: path
  plan:
    description:
      - A plan that was saved with O(save_plan). The import is planned again and carried out only if it is the same
        plan; otherwise the task fails before the first write and lists what differs, and whose change it is.
      - What the plan does not depend on may have changed. What an earlier run of this plan has done is no difference.
    type: path
  plan_digest:
    description: The digest of the plan that was approved, RV(plan_digest). Another plan is refused.
    type: str
  journal:
    description:
      - File that remembers what was staged, until cutover. It is a file in the bundle if O(src) is given, and there is
        none otherwise.
    type: path
  report:
    description:
      - File to write the plan, the result and the complete session logs to, as JSON.
      - It is written by a run that has something to do, so not in check mode, and not when everything is there.
    type: path
  wait:
    description:
      - Whether to wait for the sessions. Only a single kind can be imported without waiting.
      - Without waiting, RV(created) is empty, and RV(sessions) has what was accepted.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for each session.
    type: int
    default: 3600
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
      blocked (cannot be imported) or skip (is not moved on purpose); C(phase) is stage or cutover; C(name) is what
      people call it, C(reason) says why, C(diff) lists the fields that differ, C(converted) those that O(convert)
      changed, C(needs) the objects of the bundle that it refers to; C(awake) marks a job that an earlier run brought in
      and did not get to disable.
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
