# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vCenter Server Appliance, port 443: its file-based backup, in two REST styles and JSON-RPC (facts/vcsa.md)."""
