# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of both imports into a Veeam Backup & Replication server, but for the kinds."""

from __future__ import annotations


class ModuleDocFragment:
    """What to import, and how."""

    DOCUMENTATION = r"""
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
  secrets:
    description:
      - The secrets of the records, best from a vault. Kind, then key of the record, then name of the secret.
      - Credentials take V(password), V(private_key), V(passphrase) and V(root_password); encryption passwords take
        V(password); cloud credentials take V(shared_key), V(secret_key), V(application_secret), or V(certificate) with
        V(certificate_password). Key management servers (V(kmsServers)) take V(server_certificate),
        V(client_certificate) and V(client_certificate_password); tenants of Entra ID (V(entraTenants))
        V(application_secret).
      - Secrets of records that the target already has are not needed and not used.
    type: dict
  rename:
    description:
      - Other names for what is moved. V(hosts), V(repositories) and V(jobs) take a dictionary of old and new names.
      - An old name that is written exactly like that of one object means no other one that differs by case only.
      - Whatever refers to a renamed object follows it.
      - A job that was brought in under another name keeps that, also where it is not given again; the journal knows it.
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
        then. With V(waiting) only what waits is created, and what that needs, as the playbook C(cutover) does it.
    type: str
    default: stage
    choices: [stage, cutover, waiting]
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
"""
