#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_preflight
short_description: Look for what stands in the way of a move between two backup servers
version_added: 0.1.0
description:
  - Reads a source, a target, a bundle, or any of them, and says what would do harm, fail or be lost in a move.
  - It changes nothing. An error that is not accepted by its code makes the task fail; all else is reported.
  - A check that could not be made, because the revision does not have it or the account may not ask, is a finding too.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._preflight
  - backupfleet.rest._vbr_kinds
  - backupfleet.rest._common.info
options:
  src:
    description:
      - Directory of the bundle that is to be moved. If omitted it is everything that the source has.
    type: path
  bundle:
    description:
      - What an export in check mode would have written to O(src), which it returned as
        RV(backupfleet.rest.vbr_export#module:bundle).
    type: str
  secrets:
    description:
      - The secrets, as M(backupfleet.rest.vbr_import) takes them. Encryption passwords among them are proved
        on the source, which can do that from revision 1.3-rev0 on.
    type: dict
  rename:
    description: The other names of what is moved, as M(backupfleet.rest.vbr_import) takes them.
    type: dict
  mappings:
    description: What the target has in the place of what is moved, likewise.
    type: dict
  convert:
    description: What is converted on the way, as M(backupfleet.rest.vbr_import) takes it.
    type: dict
  accept:
    description: Codes of findings that do not stop the move though they are errors.
    type: list
    elements: str
    default: []
  report:
    description:
      - File to write every finding to, as JSON; RV(findings) has one per code. It is written in check mode, too, and
        does not count as a change.
    type: path
seealso:
  - module: backupfleet.rest.vbr_export
  - module: backupfleet.rest.vbr_import
"""

EXAMPLES = r"""
- name: Look for what stands in the way of the move
  backupfleet.rest.vbr_preflight:
    source: "{{ vbr_source }}"
    target: "{{ vbr_target }}"
    secrets: "{{ vbr_secrets }}"
  register: preflight

- name: Show what the source alone tells, and mind no licence
  backupfleet.rest.vbr_preflight:
    source: "{{ vbr_source }}"
    accept: [license-not-valid]
"""

RETURN = r"""
findings:
  description:
    - What was noticed of objects, one per code, and of a server as a whole, one per reason, the most severe first.
    - Each has C(severity) (error, warning or info), C(code), C(message), C(remedy), with C(kind), C(key) and C(field)
      of the object it is about, as far as it is about one, and C(source), where the rule comes from.
    - C(count) says how many there are of the code, C(objects) has the names of the first, by kind. All are in
      O(report).
  returned: success, and when there are errors
  type: list
  elements: dict
  sample:
    - severity: warning
      code: repository-offline
      message: it is offline.
      remedy: Bring it back, or leave it out, with the jobs that use it.
      kind: repositories
      key: Main Big Repository
      field: ""
      source: REST reference
      count: 1
      objects: {repositories: [Main Big Repository]}
counts:
  description: How many findings of each severity there are.
  returned: success, and when there are errors
  type: dict
  sample: {error: 0, warning: 3, info: 1}
accepted:
  description: Which of the codes in O(accept) were found.
  returned: success, and when there are errors
  type: list
  elements: str
failures:
  description: The errors that were not accepted, each reason once with how many objects it is of.
  returned: success, and when there are errors
  type: list
  elements: dict
report:
  description: The file that has every finding; empty if none was asked for.
  returned: success, and when there are errors
  type: str
source:
  description: Name, build and spoken revision of the source; empty if none was given.
  returned: success, and when there are errors
  type: dict
  sample: {name: srv04.tech.local, build: 12.3.1.1139, api_version: 1.2-rev1}
target:
  description: The same of the target.
  returned: success, and when there are errors
  type: dict
  sample: {name: backupserver02.tech.local, build: 13.0.1.180, api_version: 1.3-rev1}
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._vbr.operations.preflight import PREFLIGHT

TASK = inform(PREFLIGHT)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
