#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbaz_info
short_description: Read a Veeam Backup for Microsoft Azure appliance, and check its last backups
version_added: 0.1.0
description:
  - Reads sessions, policies and repositories of an Azure appliance; fails if a last backup is bad, too old or missing.
  - It also says what the appliance is, and what its sessions come to. All lists are read to their end.
  - With O(expect) or O(max_age) the task fails if the last backup of a policy went wrong, is too old, or never was.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbaz
  - backupfleet.rest._vbaz.sessions
  - backupfleet.rest._common.info
options:
  resource:
    description:
      - V(about) for the appliance itself and the versions of the API that it serves.
      - V(sessions) for sessions, chosen by the filters.
      - V(summary) for what these sessions come to. They are not kept, so that their number does not matter.
      - V(session) for one session, with its log.
      - V(policies) for the policies of all workloads, or of O(workload_types).
      - V(repositories) for the backup repositories.
    type: str
    default: about
    choices: [about, sessions, summary, session, policies, repositories]
  session_id:
    description: The id of the session, with O(resource=session).
    type: str
  filters:
    description:
      - Further query parameters of the list, written exactly as the service does, for example V(ResourceId) of
        sessions, V(PolicyName) of policies, V(SearchPattern) of repositories.
      - The policy of virtual networks is no list and takes none of them, so it is left out with them.
    type: dict
  expect:
    description:
      - With V(sessions) and V(summary), the statuses with which the last backup of each policy may have ended. Any
        status if empty. V(Success) and V(Warning) if only O(max_age) is given.
      - A policy is one that O(policy_id) or O(name) names; without them all policies that are enabled, of
        O(workload_types) if these are given. One that was never backed up is not as expected.
      - A backup is a session of O(session_types), by default a V(PolicySnapshot) or a V(PolicyBackup). If a policy has
        both, the last one of each counts. Other sessions are left out then.
      - Sessions that are still at work do not count, so that it is the last one which has ended that is looked at.
    type: list
    elements: str
    choices:
      - Canceled
      - Canceling
      - Error
      - NeverExecuted
      - Running
      - RunningWithError
      - RunningWithWarning
      - Success
      - Warning
      - Pending
      - Unknown
  max_age:
    description:
      - How long ago the last backup may have begun, for example V(26h), V(2d) or V(1d12h), or a number of seconds.
      - It is compared with the clock of the appliance.
      - A session that is dated more than five minutes ahead of that clock is not as expected.
    type: str
  query:
    description:
      - A JMESPath expression applied to RV(resource), or to RV(resources) of a list. Needs the Python library jmespath.
    type: str
requirements:
  - jmespath, for O(query)
seealso:
  - module: backupfleet.rest.vbaz_session_export
"""

EXAMPLES = r"""
- name: Ask an appliance what it is
  backupfleet.rest.vbaz_info:
    hostname: "{{ vbaz_server.hostname }}"
    port: "{{ vbaz_server.port }}"
    username: "{{ vbaz_server.username }}"
    password: "{{ vbaz_server.password }}"
    ca_path: "{{ vbaz_server.ca_path }}"

- name: Count what ran this year, by status
  backupfleet.rest.vbaz_info:
    hostname: "{{ vbaz_server.hostname }}"
    port: "{{ vbaz_server.port }}"
    username: "{{ vbaz_server.username }}"
    password: "{{ vbaz_server.password }}"
    ca_path: "{{ vbaz_server.ca_path }}"
    resource: summary
    from: "2026-01-01"
    query: by_status
  register: year

- name: Fail unless the policy of the virtual machines has run since yesterday, and ended well
  backupfleet.rest.vbaz_info:
    hostname: "{{ vbaz_server.hostname }}"
    port: "{{ vbaz_server.port }}"
    username: "{{ vbaz_server.username }}"
    password: "{{ vbaz_server.password }}"
    ca_path: "{{ vbaz_server.ca_path }}"
    resource: summary
    name: Backup Policy
    session_types: [PolicyBackup]
    expect: [Success, Warning]
    max_age: 26h
"""

RETURN = r"""
resource:
  description:
    - The appliance, the session with its C(log), or the summary; or what O(query) made of it.
  returned: when O(resource) is V(about), V(session) or V(summary)
  type: dict
  sample:
    serverVersion: 8.1.0.1
    api_version: v8.1
    api_versions: [v8.1, v8, v7, v6]
resources:
  description:
    - The rows of the list, all pages of it, or what O(query) made of them. Policies also say their C(workloadType).
  returned: success
  type: list
  elements: raw
count:
  description: How many rows the list has, before O(query).
  returned: when O(resource) is a list
  type: int
summary:
  description:
    - What the sessions come to. The last session of each type that a policy has ended is in C(policies).
  returned: when O(resource) is V(sessions) or V(summary)
  type: dict
  sample:
    count: 312
    by_status: {Error: 4, Success: 300, Warning: 8}
    by_type: {PolicyBackup: 200, PolicySnapshot: 112}
    first: "2026-09-01T00:00:12Z"
    last: "2026-09-30T22:00:03Z"
    policies:
      - policy_id: 4e096ba7-8125-4d5d-804b-581f4e6c8440
        policy: Backup Policy
        type: PolicyBackup
        session_id: 7c1d2f66-3f1c-4a51-9a3e-2f4f1c0b9e11
        status: Success
        started: "2026-09-30T22:00:03Z"
        stopped: "2026-09-30T22:14:41.1877340Z"
        running: false
expectations:
  description:
    - For each policy and type of session the last one as in C(summary.policies), its C(age_seconds), whether it is
      C(met) as expected, and the C(problem) if not. Also with a task that failed for it.
  returned: when O(expect) or O(max_age) is given
  type: list
  elements: dict
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._vbaz.info import APPLIANCE_INFO

TASK = inform(APPLIANCE_INFO)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
