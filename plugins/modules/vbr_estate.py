#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_estate
short_description: Manage many objects of a Veeam Backup & Replication server in one task
version_added: 0.1.0
description:
  - Manages many objects of all kinds in one task, with one sign-in, names resolved within it, and a result per item.
  - It reads each list of the server once, so that five hundred objects cost little more than their own requests.
  - Each option is a list of one kind; each item of it has the options of the module for that kind.
  - An item may name objects that the server has, or that an earlier item of the same task makes.
  - Settings of the server as a whole, such as O(traffic_rules), are one object and no list. They and the permissions of
    repositories are only changed. Mount servers, roles that every server has, and the account that the task signs in
    with are never removed.
  - An item that fails does not stop the others, but for those that need it. The task fails in the end and names each.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._estate
  - backupfleet.rest._common
options:
  report_extra:
    description:
      - Whether the result names what the server has beside the items, of the kinds of which any list is given. An empty
        list is one. The backup server itself is not among it.
      - Of a kind of which an item could not be looked up nothing is said.
    type: bool
    default: false
  purge:
    description:
      - Whether what is beside the items is removed, as far as O(purge_only) names it. Nothing else is ever removed.
      - What is in use by something that stays is not removed, as if an item had V(absent) as its C(state).
    type: bool
    default: false
  purge_only:
    description:
      - With O(purge), what may be removed, names by kind. C(*) stands for any characters. A kind has to be one of which
        a list is given.
    type: dict
  wait_timeout:
    description: Seconds to wait for one object where the server works in a session.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Keep a share, the accounts it needs, and a job that writes to it
  backupfleet.rest.vbr_estate:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    credentials:
      - account: TECH\estate
        account_password: "{{ vault_estate_account }}"
        description: Account of the share
      - account: TECH\retired
        state: absent
    encryption_passwords:
      - hint: Yearly tapes
        encryption_password: "{{ vault_yearly_tapes }}"
    repositories:
      - name: Share
        type: Smb
        share_path: \\nas.tech.local\backup
        share_credentials: TECH\estate
        max_task_count: 4
        mount_server:
          host: backupserver02.tech.local
          write_cache_folder: E:\Cache
    jobs:
      - name: File server to share
        virtual_machines:
          includes:
            - host_name: vcenter02.tech.local
              name: filesrv02
        repository: Share
        encryption_password_hint: Yearly tapes
        state: disabled

- name: Show what is there beside one job, and remove nothing but test jobs
  backupfleet.rest.vbr_estate:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    jobs:
      - name: File server to share
        state: disabled
    purge: true
    purge_only:
      jobs: ["Test *"]

- name: Read the estate of a server as this module takes it
  backupfleet.rest.vbr_info:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    resource: estate
  register: target

- name: Nothing changes when it is given back
  backupfleet.rest.vbr_estate:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    credentials: "{{ target.resource.credentials }}"
    cloud_credentials: "{{ target.resource.cloud_credentials }}"
    encryption_passwords: "{{ target.resource.encryption_passwords }}"
    managed_servers: "{{ target.resource.managed_servers }}"
    repositories: "{{ target.resource.repositories }}"
    scaleout_repositories: "{{ target.resource.scaleout_repositories }}"
    proxies: "{{ target.resource.proxies }}"
    jobs: "{{ target.resource.jobs }}"
    users: "{{ target.resource.users }}"
    email_settings: "{{ target.resource.email_settings }}"
    traffic_rules: "{{ target.resource.traffic_rules }}"
"""

RETURN = r"""
failures:
  description:
    - What went wrong, in few words. Each reason once, the most frequent first, with how many objects it is of and the
      first of their names, by kind.
  returned: when an item failed
  type: list
  elements: dict
  sample: [{reason: "its secret is missing (password)", count: 2, objects: {credentials: [main, other]}}]
resources:
  description: The items in the order in which they are made.
  returned: when the server was read, also on failure
  type: list
  elements: dict
  contains:
    kind:
      description: The option that lists the item.
      type: str
      sample: credentials
    key:
      description: What the object is recognised by.
      type: str
      sample: 'Standard TECH\estate'
    action:
      description: What was to be done, one of create, update, delete, none.
      type: str
    changed:
      description: Whether something was done.
      type: bool
    failed:
      description: Whether it failed.
      type: bool
    msg:
      description: Why it failed, or nothing.
      type: str
    diff:
      description: What changes, without secrets. An object that has no id yet is shown by its name.
      type: list
      elements: dict
extra:
  description:
    - What the server has beside the items. C(purged) says of each whether it is to go. C(reason) says of one that
      O(purge_only) names why it is left, such as a group of users or the last user that administers the server.
  returned: when O(report_extra) or O(purge)
  type: list
  elements: dict
  sample: [{kind: jobs, key: Old job, purged: false}]
counts:
  description: How many items there are for each action, and how many failed.
  returned: when the server was read, also on failure
  type: dict
  sample: {create: 2, update: 0, delete: 1, none: 1, failed: 0}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.estate import ESTATE

TASK = perform(ESTATE)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
