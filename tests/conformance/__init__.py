# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator before judges who have not seen it: other people's clients, unmodified, and the vendor's own examples.

What they accept, we and the simulator do not merely agree on among ourselves.
"""
