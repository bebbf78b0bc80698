#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbaz_session_export
short_description: Export the job sessions of a Veeam Backup for Microsoft Azure appliance into a file
version_added: 0.1.0
description:
  - Writes the job sessions of Veeam Backup for Microsoft Azure into a file for an auditor, as CSV, XML or JSON.
  - The file says what ran, when and with what result, as evidence that can be kept.
  - V(csv) and V(xml) are the files that the appliance itself makes, byte for byte. They are streamed, and never read.
  - V(json) is made from the list of sessions, page by page, since the appliance exports no such file; RV(made_from)
    says so. It has the shape of a page of that list, with one session per line and sorted keys. Versions of the API
    before V(v8) may answer the export itself with JSON; that is used if there are no filters.
  - The file is drafted beside its place and moved there when it is whole. Whatever goes wrong before, the file that was
    there stays as it was. It is changed only if its content is.
  - In check mode the sessions are read as well, which changes nothing at the appliance, and compared with the file.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbaz
  - backupfleet.rest._vbaz.sessions
  - backupfleet.rest._common
options:
  dest:
    description:
      - The file. In a directory (one that is there, or a path that ends with C(/)) it is called
        C(HOSTNAME_sessions.FORMAT). Directories that are missing are made.
      - A new file is readable by its owner only; one that is there keeps its owner and its mode.
    type: path
    required: true
  format:
    description: What to write.
    type: str
    default: csv
    choices: [csv, xml, json]
notes:
  - The layout of the appliance's own files is not documented. A session that is at work while the file is made will
    look otherwise in the next one. Choose O(to) in the past for a file that stays the same.
  - Names in a file are those of the appliance, and are not changed. A program for tables takes one that begins with
    C(=), C(+), C(-) or C(@) for a formula; load a CSV there as text.
seealso:
  - module: backupfleet.rest.vbaz_info
"""

EXAMPLES = r"""
- name: Keep what ran in September
  backupfleet.rest.vbaz_session_export:
    hostname: "{{ vbaz_server.hostname }}"
    port: "{{ vbaz_server.port }}"
    username: "{{ vbaz_server.username }}"
    password: "{{ vbaz_server.password }}"
    ca_path: "{{ vbaz_server.ca_path }}"
    dest: "{{ work_dir }}/evidence/2026-09.csv"
    from: "2026-09-01"
    to: "2026-09-30"

- name: Write down the backups of databases that went wrong, to be read by a program
  backupfleet.rest.vbaz_session_export:
    hostname: "{{ vbaz_server.hostname }}"
    port: "{{ vbaz_server.port }}"
    username: "{{ vbaz_server.username }}"
    password: "{{ vbaz_server.password }}"
    ca_path: "{{ vbaz_server.ca_path }}"
    dest: "{{ work_dir }}/evidence/databases.json"
    format: json
    status: [Error, Warning]
    session_types: [PolicyBackup]
    workload_types: [SQL]
  register: databases
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
checksum:
  description: The SHA-256 of its content.
  returned: success
  type: str
size:
  description: Its length in bytes.
  returned: success
  type: int
format:
  description: What it is, as O(format) asked for.
  returned: success
  type: str
made_from:
  description: V(export) if the appliance made the content, V(list) if it was made here from the list of sessions.
  returned: success
  type: str
content_type:
  description: What the appliance says its file is, usually application/octet-stream.
  returned: success
  type: str
count:
  description: How many sessions the file holds.
  returned: when O(format) is V(json)
  type: int
api_version:
  description: The version of the API that was used.
  returned: success
  type: str
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbaz.session_export import SESSION_EXPORT

TASK = perform(SESSION_EXPORT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
