#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_entra_tenant
short_description: Manage Entra ID tenants of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages the tenants of Microsoft Entra ID that a backup server protects.
  - A tenant is recognised by its O(azure_tenant_id), and signed in to by an application that exists already. An
    application that is made by a person at a browser is added in the console.
  - Needs API revision 1.2-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.force
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._common
options:
  azure_tenant_id:
    description: Id of the tenant.
    type: str
    required: true
  description:
    description: What the tenant is.
    type: str
  cache_repository:
    description: Name of the repository for the cache. A new tenant is given one by the server if none is named.
    type: str
  region:
    description: Which cloud the tenant belongs to. V(Germany) is known up to API revision 1.2-rev1.
    type: str
    choices: [China, Germany, Global, Government]
  protection_scope:
    description: All kinds of object that are protected. Needs API revision 1.3-rev1.
    type: list
    elements: str
    choices:
      - Users
      - Groups
      - AdministrativeUnits
      - Roles
      - Applications
      - Logs
      - ConditionalAccessPolicies
      - IntunePolicies
      - OrgContacts
      - Devices
  application_id:
    description: Id of the application that signs in. Needed for a new tenant.
    type: str
  application_secret:
    description: Secret of the application. Needed for a new tenant, or O(certificate).
    type: str
  certificate:
    description: Certificate of the application, encoded in Base64.
    type: str
  certificate_format:
    description: Format of O(certificate).
    type: str
    choices: [Pfx, Pem]
  certificate_password:
    description: Password of O(certificate).
    type: str
"""

EXAMPLES = r"""
- name: Keep the tenant of the company
  backupfleet.rest.vbr_entra_tenant:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    azure_tenant_id: 2f0b6f0c-5ef8-4a73-9a34-6d8e5a0c7f21
    application_id: 6a7e1d94-0c3e-4b3c-8f64-51b0b6f2c9d3
    application_secret: "{{ vault_entra_application }}"
    cache_repository: Default Backup Repository
    description: tech.example
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description: The tenant as the server has it. Empty when it was removed.
  returned: success
  type: dict
  sample: {id: 3c8f7f0d-9e2b-4b0a-bb5d-8e6f0c1d2a33, azureTenantId: 2f0b6f0c-5ef8-4a73-9a34-6d8e5a0c7f21}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.entra_tenant import ENTRA_TENANT

TASK = perform(manage(ENTRA_TENANT))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
