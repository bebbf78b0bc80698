#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_rest
short_description: Send a request of your own to a Veeam Backup & Replication server
version_added: 0.1.0
description:
  - Sends any other request of the API, signed in, in the right revision, with secrets redacted.
  - It is the way out for everything that has no module of its own. It reads lists to their end, waits for sessions, and
    turns refusals into errors with the words of the server.
  - Whether a request is needed is for you to decide. Every request that changes something is changed each time.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
attributes:
  check_mode:
    support: partial
    details: A request that changes something is not sent in check mode; RV(sent) and a warning say so.
  diff_mode:
    support: partial
    details: Shows the request, not what it does.
  idempotent:
    support: none
    details: What is sent is sent again. Use C(when) and C(changed_when).
options:
  method:
    description: The HTTP method.
    type: str
    default: GET
    choices: [GET, POST, PUT, DELETE]
  path:
    description: The path, which begins with C(/api/).
    type: str
    required: true
  parameters:
    description: Query parameters, written exactly as the service does.
    type: dict
  body:
    description:
      - The body, written as the API revision in use has it.
      - Values under names that speak of a secret (password, passphrase, secret, token, certificate, key) are hidden
        from all output, numbers and those in a body that is given as JSON text too. What has another name is not, so
        give secrets as O(secret_body).
    type: raw
  secret_body:
    description: The part of the body that nobody may see. It is laid over O(body), objects are merged.
    type: dict
  changes:
    description:
      - Whether the request changes something. If not set, every method but V(GET) does, and V(GET) never.
      - V(false) is for a V(POST) that only reads. It is also sent in check mode.
    type: bool
  pages:
    description: Whether a list is read to its end. It is not if O(parameters) has C(skip) or C(limit).
    type: bool
    default: true
  query:
    description: A JMESPath expression applied to the rows, or to the object. Needs the Python library jmespath.
    type: str
  wait:
    description: Whether a session that a change is answered with is waited for. The task fails if it does.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for the session.
    type: int
    default: 600
requirements:
  - jmespath, for O(query)
"""

EXAMPLES = r"""
- name: Read the settings of the configuration backup
  backupfleet.rest.vbr_rest:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    path: /api/v1/configBackup
  register: settings

- name: Keep twenty backups of the configuration
  backupfleet.rest.vbr_rest:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    method: PUT
    path: /api/v1/configBackup
    body: "{{ settings.resource | combine({'restorePointsToKeep': 20}) }}"
  when: settings.resource.restorePointsToKeep != 20

- name: Back up the configuration and wait for it
  backupfleet.rest.vbr_rest:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    method: POST
    path: /api/v1/configBackup/backup

- name: Make an account without showing its password to anybody
  backupfleet.rest.vbr_rest:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    method: POST
    path: /api/v1/credentials
    body:
      type: Standard
      username: TECH\rest
      description: Made by hand
    secret_body:
      password: "{{ vault_rest_account }}"
"""

RETURN = r"""
sent:
  description: Whether the request was sent. A change is not in check mode.
  returned: success
  type: bool
resource:
  description: The answer, or what O(query) made of it. Empty where the server says nothing.
  returned: when the answer is not a list
  type: raw
  sample: {isEnabled: true, restorePointsToKeep: 20}
resources:
  description: The rows of the list, all pages of it, or what O(query) made of them.
  returned: when the answer is a list
  type: list
  elements: raw
count:
  description: How many rows the list has, before O(query).
  returned: when the answer is a list
  type: int
session:
  description: The session that was waited for, as it ended.
  returned: when a change was answered with a session, and O(wait) is true
  type: dict
  sample: {name: Backup Configuration Job, state: Stopped, result: {result: Success, message: '', isCanceled: false}}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.operations.rest import REST

TASK = perform(REST)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
