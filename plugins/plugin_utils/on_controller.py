# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second edge of every module: the same task, run in the controller's own process.

It saves building and starting a Python per task, and lets long work show its progress. Where a task belongs elsewhere
(another host, another user, asynchronous, its own environment), the ordinary module is run there instead.

Each module has an action plugin of its own name, which gives its task to this class; `make registered` makes them. By
that name Ansible loads the plugin before it forks, so that the collection is imported once, and finds the defaults of
the task. Routes from all modules to one plugin (`plugin_routing` in meta/runtime.yml) have not both: without redirects
each task imports the collection anew, and with them Ansible and ansible-lint take each task for one of that plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._core.edge import Context, Task, attempt, invocation, mode, refused, stand_ins
from ..module_utils._core.failures import listed
from ..module_utils._core.operation import Progress
from ..module_utils._core.option import in_their_spelling, unknown_in
from ..module_utils._core.termination import Terminated
from ..module_utils._core.transport import MISSING_REQUESTS


class OnController(ActionBase):
    """Runs the `task` of a module."""

    task: Task
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        if self._belongs_elsewhere():
            module_run = self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)
            return {**result, **module_run}
        task = self.task
        given = in_their_spelling(task.options, _decrypted(self._task.args))
        checked = ArgumentSpecValidator(dict(task.arguments), **task.rules).validate(given)
        if checked.error_messages:
            complaints = [self._in_words(error, given) for error in checked.errors]
            variables = stand_ins(task, given)
            return {**result, **refused(task, checked.validated_parameters, *complaints, variables=variables)}
        params = checked.validated_parameters
        context = Context(
            mode(self._task), bool(self._task.diff), on_screen((task_vars or {}).get("inventory_hostname", ""))
        )
        try:
            return {**result, **attempt(task, params, context), **invocation(task, params, context)}
        except Terminated as terminated:
            # A result would let the worker go on, with a retry or the next item of a loop.
            terminated.pass_on()
            raise

    def _in_words(self, error: AnsibleValidationError, given: Any) -> str:
        """As the module itself would say it, and where an option stands that there is not."""
        if not isinstance(error, UnsupportedError):
            return str(error.msg)
        inside = [each for each in unknown_in(self.task.arguments, given) if " of " in each]
        where = f" That is: {listed(inside)}." if inside else ""
        return f"Unsupported parameters for ({self._task.action}) module: {error.msg}{where}"

    def _belongs_elsewhere(self) -> bool:
        """Whether the task was given circumstances that this process does not have."""
        return bool(
            self._connection.transport != "local"
            or self._play_context.become
            or self._task.async_val
            or any(self._task.environment or [])
            or MISSING_REQUESTS
        )


def _decrypted(value: Any) -> Any:
    """What a module would get. Before ansible-core 2.19 a value that was vaulted in line is an object of its own, which
    Ansible's check of secret options does not know.
    """
    if getattr(value, "__ENCRYPTED__", False):
        return str(value.data)
    if isinstance(value, Mapping):
        return {name: _decrypted(part) for name, part in value.items()}
    return [_decrypted(part) for part in value] if isinstance(value, list) else value


def on_screen(host: str) -> Progress:
    """Shows the progress of long work while the task runs; several hosts may speak at the same time."""

    def show(message: str) -> None:
        Display().display(f"[{host}] {message}")

    return show
