# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of vbr_job_permissions, run in the controller's own process. It is made by `make registered`."""

from __future__ import annotations

from ..modules.vbr_job_permissions import TASK
from ..plugin_utils.on_controller import OnController


class ActionModule(OnController):
    task = TASK
