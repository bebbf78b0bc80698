#!/usr/bin/python
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: check_role_variables
author: The backupfleet.rest authors (@backupfleet)
version_added: 0.1.0
short_description: Check the variables of a role of this collection
description:
  - Every role of this collection begins with it; it is of no use elsewhere.
  - It fails if a variable of the role is not as the role's specification says, and if there is a variable that looks
    like one of ours and that nothing reads, a misspelt one most likely. It names each of them, with the nearest.
  - The task runs on the controller, in check mode too, and never counts as changed.
options:
  prefix:
    description: How the variables begin that are looked at.
    type: str
    required: true
  entry_point:
    description: The entry point of the role whose specification holds.
    type: str
    default: main
"""

EXAMPLES = r"""
# In a role of this collection.
- name: Stop at a variable that looks like one of this role and is none
  backupfleet.rest.check_role_variables:
    prefix: vbr_
"""

RETURN = r"""
msg:
  description: What is wrong, all of it in one line.
  type: str
  returned: failed
"""
