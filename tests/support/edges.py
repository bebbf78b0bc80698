# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a task at both edges in this process: as an ordinary module, and as an action of the controller."""

from __future__ import annotations

import contextlib
import inspect
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ansible.module_utils import basic

from ansible_collections.backupfleet.rest.plugins.module_utils._core import edge
from ansible_collections.backupfleet.rest.plugins.plugin_utils import on_controller
from tooling import registered


@dataclass(frozen=True)
class Seen:
    """What an edge showed: the result as Ansible gets it, the lines of the system's log, those on the terminal."""

    result: dict[str, Any]
    logged: list[str]
    displayed: list[str]

    @property
    def everything(self) -> str:
        return json.dumps(self.result, ensure_ascii=False) + "\n".join([*self.logged, *self.displayed])


def as_module(name: str, options: dict[str, Any], *, check: bool = False) -> Seen:
    """Run the module `name`, as its main() does."""
    given = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": "/tmp"}
    if "inject_invocation" in inspect.getsource(basic):
        # From ansible-core 2.21 on, a module says how it was called only if it is asked to.
        given["_ansible_inject_invocation"] = True
    logged: list[str] = []
    warned: list[str] = []
    output = io.StringIO()
    with (
        _arguments(given),
        mock.patch.object(basic.AnsibleModule, "log", lambda self, msg, log_args=None: logged.append(str(msg))),
        mock.patch.object(basic.AnsibleModule, "warn", lambda self, warning: warned.append(warning)),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        edge.run(registered.loaded(name).TASK)
    return Seen({**json.loads(output.getvalue()), "warnings": warned}, logged, [])


def as_action(name: str, options: dict[str, Any], *, check: bool = False) -> Seen:
    """Run the task `name` in the controller's process."""
    displayed: list[str] = []
    task = SimpleNamespace(
        action=f"backupfleet.rest.{name}", args=options, check_mode=check, diff=True, async_val=0, environment=[]
    )
    plugin = type("ActionModule", (on_controller.OnController,), {"task": registered.loaded(name).TASK})(
        task,
        SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir="/tmp")),
        SimpleNamespace(become=False, check_mode=check),
        None,
        None,
        None,
    )
    shown = SimpleNamespace(display=displayed.append)
    with mock.patch.object(on_controller, "Display", lambda: shown):
        return Seen(plugin.run(None, {"inventory_hostname": "host"}), [], displayed)


@contextlib.contextmanager
def _arguments(given: dict[str, Any]) -> Iterator[None]:
    """What a module finds as its arguments; how it is given to it depends on the ansible-core."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        text = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", text):
            yield
    else:
        with patch_module_args(given):
            yield
