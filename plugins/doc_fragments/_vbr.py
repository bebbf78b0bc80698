# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of the VBR modules, described once."""

from __future__ import annotations


class ModuleDocFragment:
    """Options every C(vbr_) module has."""

    DOCUMENTATION = r"""
options:
  hostname:
    description:
      - Name or address of the backup server.
      - If not set, the environment variable E(VBR_HOSTNAME) is used.
    type: str
    required: true
  port:
    description:
      - Port of the REST service.
      - If not set, the environment variable E(VBR_PORT) is used.
    type: int
    default: 9419
  username:
    description:
      - Account to sign in with. It needs the role Veeam Backup Administrator for exports and imports, and it must be
        marked as a service account where multi-factor authentication is on.
      - If not set, the environment variable E(VBR_USERNAME) is used.
    type: str
    required: true
  password:
    description:
      - Password of the account. Any character may occur in it.
      - If not set, the environment variable E(VBR_PASSWORD) is used.
    type: str
    required: true
  validate_certs:
    description:
      - Whether the server's certificate is verified. Leave this on, and give O(ca_path) for a certificate of your own.
      - If not set, the environment variable E(VBR_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificate authority (or the self-signed certificate) to trust.
      - If not set, the environment variable E(VBR_CA_PATH) is used.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each answer.
      - If not set, the environment variable E(VBR_TIMEOUT) is used.
    type: float
    default: 60
  api_version:
    description:
      - API revision to speak. V(auto) takes the newest one that the server serves and that this collection knows.
      - If not set, the environment variable E(VBR_API_VERSION) is used.
    type: str
    default: auto
    choices: [auto, 1.3-rev2, 1.3-rev1, 1.3-rev0, 1.2-rev1, 1.1-rev0, 1.0-rev2]
requirements:
  - requests
"""

    STATE = r"""
options:
  state:
    description: Whether the object is to be there.
    type: str
    default: present
    choices: [present, absent]
  wait_timeout:
    description: Seconds to wait where the server works in a session.
    type: int
    default: 600
"""

    SECRET = r"""
options:
  update_secret:
    description:
      - When secrets that are given are sent. A server never shows them, so nobody can compare them.
      - V(on_create) sends them with a new object only. V(always) also changes those of an existing one, and the task is
        changed every time then.
    type: str
    default: on_create
    choices: [on_create, always]
"""

    SETTINGS = r"""
options:
  settings:
    description:
      - Further fields of the object, spelt and nested as the API revision in use has them. They are laid over the other
        options.
      - Objects are merged with what the server has, lists are replaced whole.
    type: dict
"""
