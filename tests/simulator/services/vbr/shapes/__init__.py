# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each API revision spells the same objects: tables of differences over one stored form.

The stored form is spelt as in the newest revision, and may hold fields that only older revisions know.
Fields that no table names pass through untouched, in both directions.
"""
