#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vbr_migration_info
short_description: Show where each job of a move between two backup servers stands
version_added: 0.1.0
description:
  - Reads a bundle and the journal of its import, and says of each job whether it is staged, waits, was cut over or was
    rolled back.
  - Of a server that is given it also sees what it shows. A job of which the journal says one thing and a server
    another has diverged - it is enabled on both servers, or runs where it is to rest, or is gone.
  - It changes nothing, and needs no server - without any it is what the journal says.
author: The backupfleet.rest authors (@backupfleet)
extends_documentation_fragment:
  - backupfleet.rest._pair
  - backupfleet.rest._common.info
options:
  src:
    description: Directory of the bundle that was imported.
    type: path
    required: true
  bundle:
    description:
      - What an export in check mode would have written to O(src), which it returned as
        RV(backupfleet.rest.vbr_export#module:bundle). The journal is looked for in O(src) all the same.
    type: str
  journal:
    description:
      - The journal of the import, if it is not in O(src).
      - Without O(target), it has to be named where O(src) has the journals of several targets.
    type: path
seealso:
  - module: backupfleet.rest.vbr_cutover
  - module: backupfleet.rest.vbr_import
"""

EXAMPLES = r"""
- name: Show where each job stands, by both servers too
  backupfleet.rest.vbr_migration_info:
    source: "{{ vbr_source }}"
    target: "{{ vbr_target }}"
    src: "{{ work_dir }}/bundle"
  register: migration

- name: Fail if a job is not as the journal says
  ansible.builtin.assert:
    that: "'diverged' not in migration.counts"
    fail_msg: "{{ migration.next }}"

- name: Show what the journal alone says
  backupfleet.rest.vbr_migration_info:
    src: "{{ work_dir }}/bundle"
"""

RETURN = r"""
counts:
  description:
    - How many jobs stand where. That is C(not staged), a phase of M(backupfleet.rest.vbr_cutover), C(removed from
      the target), or C(diverged).
  returned: success
  type: dict
  sample: {staged: 3, cut over: 12}
jobs:
  description: Each job of the journal, and each of the bundle that no import has noted yet.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name on the target.
      returned: always
      type: str
    source_name:
      description: Its name on the source.
      returned: always
      type: str
    phase:
      description: Its phase by the journal; empty if it is not in it.
      returned: always
      type: str
    stands:
      description: Its phase, C(not staged), C(removed from the target) by a rollback, or C(diverged).
      returned: always
      type: str
    wrong:
      description: What a server shows otherwise than the journal says.
      returned: always
      type: list
      elements: str
    "off":
      description:
        - Whether neither server shows it enabled, though it was enabled on the source. In the middle of a cutover that
          is so for a while.
      returned: always
      type: bool
    source:
      description: As what the source shows it - C(enabled), C(disabled) or C(missing); empty if it was not asked.
      returned: always
      type: str
    target:
      description: The same of the target. A job that is not brought in yet is missing there.
      returned: always
      type: str
next:
  description: What is to be done now.
  returned: success
  type: str
  sample: "3 job(s) are not handed over yet: verify the target, and hand them over."
playbook:
  description: The playbook of this collection that does it; empty if none does.
  returned: success
  type: str
  sample: cutover
journal:
  description: The journal that was read; empty if there is none.
  returned: success
  type: str
source:
  description: The source, with C(name), C(build) and C(vbr_id); empty if it was not asked.
  returned: success
  type: dict
target:
  description: The same of the target.
  returned: success
  type: dict
"""

from ..module_utils._core.edge import inform, run
from ..module_utils._vbr.operations.migration_info import INFO

TASK = inform(INFO)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
