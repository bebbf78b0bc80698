# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each revision of the API writes the same objects: tables of differences from one stored shape.

The stored shape is that of the newest revision, with fields that only older revisions know. Fields that no table names
are the same in all revisions.
"""
