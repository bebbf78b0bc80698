#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_user
short_description: Manage users of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages who may use a backup server, and with which roles.
  - Accounts and groups must exist in the operating system or in a directory; a backup server has no passwords of its
    own.
  - A user that may be the account this task signs in with is never removed, whatever its domain is called, and
    never loses the role of a backup administrator. Nor does the last user that has this role.
  - Needs API revision 1.3-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._common
options:
  name:
    description: Name of the account or group, as the server lists it.
    type: str
    required: true
  type:
    description: Whether it is an account or a group, of the server itself or of a directory.
    type: str
    required: true
    choices: [InternalUser, InternalGroup, ExternalUser, ExternalGroup]
  roles:
    description:
      - Names of all its roles, one at least. Needed for a new user, which the server makes with a built-in role only;
        it is given the others at once after that.
      - The names differ by API revision. The built-in roles are called C(Backup Operator) and so on since 1.3-rev2, and
        C(Veeam Backup Operator) and so on before. M(backupfleet.rest.vbr_info) lists them with C(security/roles).
    type: list
    elements: str
  service_account:
    description: Whether it is a service account, of which no second factor is asked.
    type: bool
"""

EXAMPLES = r"""
- name: Let the night shift operate backups
  backupfleet.rest.vbr_user:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: TECH\night
    type: ExternalGroup
    roles: [Backup Operator]
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The user as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 4d0b8f9e-7a6c-4d5e-9f1a-2b3c4d5e6f77, type: ExternalGroup, isServiceAccount: false}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.security import USER

TASK = perform(manage(USER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
