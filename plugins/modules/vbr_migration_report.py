#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vbr_migration_report
author: The backupfleet.rest authors (@backupfleet)
version_added: 0.1.0
short_description: Make and keep the report of a run of a migration
description:
  - Makes the report of one run once, as data, as a page, and in lines, and keeps it in a folder of its own below
    C(reports) in O(dest). The link C(latest) beside it leads to the newest one of a run that was none for show,
    C(latest-plan) to the newest one of a dry run. No report ever replaces another.
  - The folder is written whole or not at all, for nobody but its owner.
  - The task runs on the controller, talks to no server, writes its files in check mode too, and never counts as
    changed. Role C(vbr_report) is the usual way to it.
options:
  dest:
    description: The directory of the pair. An import wrote its own report there as C(import.json).
    type: path
    required: true
  template:
    description: The file with the template of the page; the one of role C(vbr_report) without it.
    type: path
  write:
    description: Whether files are written; without them there are the lines and the brief.
    type: bool
    default: true
  pair:
    description: Name of the pair of servers.
    type: str
    required: true
  name:
    description: What the run is called in the name of its folder.
    type: str
    default: run
  source:
    description: Where the source is, C(hostname) and C(port).
    type: dict
    default: {}
  target:
    description: Where the target is, C(hostname) and C(port).
    type: dict
    default: {}
  for_show:
    description: Whether it was a dry run; its files are C(plan.json) and C(plan.html) then.
    type: bool
    default: false
  steps:
    description:
      - The results of the steps C(export), C(preflight), C(import), C(verify), C(cutover) and C(rollback) that were
        done.
    type: dict
    default: {}
  times:
    description: When each of them began, as ISO times.
    type: dict
    default: {}
  failure:
    description: What failed, if it is known, C(task) and C(result).
    type: dict
    default: {}
  has_failed:
    description: Whether something failed.
    type: bool
    default: false
  tasks:
    description:
      - The results of the tasks that may have failed, each by its name, in their order; C(failed), C(msg) and
        C(results) of each are enough.
    type: dict
    default: {}
  continues:
    description: Whether the run goes on with the one that the newest report is about.
    type: bool
    default: false
  plan:
    description:
      - The file of the saved plan that the run wrote or carried out. It is read if it is still that plan.
      - Beside one that this run wrote, the page C(plan.html) and the text C(plan.txt) are put.
    type: path
  journal:
    description:
      - The journal of the import, if it is not in the C(bundle) of O(files). From both it is known where each job
        stands.
    type: path
  files:
    description: What belongs to the pair, path by name.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Report on an import
  backupfleet.rest.vbr_migration_report:
    dest: "{{ work_dir }}/hq"
    pair: hq
    steps: {import: "{{ vbr_import_result | default({}) }}"}
"""

RETURN = r"""
lines:
  description: The report in a few lines.
  type: list
  elements: str
  returned: success
brief:
  description: What a workflow hands on, see P(backupfleet.rest.migration_brief#filter).
  type: dict
  returned: success
failure:
  description: The task that failed and what it said, in short; empty if none did.
  type: str
  returned: success
"""
