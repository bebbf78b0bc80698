# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control plane: one WSGI application under /_sim/ that steers every instance of a simulation.

`GET /_sim/` lists the instances. Everything else is `/_sim/<instance>/<what>`, or `/_sim/<what>` for all instances at
once where that makes sense (reset, faults, readonly, clock, switches). Bodies and answers are JSON.
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
Deed = Callable[[Application, Any], Any]


def _reset(application: Application, _unused: Any) -> Any:
    application.reset()
    return {}


def _seed(application: Application, wish: Any) -> Any:
    application.service.seed(wish)
    return {}


def _snapshot(application: Application, _unused: Any) -> Any:
    return application.service.snapshot()


def _restore(application: Application, wish: Any) -> Any:
    application.service.restore(wish)
    return {}


def _switches(application: Application, wish: Any) -> Any:
    application.service.switches.change(wish or {})
    return application.service.switches.dump()


def _clock(application: Application, wish: Any) -> Any:
    application.service.clock.change(wish or {})
    return asdict(application.service.clock)


def _faults(application: Application, _unused: Any) -> Any:
    return application.faults.dump()


def _add_faults(application: Application, wish: Any) -> Any:
    for rule in wish if isinstance(wish, list) else [wish]:
        application.faults.add(**rule)
    return application.faults.dump()


def _clear_faults(application: Application, wish: Any) -> Any:
    application.faults.clear((wish or {}).get("seed"))
    return []


def _readonly(application: Application, wish: Any) -> Any:
    if wish is not None:
        application.readonly = bool(wish["readonly"])
    return {"readonly": application.readonly}


def _latency(application: Application, wish: Any) -> Any:
    if wish is not None:
        application.latency = float(wish["latency"])
    return {"latency": application.latency}


def _journal(application: Application, _unused: Any) -> Any:
    return application.journal.dump()


def _clear_journal(application: Application, _unused: Any) -> Any:
    application.journal.clear()
    return {}


def _secret(application: Application, wish: Any) -> Any:
    return {"equal": application.service.holds_secret(wish)}


# What is done, by which method and word; the flag says whether it may be asked of all instances at once.
DEEDS: tuple[tuple[str, str, Deed, bool], ...] = (
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
    ("GET", "journal", _journal, True),
    ("DELETE", "journal", _clear_journal, True),
    ("POST", "secret", _secret, False),
)


class ControlPlane:
    """Steers the applications it is given, by their names."""

    def __init__(self, applications: Mapping[str, Application]) -> None:
        self._applications = applications
        rules = [Rule(f"{PREFIX}/", methods=["GET"], endpoint=None)]
        for method, word, deed, for_all in DEEDS:
            rules.append(Rule(f"{PREFIX}/<instance>/{word}", methods=[method], endpoint=deed))
            if for_all:
                rules.append(Rule(f"{PREFIX}/{word}", methods=[method], endpoint=deed))
        self._map = Map(rules, strict_slashes=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer, status = self._act(Request(environ)), 200
        except HTTPException as error:
            answer, status = {"error": error.description}, error.code or 500
        response = Response(json.dumps(answer), status, content_type="application/json")
        return response(environ, start_response)

    def _act(self, request: Request) -> Any:
        deed, arguments = self._map.bind_to_environ(request.environ).match()
        if deed is None:
            return {"instances": sorted(self._applications)}
        wish = _wish(request)
        name = arguments.get("instance", request.args.get("instance"))
        if name is None:
            return {each: self._do(deed, application, wish) for each, application in self._applications.items()}
        if name not in self._applications:
            raise NotFound(f"no instance {name}; there are {', '.join(self._applications)}")
        return self._do(deed, self._applications[name], wish)

    @staticmethod
    def _do(deed: Deed, application: Application, wish: Any) -> Any:
        try:
            return application.exclusively(lambda: deed(application, wish))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise BadRequest(f"{type(error).__name__}: {error}") from error


def _wish(request: Request) -> Any:
    body = request.get_data()
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest("the request body is not JSON") from None
