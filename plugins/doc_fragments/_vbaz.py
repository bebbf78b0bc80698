# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the VBAZ modules have in common: their connection, and the options by which sessions are chosen."""

from __future__ import annotations

from ._connection import documentation


class ModuleDocFragment:
    """Options every C(vbaz_) module has, and those of the modules that choose sessions."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = documentation(
        group="vbaz",
        port=443,
        account=(
            "A role that may see session logs is enough, also that of a read-only user. Tasks cannot enter the code of "
            "multi-factor authentication."
        ),
        version={
            "api_version": {
                "description": [
                    "Version of the API to use. V(auto) takes the newest one that the appliance serves and that this "
                    "collection knows."
                ],
                "type": "str",
                "default": "auto",
                "choices": ["auto", "v8.1", "v8", "v7", "v6", "v5", "v4", "v3", "v1"],
            }
        },
    )

    SESSIONS = r"""
options:
  session_ids:
    description: Only the sessions with these ids. Cannot be combined with other filters.
    type: list
    elements: str
  policy_id:
    description: Only sessions of the policy with this id.
    type: str
  name:
    description:
      - Only sessions of the policy with this name. It is looked up among the policies of the appliance, and its id is
        what is asked for, so that no other policy with a similar name gets in.
      - A policy that was removed has no name any more; use O(policy_id).
    type: str
  status:
    description: Only sessions with these statuses; with any if empty.
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
  session_types:
    description:
      - Only sessions of these types, as the web interface of the appliance sorts them; of any type if empty.
      - The list of sessions knows other, finer types. Where sessions are taken from the list, these are put together
        here, for example PolicyBackup and SqlPolicyBackup to V(PolicyBackup). If there is a session that no source
        can place, the task fails and names it.
    type: list
    elements: str
    choices:
      - ManualSnapshot
      - ManualBackup
      - PolicySnapshot
      - PolicyBackup
      - PolicyArchive
      - Retention
      - Restore
      - FileLevelRestore
      - Deletion
      - ConfigurationBackup
      - RepositoryTasks
      - FileShareIndexing
      - HealthCheck
      - CosmosDbConfiguration
      - InfrastructureRescan
  workload_types:
    description: Only sessions of these workloads, put together in the same way; of any if empty.
    type: list
    elements: str
    choices: [VirtualMachine, SQL, FileShares, VirtualNetwork, WorkloadIndependent, CosmosDb]
  from:
    description:
      - Only sessions that began at this moment or later. A date is its start in UTC; a moment needs its time zone.
    type: str
  to:
    description:
      - Only sessions that began before this moment. A date is included to its end in UTC, so that from V(2026-09-01) to
        V(2026-09-30) is all of September; a moment needs its time zone.
    type: str
"""
