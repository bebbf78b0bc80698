# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second edge of every module: the same task, run in the controller's own process.

It saves building and starting a Python per task, and lets long work show its progress. Where a task belongs elsewhere
(another host, another user, asynchronous, its own environment), the ordinary module is run there instead.

All modules are routed here (meta/runtime.yml). It bears the name of one of them because `ansible-test sanity` wants
every action plugin to have the documentation of a module of its own name.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._core.edge import Context, attempt, mode, to_hide
from ..module_utils._core.http import MISSING_REQUESTS
from ..module_utils._core.operation import Progress
from ..module_utils._core.termination import Terminated
from ..modules import (
    em_info,
    em_job,
    em_job_clone,
    vbaz_info,
    vbaz_session_export,
    vbr_automation_export,
    vbr_automation_import,
    vbr_automation_session,
    vbr_cloud_credentials,
    vbr_configuration_backup,
    vbr_credentials,
    vbr_encryption_password,
    vbr_estate,
    vbr_info,
    vbr_job,
    vbr_job_run,
    vbr_managed_server,
    vbr_proxy,
    vbr_repository,
    vbr_rest,
    vbr_scaleout_repository,
    vcsa_backup_info,
    vcsa_backup_job,
    vcsa_backup_schedule,
)

TASKS = {
    "em_info": em_info.TASK,
    "em_job": em_job.TASK,
    "em_job_clone": em_job_clone.TASK,
    "vbaz_info": vbaz_info.TASK,
    "vbaz_session_export": vbaz_session_export.TASK,
    "vbr_automation_export": vbr_automation_export.TASK,
    "vbr_automation_import": vbr_automation_import.TASK,
    "vbr_automation_session": vbr_automation_session.TASK,
    "vbr_cloud_credentials": vbr_cloud_credentials.TASK,
    "vbr_configuration_backup": vbr_configuration_backup.TASK,
    "vbr_credentials": vbr_credentials.TASK,
    "vbr_encryption_password": vbr_encryption_password.TASK,
    "vbr_estate": vbr_estate.TASK,
    "vbr_info": vbr_info.TASK,
    "vbr_job": vbr_job.TASK,
    "vbr_job_run": vbr_job_run.TASK,
    "vbr_managed_server": vbr_managed_server.TASK,
    "vbr_proxy": vbr_proxy.TASK,
    "vbr_repository": vbr_repository.TASK,
    "vbr_rest": vbr_rest.TASK,
    "vbr_scaleout_repository": vbr_scaleout_repository.TASK,
    "vcsa_backup_info": vcsa_backup_info.TASK,
    "vcsa_backup_job": vcsa_backup_job.TASK,
    "vcsa_backup_schedule": vcsa_backup_schedule.TASK,
}


class ActionModule(ActionBase):
    """Runs the task of the module it was called as."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        if self._belongs_elsewhere():
            module_run = self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)
            return {**result, **module_run}
        task = TASKS[self._task.action.rpartition(".")[2]]
        checked = ArgumentSpecValidator(dict(task.arguments), **task.rules).validate(self._task.args)
        if checked.error_messages:
            message = remove_values("; ".join(checked.error_messages), checked._no_log_values)
            return {**result, "failed": True, "msg": message}
        params = checked.validated_parameters
        context = Context(
            mode(self._task), bool(self._task.diff), teller((task_vars or {}).get("inventory_hostname", ""))
        )
        hidden = to_hide(task, params, checked._no_log_values)
        try:
            return {**result, **remove_values(attempt(task, params, context), hidden)}
        except Terminated as terminated:
            # A result would let the worker go on, with a retry or the next item of a loop.
            terminated.pass_on()
            raise

    def _belongs_elsewhere(self) -> bool:
        """Whether the task was given circumstances that this process does not have."""
        return bool(
            self._connection.transport != "local"
            or self._play_context.become
            or self._task.async_val
            or any(self._task.environment or [])
            or MISSING_REQUESTS
        )


def teller(host: str) -> Progress:
    """Shows the progress of long work while the task runs; several hosts may speak at the same time."""

    def tell(message: str) -> None:
        Display().display(f"[{host}] {message}")

    return tell
