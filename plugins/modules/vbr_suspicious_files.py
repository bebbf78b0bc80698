#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_suspicious_files
short_description: Manage which files a Veeam Backup & Replication server takes for malware
version_added: 0.1.0
description:
  - Sets which names of files a backup server takes for traces of malware, and which it never does.
  - Every server has these settings. What is not given stays as it is, and a list that is given is the whole list.
  - Needs API revision 1.3-rev2 or newer.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._vbr
  - backupfleet.rest._common
options:
  masks:
    description: All masks of names that are suspicious, such as C(*.locked).
    type: list
    elements: str
  trusted_extensions:
    description: All masks of names that are not, such as C(*.docx).
    type: list
    elements: str
  trusted_paths:
    description: All folders whose files are not.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Trust the folder of a program that encrypts its files
  backupfleet.rest.vbr_suspicious_files:
    hostname: "{{ vbr_target.hostname }}"
    port: "{{ vbr_target.port }}"
    username: "{{ vbr_target.username }}"
    password: "{{ vbr_target.password }}"
    ca_path: "{{ vbr_target.ca_path }}"
    trusted_paths:
      - C:\Program Files\Ledger
"""

RETURN = r"""
action:
  description: What was done, one of update, none.
  returned: success
  type: str
resource:
  description: The settings as the server has them.
  returned: success
  type: dict
  sample: {suspiciousObjects: ["*.locked"], trustedExtensions: [], trustedPaths: []}
"""

from ..module_utils._core.edge import perform, run
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.server_settings import SUSPICIOUS_FILES

TASK = perform(manage(SUSPICIOUS_FILES))


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
