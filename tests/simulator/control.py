# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control plane: one WSGI application under /_sim/ that steers every instance of a simulation.

`GET /_sim/` lists the instances. Everything else is `/_sim/<instance>/<what>`, or `/_sim/<what>` for all instances at
once where that makes sense (reset, faults, readonly, clock, switches, crowd). Bodies and answers are JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import Map, Rule

from .core.application import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/_sim"
Command = Callable[[Application, Any], Any]


def _reset(application: Application, _unused: Any) -> Any:
    application.reset()
    return {}


def _seed(application: Application, payload: Any) -> Any:
    application.service.seed(payload)
    return {}


def _snapshot(application: Application, _unused: Any) -> Any:
    return application.service.snapshot()


def _restore(application: Application, payload: Any) -> Any:
    application.service.restore(payload)
    return {}


def _switches(application: Application, payload: Any) -> Any:
    application.service.switches.change(payload or {})
    return application.service.switches.dump()


def _clock(application: Application, payload: Any) -> Any:
    application.service.clock.change(payload or {})
    return asdict(application.service.clock)


def _faults(application: Application, _unused: Any) -> Any:
    return application.faults.dump()


def _add_faults(application: Application, payload: Any) -> Any:
    for rule in payload if isinstance(payload, list) else [payload]:
        application.faults.add(**rule)
    return application.faults.dump()


def _clear_faults(application: Application, payload: Any) -> Any:
    application.faults.clear((payload or {}).get("seed"))
    return []


def _readonly(application: Application, payload: Any) -> Any:
    if payload is not None:
        application.readonly = bool(payload["readonly"])
    return {"readonly": application.readonly}


def _latency(application: Application, payload: Any) -> Any:
    if payload is not None:
        application.latency = float(payload["latency"])
    return {"latency": application.latency}


def _crowd(application: Application, payload: Any) -> Any:
    application.crowd.change(payload or {})
    return application.crowd.dump()


def _journal(application: Application, _unused: Any) -> Any:
    return application.journal.dump()


def _clear_journal(application: Application, _unused: Any) -> Any:
    application.journal.clear()
    return {}


def _secret(application: Application, payload: Any) -> Any:
    return {"equal": application.service.holds_secret(payload)}


# Method, word, command; the flag says whether the command may go to all instances at once.
COMMANDS: tuple[tuple[str, str, Command, bool], ...] = (
    ("POST", "reset", _reset, True),
    ("POST", "seed", _seed, False),
    ("GET", "snapshot", _snapshot, False),
    ("PUT", "snapshot", _restore, False),
    ("GET", "switches", _switches, True),
    ("PATCH", "switches", _switches, True),
    ("GET", "clock", _clock, True),
    ("PATCH", "clock", _clock, True),
    ("GET", "faults", _faults, True),
    ("POST", "faults", _add_faults, True),
    ("DELETE", "faults", _clear_faults, True),
    ("GET", "readonly", _readonly, True),
    ("PUT", "readonly", _readonly, True),
    ("GET", "latency", _latency, True),
    ("PUT", "latency", _latency, True),
    ("GET", "crowd", _crowd, True),
    ("PATCH", "crowd", _crowd, True),
    ("GET", "journal", _journal, True),
    ("DELETE", "journal", _clear_journal, True),
    ("POST", "secret", _secret, False),
)


class ControlPlane:
    """Controls applications by their names."""

    def __init__(self, applications: Mapping[str, Application]) -> None:
        self._applications = applications
        rules = [Rule(f"{PREFIX}/", methods=["GET"], endpoint=None)]
        for method, word, command, for_all in COMMANDS:
            rules.append(Rule(f"{PREFIX}/<instance>/{word}", methods=[method], endpoint=command))
            if for_all:
                rules.append(Rule(f"{PREFIX}/{word}", methods=[method], endpoint=command))
        self._map = Map(rules, strict_slashes=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer, status = self._act(Request(environ)), 200
        except HTTPException as error:
            answer, status = {"error": error.description}, error.code or 500
        response = Response(json.dumps(answer), status, content_type="application/json")
        return response(environ, start_response)

    def _act(self, request: Request) -> Any:
        command, arguments = self._map.bind_to_environ(request.environ).match()
        if command is None:
            return {"instances": sorted(self._applications)}
        payload = _payload(request)
        name = arguments.get("instance", request.args.get("instance"))
        if name is None:
            return {each: self._do(command, application, payload) for each, application in self._applications.items()}
        if name not in self._applications:
            raise NotFound(f"no instance {name}; there are {', '.join(self._applications)}")
        return self._do(command, self._applications[name], payload)

    @staticmethod
    def _do(command: Command, application: Application, payload: Any) -> Any:
        try:
            return application.exclusively(lambda: command(application, payload))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise BadRequest(f"{type(error).__name__}: {error}") from error


def _payload(request: Request) -> Any:
    body = request.get_data()
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest("the request body is not JSON") from None
