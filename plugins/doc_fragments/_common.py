# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules of the collection can do, described once."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of modules that read, and of modules that act."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and show what would change, without changing anything.
    support: full
  diff_mode:
    description: Shows what changed or would change.
    support: full
  idempotent:
    description: When run twice in a row, the second run changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode; it only reads.
    support: full
  diff_mode:
    description: Nothing changes, so there is nothing to show.
    support: N/A
  idempotent:
    description: It only reads.
    support: full
"""
