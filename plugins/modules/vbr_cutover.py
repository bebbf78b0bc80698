#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_cutover
short_description: Hand staged jobs over from one backup server to another, or take them back
version_added: 0.1.0
description:
  - Cuts over what M(backupfleet.rest.vbr_import) staged, or rolls it back.
  - Both servers are signed in to once, whatever the number of jobs.
  - The server of the connection options is the target. The source is O(source).
  - A cutover disables the jobs on the source, waits until none of them runs, and wakes on the target exactly those that
    were enabled on the source, with the start they had there. A job that was disabled stays disabled on both.
  - A rollback puts the jobs to sleep on the target, waits until none of them runs there, and enables on the source
    those that the cutover disabled. It begins at any point, also in the middle of a cutover.
  - At no request is a job able to run by itself on both servers. If a run is broken off, the next one goes on.
  - It is refused, before anything is changed, unless the bundle, the journal and both servers belong together, and
    unless each of the jobs was proved to sleep on the target.
  - Nothing is undone of what a job has done meanwhile - the backups that it made on the target stay there.
  - With O(remove) a rollback also removes what the migration created on the target. It never asks for backups to be
    deleted.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._handover
  - backupfleet.rest._common
options:
  src:
    description: Directory of the bundle that was imported.
    type: path
    required: true
  journal:
    description: The journal of the import, if it is not in O(src).
    type: path
  state:
    description: Where the jobs are to run - on the target (V(cut_over)) or on the source (V(rolled_back)).
    type: str
    required: true
    choices: [cut_over, rolled_back]
  jobs:
    description:
      - Which jobs, by their name on either server; C(*) stands for any characters. All of the journal, if empty.
      - A name that none of them has is an error.
      - Jobs that wait for the cutover and share what waits with them, a bucket for example, are cut over together. If
        one of them is left out that is awake on the source, it is refused before anything is changed, and named.
    type: list
    elements: str
    default: []
  running:
    description:
      - What is done about a job that is at work on the server where it is to rest. V(wait) waits until it has ended,
        V(stop) asks it to end after the machine it is at and waits, V(fail) refuses before anything is changed.
    type: str
    default: wait
    choices: [wait, stop, fail]
  running_timeout:
    description:
      - Seconds to wait for jobs at work. A job that still runs then is a failure. It stays disabled on both servers,
        and the next run goes on with it; the other jobs are not held up.
    type: int
    default: 14400
  adopt:
    description:
      - How jobs of the target go on with what they have made on the source. Each of these is off unless it is named
        here, and then done for the jobs of the types that it is for, after the rescan of their repositories and while
        they sleep on both servers.
      - V(source_backup) names the backup in the jobs of agents, files, object storage and Entra ID that can name one.
        V(move), from 1.3-rev2 on, moves the backup to the job, for jobs of virtual machines and copies of backups.
        V(replica_mapping) maps each machine of a replica job to its replica. V(attach_backup), from 1.3-rev2 on,
        attaches the backup of an agent policy to its computer.
      - A backup is meant only if the target shows exactly one of its name, type and repository. A replica job is mapped
        if each of its machines has a replica, because a machine that is not mapped would be skipped.
      - A job that is not given its chain is handed over all the same, so that it is not off on both servers. Its next
        run starts anew, and a warning says why, and how to map it in the console. It is not tried again by a second
        run, but by a cutover after a rollback.
      - No rollback gives back what was taken over. A dry run says what, and so does the rollback.
      - Whether a real server takes over a backup that a rescan has found is documented for no call.
    type: list
    elements: str
    default: []
    choices: [source_backup, replica_mapping, move, attach_backup]
  changed_since:
    description:
      - What is done about a job that was changed on the source after the export. V(fail) refuses before anything is
        changed, and names the fields with both values.
      - V(update) brings over what the target's job still has as it was exported. What refers to other objects, or was
        changed on the target, is refused by name.
      - V(ignore) gives a warning.
      - A job that was disabled or enabled on the source since is such a change. If it is not refused, the job is on the
        target what it is on the source now.
    type: str
    default: fail
    choices: [update, fail, ignore]
  remove:
    description:
      - With O(state=rolled_back), remove from the target what the journal knows to have been created there, what uses
        something before it - jobs, proxies, repositories, servers, passwords, accounts.
      - An object stays that is not as it was sent, that something else uses, or that cannot be set apart from another;
        so does a repository in which the target knows backups. RV(left) says why of each, in check mode too.
      - If O(jobs) are only some of those in the journal, only they are removed.
      - Where a second person has to approve of a deletion, it is RV(pending), and no failure. What waits is not asked
        for again while it waits; what was refused is, by the next run.
      - The accounts that only kinds of object use that no list shows may be in use all the same. The server refuses
        their deletion then, or does not.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait for each session at the target, and for a deleted object to be gone.
      - A repository that came over because its source was at rest is rescanned before the first of its jobs wakes, so
        that what lies in it is known, and so is one in which a job has a chain to take over; of a scale-out repository
        its extents. A rescan that fails is a warning and holds up no job.
    type: int
    default: 3600
  report:
    description:
      - File to write where each job stands to, as JSON; of a job that was to take over a chain, also how that ended.
      - It is written by a run that has something to do, so not in check mode.
    type: path
seealso:
  - module: backupfleet.rest.vbr_import
  - module: backupfleet.rest.vbr_export
"""

EXAMPLES = r"""
- name: Hand the first jobs over
  backupfleet.rest.vbr_cutover:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    source: "{{ vbr_source }}"
    src: "{{ work_dir }}/bundle"
    state: cut_over
    jobs: ["Backup Job*"]

- name: See which jobs would go on with the backups and replicas that they have
  backupfleet.rest.vbr_cutover:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    source: "{{ vbr_source }}"
    src: "{{ work_dir }}/bundle"
    state: cut_over
    adopt: [source_backup, replica_mapping]
  check_mode: true

- name: Take them back
  backupfleet.rest.vbr_cutover:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    source: "{{ vbr_source }}"
    src: "{{ work_dir }}/bundle"
    state: rolled_back

- name: See what would go if all of them were taken back and the target were cleaned up
  backupfleet.rest.vbr_cutover:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    source: "{{ vbr_source }}"
    src: "{{ work_dir }}/bundle"
    state: rolled_back
    remove: true
  check_mode: true
"""

RETURN = r"""
state:
  description: What was asked for.
  returned: success
  type: str
source:
  description: The source, with C(name), C(build) and C(vbr_id).
  returned: success
  type: dict
target:
  description: The target, with C(name), C(build) and C(vbr_id).
  returned: success
  type: dict
counts:
  description:
    - How many of the jobs are in which phase, which is one of C(waiting), C(coming to rest), C(at rest), C(pending),
      C(staged), C(cutting over), C(cut over), C(rolling back), C(rolled back).
    - A job that waits for what only one server can own is put to rest on the source. It is brought in then by
      M(backupfleet.rest.vbr_import) with O(backupfleet.rest.vbr_import#module:phase=cutover), and
      wakes when this task runs again.
  returned: success, and when the task fails after a job was changed
  type: dict
  sample: {cut over: 12}
jobs:
  description: The first of their names, by phase. All of them are in O(report).
  returned: success, and when the task fails after a job was changed
  type: dict
  sample: {cut over: [Backup Job 2]}
planned:
  description: How many of the jobs would be in which phase then, of those that something would be done about.
  returned: in check mode
  type: dict
  sample: {cut over: 12}
diverged:
  description: Jobs that were cut over and are not as the cutover left them, the first of them, with how they differ.
  returned: success, and when the task fails after a job was changed
  type: dict
lost:
  description:
    - Jobs that were cut over and are off on both servers, the first of them. The target does not have them any more,
      and they are disabled on the source, which ran them.
    - One that is disabled on the target is in C(diverged) only, and so is one that neither server has any more.
      Somebody may have meant it.
  returned: success, and when the task fails after a job was changed
  type: list
  elements: str
removed:
  description: The keys of what was removed from the target, by kind; in check mode, of what would be.
  returned: success, with O(remove)
  type: dict
  sample: {jobs: [Backup Job 2], credentials: [main-linux-credentials]}
left:
  description: What was created and stays on the target, each with C(kind), C(key) and C(reason).
  returned: success, with O(remove)
  type: list
  elements: dict
pending:
  description: What goes when a second person has approved of it, each with C(kind), C(key) and C(reason).
  returned: success, with O(remove)
  type: list
  elements: dict
failures:
  description: What went wrong or stands in the way. Each reason once, with how many jobs it is of and their names.
  returned: failure
  type: list
  elements: dict
msg:
  description: What was done, in a line.
  returned: when something was to be done
  type: str
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.cutover import CUTOVER

TASK = perform(CUTOVER)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
