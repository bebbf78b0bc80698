# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator tested by unmodified clients of other people, and by the vendor's own examples.

So the simulator and the collection cannot share a misunderstanding of a service.
"""
