# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only ordinary REST shows and takes: kinds and types of jobs as tables, read and written by one generic resource.

Bodies are stored as the newest revision has them, with the ids of what they refer to.
"""
