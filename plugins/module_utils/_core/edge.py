# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's edge: turns a declaration into a task, and a task into a module run.

A task is a function of (parameters, context) and knows neither AnsibleModule nor the process it runs in, so that the
action plugin can run the very same task in the controller's process.
"""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule

from .connection import Connection, Trail
from .errors import Failure, InvalidInput, TaskFailed, visible
from .failures import listed
from .hiding import secrets_in, shown
from .operation import Inquiry, Operation, Params, Progress, Result, nothing_hidden
from .option import CONNECTION_OPTIONS, Option, blank, connection_options, in_their_spelling, in_words
from .redaction import NO_WORDS, Secrets, Words, values_in
from .termination import Terminated, begin_change, terminable

DEFECT = "This is a defect of the collection: it does not know what to do"
# What holds for every connection of a task alike; the rest says where one server is, and who asks and trusts it.
OF_ALL_SERVERS = ("timeout", "parallel")
REPORT_IT = "Please report it with what stands under defect; look at the server before you run the task again."


@dataclass(frozen=True)
class Context:
    """How a task is to be run: for show or for real, with its diff or without, and who hears of its progress.

    Nothing that leaves the task shows one of its `secrets`. `trail` is what it has asked.
    """

    for_show: bool
    with_diff: bool
    progress: Progress
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    trail: Trail = field(default_factory=Trail)


@dataclass(frozen=True)
class Task:
    """A declaration made ready to run: its argument spec, its rules, the function, and what to hide.

    `options` are what the arguments were made of. `hidden` gives the secrets that only the declaration knows of, and
    `words` are its own, which are none. Below the keys `answers` of the result, a server has named what is there.
    """

    options: Mapping[str, Option]
    arguments: Mapping[str, Any]
    rules: Mapping[str, Any]
    run: Callable[[Params, Context], Result]
    hidden: Callable[[Params], Iterable[str]]
    words: Words = field(default_factory=lambda: NO_WORDS)
    answers: Collection[str] = ()


def inform(inquiry: Inquiry) -> Task:
    """A task that signs in, reads and reports."""

    def run(params: Params, context: Context) -> Result:
        _check_names(inquiry, params)
        inquiry.validate(params)
        opened = _all_opened if inquiry.peers else _opened
        with opened(inquiry, params, params, context) as service:
            return {"changed": False, **inquiry.read(service, params)}

    return Task(_options(inquiry), _arguments(inquiry), inquiry.rules, run, nothing_hidden, inquiry.words)


def perform(operation: Operation) -> Task:
    """A task that may change something: validate, look, plan, and unless for show, apply."""

    def run(params: Params, context: Context) -> Result:
        _check_names(operation, params)
        desired = operation.validate(params)
        with _opened(operation, params, desired, context) as service:
            actual = operation.look(service, desired, context.progress)
            plan = operation.plan(desired, actual)
            diff = {"diff": plan.diff()} if context.with_diff else {}
            result = {"changed": plan.changed, **diff, **plan.report()}
            if context.for_show:
                result |= operation.preview(plan)
            elif plan.changed or operation.waits:
                if plan.changed:
                    begin_change()
                result |= operation.apply(service, plan, context.progress)
            return result

    return Task(
        _options(operation),
        _arguments(operation),
        operation.rules,
        run,
        operation.hidden,
        operation.words,
        operation.answers,
    )


def _check_names(declaration: Inquiry | Operation, params: Params) -> None:
    """Raises InvalidInput if something that names is blank."""
    found = list(blank(_options(declaration), params))
    if found:
        verb = "is" if len(found) == 1 else "are"
        raise InvalidInput(f"{listed(found)} {verb} blank.", "Give a name; a variable in its place may be empty.")


def _opened(declaration: Inquiry | Operation, params: Params, desired: Any, context: Context) -> Any:
    """The client of a declaration, not yet signed in."""
    address = _address(declaration.client, params, context)
    return declaration.open(address, desired) if declaration.open else declaration.client(address)


@contextmanager
def _all_opened(inquiry: Inquiry, params: Params, _desired: Any, context: Context) -> Iterator[Mapping[str, Any]]:
    """The clients of all peers that were given, signed in. Whoever signed in signs out, also if another one cannot."""
    given = {name: params[name] for name in inquiry.peers if params[name]}
    addresses = {name: _address(inquiry.client, peer, context) for name, peer in given.items()}
    clients = inquiry.open(addresses, params) if inquiry.open else {n: inquiry.client(a) for n, a in addresses.items()}
    with ExitStack() as stack:
        yield {name: stack.enter_context(client) for name, client in clients.items()}


def _address(client: Any, params: Params, context: Context) -> Connection:
    """Where a client is to connect to; it shares the secrets and the trail of the task."""
    return replace(connection(client, params), secrets=context.secrets, trail=context.trail)


def connection(client: Any, params: Params) -> Connection:
    """The connection a task's options describe."""
    options = {name: params[name] for name in CONNECTION_OPTIONS}
    return Connection(**options, api_version=params[client.VERSION_OPTION])


def mode(edge: Any) -> bool:
    """Whether a run is for show only. `edge` is an AnsibleModule or an Ansible task: both say it by the same word."""
    return bool(edge.check_mode)


def attempt(task: Task, params: Params, context: Context) -> Result:
    """Run a task; a failure comes back as a failed result with everything it knows, also a defect of our own.

    Nothing that leaves here holds a secret: no result, no progress. A signal that asks the process to end raises
    Terminated, when the task has signed out.
    """
    secrets = context.secrets
    secrets.add(_given_secrets(task, params))
    quiet = replace(context, progress=lambda message: context.progress(secrets.line(message)))
    return _readable(secrets.redact_within(_attempted(task, params, quiet), task.words, task.answers))


def _attempted(task: Task, params: Params, context: Context) -> Result:
    try:
        with terminable(), _undisturbed():
            result = task.run(params, context)
    except Failure as failure:
        # What a server says that it failed to do was not done, though it took the request.
        changed = context.trail.written and not isinstance(failure, TaskFailed)
        return {"failed": True, "changed": changed, **failure.as_result()}
    except Exception as error:
        return _defect(error, context.trail)
    warnings = [_unverified(server) for server in _servers(task, params) if not server["validate_certs"]]
    return {**result, "warnings": [*result.get("warnings", []), *context.trail.warnings, *warnings]}


def _servers(task: Task, params: Params) -> list[Params]:
    """The connections among the options of a task: its own, or those of its peers that were given."""
    if "hostname" in task.options:
        return [params]
    peers = [name for name, option in task.options.items() if "hostname" in (option.options or {})]
    return [params[name] for name in peers if params[name]]


def _defect(error: Exception, trail: Trail) -> Result:
    """The failed result for an exception that nobody here has raised on purpose."""
    after = f" after {trail.latest}" if trail.latest else ""
    return {
        "failed": True,
        "changed": trail.written,
        "msg": f"{DEFECT}{after} ({type(error).__name__}: {error}). {REPORT_IT}",
        "defect": traceback.format_exception(type(error), error, error.__traceback__),
    }


def _readable(result: Result) -> Result:
    """A result whose message, warnings and diff do nothing to a terminal. Only message and diff have lines of ours."""
    if "msg" in result:
        result["msg"] = visible(str(result["msg"]), keep="\n")
    if "warnings" in result:
        result["warnings"] = [visible(str(warning)) for warning in result["warnings"]]
    if "diff" in result:
        result["diff"] = [_readable_difference(difference) for difference in result["diff"]]
    return result


def _readable_difference(difference: Mapping[str, Any]) -> dict[str, Any]:
    """Ansible writes the headers as they are, and what was before and after as they are or as JSON of one's own."""
    return {
        name: visible(value) if name.endswith("_header") else _visible_within(value)
        for name, value in difference.items()
    }


def _visible_within(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value, keep="\n")
    if isinstance(value, Mapping):
        return {_visible_within(name): _visible_within(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_visible_within(part) for part in value]
    return value


def invocation(task: Task, params: Params, context: Context) -> Result:
    """What `-vvv` shows of how a task was called, at either edge."""
    return {"invocation": {"module_args": context.secrets.redact_within(shown(task.options, params))}}


def refused(task: Task, params: Params, *complaints: str, variables: Mapping[str, str] | None = None) -> Result:
    """The failed result for arguments that Ansible refuses; `params` may be anything then.

    `variables` of the environment stand for options that were not given.
    """
    context = Context(False, False, lambda message: None)
    context.secrets.add(_given_secrets(task, params))
    words = {complaint: in_words(complaint, variables) for complaint in complaints}
    # Our own words quote no value.
    said = (other if other != complaint else context.secrets.line(complaint) for complaint, other in words.items())
    return {
        "failed": True,
        "msg": "; ".join(said),
        **invocation(task, params, context),
    }


def _given_secrets(task: Task, params: Params) -> list[str]:
    """Every secret in the options. If they are so wrong that it cannot be said, all that may hold one is secret."""
    held = list(secrets_in(task.options, params))
    try:
        return [*held, *task.hidden(params)]
    except Exception:
        mixed = [params.get(name) for name, option in task.options.items() if option.mixed]
        return [*held, *values_in(mixed)]


def run(task: Task) -> None:
    """The AnsibleModule edge: what a module's main() calls."""
    module = _quiet_module(task)
    context = Context(mode(module), module._diff, lambda message: None)
    try:
        result = attempt(task, module.params, context) | invocation(task, module.params, context)
    except Terminated as terminated:
        result = {"failed": True, "changed": terminated.changing, "msg": _broken_off(terminated)}
    # All is redacted by now. Ansible takes whatever is in a mixed option for a secret, and would hide every 0 and 1.
    module.no_log_values = set()
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


def _quiet_module(task: Task) -> Any:
    """An AnsibleModule that logs of its options what may be shown of them.

    Ansible's own line in the system's log has the options as Python writes them, and hides a secret in them only if
    nothing in it was escaped. Where it refuses the arguments, it shows them.
    """

    class QuietModule(AnsibleModule):  # type: ignore[misc]
        def _load_params(self) -> None:
            super()._load_params()
            self.params: dict[str, Any] = in_their_spelling(task.options, self.params)
            self.stand_ins = stand_ins(task, self.params)

        def _log_invocation(self) -> None:
            given = refused(task, self.params)["invocation"]["module_args"]
            self.log(f"Invoked with {visible(str(given))}")

        def fail_json(self, msg: str, **facts: Any) -> None:
            # Ansible's own failures, which come before the task is run, have no invocation yet.
            ours = "invocation" in facts
            result = {"msg": msg} if ours else refused(task, self.params, msg, variables=self.stand_ins)
            self.no_log_values = set[str]()
            super().fail_json(**{**facts, **result})

    return QuietModule(argument_spec=dict(task.arguments), supports_check_mode=True, **task.rules)


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
    """The whole argument spec; the options of the connection have environment fallbacks (`VBR_HOSTNAME`, ...), and of
    those to several servers what holds for all of them.
    """
    spec = {name: option.argument() for name, option in _options(declaration).items()}
    own = connection_options(declaration.client)
    service = declaration.client.SERVICE
    _stand_in(spec, () if _peers(declaration) else own, service)
    for argument in spec.values():
        if own.keys() <= argument.get("options", {}).keys():
            _stand_in(argument["options"], OF_ALL_SERVERS, service)
    return spec


def _stand_in(spec: Mapping[str, dict[str, Any]], names: Iterable[str], service: str) -> None:
    """Let variables of the environment stand for these arguments."""
    for name in names:
        spec[name]["fallback"] = (_from_environment, [f"{service}_{name.upper()}"])


def _from_environment(variable: str) -> str:
    """As Ansible's own fallback, but that an empty variable is none: who cannot unset one leaves it empty."""
    value = os.environ.get(variable, "")
    if not value.strip():
        raise AnsibleFallbackNotFound
    return value


def stand_ins(task: Task, given: Any) -> dict[str, str]:
    """The variables of the environment that stand for options which were not given."""
    fallbacks = {name: spec["fallback"][1][0] for name, spec in task.arguments.items() if "fallback" in spec}
    return {name: variable for name, variable in fallbacks.items() if name not in given and os.environ.get(variable)}


def _options(declaration: Inquiry | Operation) -> dict[str, Option]:
    """The options of the connection to the service, or of those to the peers; then the declaration's own."""
    own = connection_options(declaration.client)
    peers = {name: Option(type="dict", options=own) for name in _peers(declaration)}
    return {**(peers or own), **declaration.options}


def _peers(declaration: Inquiry | Operation) -> tuple[str, ...]:
    return declaration.peers if isinstance(declaration, Inquiry) else ()
