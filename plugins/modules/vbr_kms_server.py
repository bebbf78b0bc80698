#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_kms_server
short_description: Manage key management servers of a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Manages the servers from which a backup server has its encryption keys, each recognised by its name.
  - Both certificates are secrets. O(update_secret=always) sends those that are given to an existing one, too.
  - Needs API revision 1.2-rev1 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._vbr.state
  - backupfleet.rest._vbr.force
  - backupfleet.rest._vbr.secret
  - backupfleet.rest._common
options:
  name:
    description: Name of the key management server, as it is reached.
    type: str
    required: true
  description:
    description: What it is for.
    type: str
  kms_port:
    description: Port on which it listens. A new one has 5696 if none is given.
    type: int
  server_certificate:
    description: Certificate of the key management server, encoded in Base64. Needed for a new one.
    type: str
  server_certificate_format:
    description: Format of O(server_certificate), needed with it. V(Pem) needs API revision 1.3-rev0.
    type: str
    choices: [Pfx, Pem]
  server_certificate_password:
    description: Password of O(server_certificate).
    type: str
  client_certificate:
    description: Certificate by which the backup server signs in, encoded in Base64. Needed for a new one.
    type: str
  client_certificate_format:
    description: Format of O(client_certificate), needed with it. V(Pem) needs API revision 1.3-rev0.
    type: str
    choices: [Pfx, Pem]
  client_certificate_password:
    description: Password of O(client_certificate).
    type: str
"""

EXAMPLES = r"""
- name: Keep the server of the encryption keys
  backupfleet.rest.vbr_kms_server:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    name: keys.tech.local
    server_certificate: "{{ vault_kms_server_certificate }}"
    server_certificate_format: Pfx
    client_certificate: "{{ vault_kms_client_certificate }}"
    client_certificate_format: Pfx
    client_certificate_password: "{{ vault_kms_client_password }}"
"""

RETURN = r"""
action:
  description: What was done, one of create, update, delete, none.
  returned: success
  type: str
resource:
  description:
    - The key management server, with the thumbprints of its certificates, as the server has it. Empty when it was
      removed.
  returned: success
  type: dict
  sample: {id: 7f1d4f0a-3d0f-4c0c-9a5d-1c2f0a7b6e11, name: keys.tech.local, type: KMS, port: 5696}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.kms_server import KMS_SERVER

TASK = perform(manage(KMS_SERVER))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
