# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Driving a module's task in this process: the same validation and the same verbs as both edges, no Ansible process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.backupfleet.rest.plugins.module_utils._core.edge import Context, Task, attempt
from simulator.testing import Server
from tooling import registered

# What would be called like the module of the automation section.
WHOLE = {"vbr_export": "whole_export", "vbr_import": "whole_import"}
# By their short names: import, session, credentials.
TASKS: dict[str, Task] = {
    WHOLE.get(name, name.removeprefix("vbr_").removeprefix("automation_")): registered.loaded(name).TASK
    for name in registered.names()
}


def connection(server: Server, **other: Any) -> dict[str, Any]:
    """The connection options for a simulated server."""
    options = {
        "hostname": server.hostname,
        "port": server.port,
        "username": server.username,
        "password": server.password,
        "ca_path": server.ca_path,
    }
    return {**options, **other}


def drive(
    task: str, server: Server, /, check: bool = False, progress: list[str] | None = None, **options: Any
) -> dict[str, Any]:
    """Run a task as Ansible would; `progress` collects its messages. A refused argument is an AssertionError."""
    return run(task, connection(server, **options), check, progress)


def run(name: str, options: dict[str, Any], check: bool = False, progress: list[str] | None = None) -> dict[str, Any]:
    """The same, wherever the server is."""
    task = TASKS[name]
    checked = ArgumentSpecValidator(dict(task.arguments), **task.rules).validate(options)
    assert not checked.error_messages, checked.error_messages
    report = progress.append if progress is not None else lambda message: None
    return dict(attempt(task, checked.validated_parameters, Context(check, True, report)))


def secrets_for(manifest: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """A made-up secret for every slot of a manifest: long, and unlike anything else."""
    made: dict[str, dict[str, dict[str, str]]] = {}
    for slot in manifest["secrets"]:
        fields = {name: f"S3cr3t&{slot['key'][:12]}+{name}%=#{len(slot['key'])}" for name in slot["needs_one_of"][0]}
        made.setdefault(slot["kind"], {})[slot["key"]] = fields
    return made
