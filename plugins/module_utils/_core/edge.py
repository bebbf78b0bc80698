# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's edge: turns a declaration into a task, and a task into a module run.

A task is a function of (parameters, context) and knows neither AnsibleModule nor the process it runs in, so that the
action plugin can run the very same task in the controller's process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback

from .connection import Connection
from .errors import Failure
from .operation import Inquiry, Operation, Params, Progress, Result
from .option import Option
from .redaction import values_in
from .termination import Terminated, begin_change, terminable

CONNECTION_OPTIONS = ("hostname", "port", "username", "password", "validate_certs", "ca_path", "timeout")
DEFAULT_TIMEOUT_SECONDS = 60
# Ansible's own words for it.
NOT_SHOWN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@dataclass(frozen=True)
class Context:
    """How a task is to be run: for show or for real, with its diff or without, and who hears of its progress."""

    for_show: bool
    with_diff: bool
    progress: Progress


@dataclass(frozen=True)
class Task:
    """A declaration made ready to run: its argument spec, its rules, the function, and what to hide.

    `hidden` gives the secrets that are in `mixed` options; secret options are hidden anyway.
    """

    arguments: Mapping[str, Any]
    rules: Mapping[str, Any]
    run: Callable[[Params, Context], Result]
    hidden: Callable[[Params], Iterable[str]]
    mixed: tuple[str, ...] = ()


def inform(inquiry: Inquiry) -> Task:
    """A task that signs in, reads and reports."""

    def run(params: Params, _context: Context) -> Result:
        inquiry.validate(params)
        with _opened(inquiry, params, params) as service:
            return {"changed": False, **inquiry.read(service, params)}

    return Task(_arguments(inquiry), inquiry.rules, run, lambda params: ())


def perform(operation: Operation) -> Task:
    """A task that may change something: validate, look, plan, and unless for show, apply."""

    def run(params: Params, context: Context) -> Result:
        desired = operation.validate(params)
        with _opened(operation, params, desired) as service:
            actual = operation.look(service, desired, context.progress)
            plan = operation.plan(desired, actual)
            diff = {"diff": plan.diff()} if context.with_diff else {}
            result = {"changed": plan.changed, **diff, **plan.report()}
            if (plan.changed or operation.waits) and not context.for_show:
                if plan.changed:
                    begin_change()
                result |= operation.apply(service, plan, context.progress)
            return result

    mixed = tuple(name for name, option in operation.options.items() if option.mixed)
    return Task(_arguments(operation), operation.rules, run, operation.hidden, mixed)


def _opened(declaration: Inquiry | Operation, params: Params, desired: Any) -> Any:
    """The client of a declaration, not yet signed in."""
    address = connection(declaration.client, params)
    return declaration.open(address, desired) if declaration.open else declaration.client(address)


def connection(client: Any, params: Params) -> Connection:
    """The connection a task's options describe."""
    options = {name: params[name] for name in CONNECTION_OPTIONS}
    return Connection(**options, api_version=params[client.VERSION_OPTION])


def mode(edge: Any) -> bool:
    """Whether a run is for show only. `edge` is an AnsibleModule or an Ansible task: both say it by the same word."""
    return bool(edge.check_mode)


def attempt(task: Task, params: Params, context: Context) -> Result:
    """Run a task; a failure comes back as a failed result with everything it knows.

    A signal that asks the process to end raises Terminated, when the task has signed out.
    """
    try:
        with terminable(), _undisturbed():
            result = task.run(params, context)
    except Failure as failure:
        return {"failed": True, "changed": False, **failure.as_result()}
    warnings = [] if params["validate_certs"] else [_unverified(params)]
    return {**result, "warnings": [*result.get("warnings", []), *warnings]}


def run(task: Task) -> None:
    """The AnsibleModule edge: what a module's main() calls."""
    module = AnsibleModule(argument_spec=dict(task.arguments), supports_check_mode=True, **task.rules)
    module.no_log_values = to_hide(task, module.params, module.no_log_values)
    try:
        result = attempt(task, module.params, Context(mode(module), module._diff, lambda message: None))
    except Terminated as terminated:
        result = {"failed": True, "changed": terminated.changing, "msg": _broken_off(terminated)}
    # Ansible would show the options as they are, and then take out the values that it knows.
    result["invocation"] = {"module_args": _shown(task, module.params)}
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _broken_off(terminated: Terminated) -> str:
    said = f"The task was broken off by {terminated}, and has signed out."
    if not terminated.changing:
        return f"{said} Nothing was changed; run it again."
    return f"{said} What was under way may have been carried out; run it again: it looks before it writes."


def to_hide(task: Task, params: Params, known: Iterable[str]) -> set[str]:
    """The values that must not be shown. Ansible takes all that is in a mixed option for secret; the task knows better.

    `known` are the values that Ansible wants to hide.
    """
    plain = {value for name in task.mixed for value in values_in(params[name])}
    secret = {value for name in _secret(task) if name not in task.mixed for value in values_in(params[name])}
    return set(known) - plain | secret | set(task.hidden(params))


def _shown(task: Task, params: Params) -> dict[str, Any]:
    return {name: NOT_SHOWN if name in _secret(task) and value else value for name, value in params.items()}


def _secret(task: Task) -> list[str]:
    return [name for name, argument in task.arguments.items() if argument["no_log"]]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the search for garbage in cycles: an estate is millions of objects and no cycle, and looking them all
    through again and again takes a quarter of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _unverified(params: Params) -> str:
    return f"The certificate of {params['hostname']} is not verified (validate_certs is false)."


def _arguments(declaration: Inquiry | Operation) -> dict[str, Any]:
    """The whole argument spec: the connection of the service, then the declaration's own options."""
    spec = {name: option.argument() for name, option in declaration.options.items()}
    return {**connection_arguments(declaration.client), **spec}


def connection_arguments(client: Any) -> dict[str, Any]:
    """The connection options with their environment fallbacks (`VBR_HOSTNAME`, ...).

    A client has its SERVICE, its PORT, and by which VERSION_OPTION one of its VERSIONS is chosen, the default first.
    """
    options = {
        "hostname": Option(required=True),
        "port": Option(type="int", default=client.PORT),
        "username": Option(required=True),
        "password": Option(required=True, secret=True),
        "validate_certs": Option(type="bool", default=True),
        "ca_path": Option(type="path"),
        "timeout": Option(type="float", default=DEFAULT_TIMEOUT_SECONDS),
        client.VERSION_OPTION: Option(default=client.VERSIONS[0], choices=client.VERSIONS),
    }
    return {
        name: {**option.argument(), "fallback": (env_fallback, [f"{client.SERVICE}_{name.upper()}"])}
        for name, option in options.items()
    }
