#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vbr_migration_overview
author: The backupfleet.rest authors (@backupfleet)
version_added: 0.1.0
short_description: Make and keep one overview of a run over many pairs
description:
  - Makes C(overview.html) and C(overview.json) with a line for each pair of servers, those that failed first, and keeps
    them in a folder of the run below C(reports) in O(dest), whole or not at all. The link C(latest) beside it leads to
    the newest one of a run that was none for show, C(latest-plan) to the newest one of a dry run.
  - Each line has how the run ended, how many objects came to what, what to do next, and a link to the report of the
    pair. A pair that left no report has a line, too.
  - The task runs on the controller, talks to no server, and never counts as changed. Role C(vbr_report) does it once
    for all hosts.
options:
  dest:
    description: The directory above those of the pairs.
    type: path
    required: true
  write:
    description: Whether files are written; without them there are the lines.
    type: bool
    default: true
  name:
    description: What the run is called in the name of its folder.
    type: str
    default: run
  for_show:
    description: Whether it was a dry run.
    type: bool
    default: false
  pairs:
    description: The names of all pairs of the run.
    type: list
    elements: str
    required: true
  reports:
    description:
      - For each of O(pairs), in their order, what M(backupfleet.rest.vbr_migration_report) returned; an empty
        dictionary if it returned nothing.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Make one overview
  backupfleet.rest.vbr_migration_overview:
    dest: "{{ work_dir }}"
    name: plan
    pairs: [hq, branch]
    reports: [{}, {}]
"""

RETURN = r"""
lines:
  description: The overview in a few lines.
  type: list
  elements: str
  returned: success
overview:
  description: The page; empty if none was written.
  type: str
  returned: success
"""
