# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as a WSGI application: a chain of middlewares, each of which does one thing to a call and passes it on.

The order: journal → crowd → delay → faults → one at a time → sign-in → readonly → router → service.
The journal sees everything, also what a fault did. A crowd is counted with all the time that its requests take. A
delayed request holds up no other. Faults hit before the request is looked at. Sign-in is checked before existence, so
that a stranger learns nothing. Read-only refuses what would have been allowed. Only then the path is looked up and
served. A long answer may be a stream: its pieces are made while they are sent, after the last middleware, so it must
not look at what another request may change.
"""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from .call import Call, Dropped, Exchange, Middleware, Proceed
from .clock import write_time
from .crowd import Crowd
from .faults import FaultRule, Faults
from .journal import Journal
from .routing import Finder
from .service import Service
from .streams import NOTHING, Watched, cut_short, watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

READ_ONLY_STATUS = 599
Observer = Callable[[Exchange], None]
# Gets a request as METHOD /path.
Witness = Callable[[str], object]


class ReadOnly(HTTPException):
    """A refused write of a read-only instance: the proof that a client's check mode writes nothing."""

    code = READ_ONLY_STATUS
    description = "The simulator is read-only: this request would have changed state."


class Application:
    """One instance behind one origin. `latency` (seconds) delays every request; `readonly` refuses every write.

    An observer hears of a request with its answer, maybe when others had their effect meanwhile. The `witness` is
    called when a request has had its effect, and before any other one is served.
    """

    def __init__(self, service: Service, router: Finder) -> None:
        self.service = service
        self.faults = Faults()
        self.journal = Journal()
        self.observers: list[Observer] = []
        self.witness: Witness = lambda request: None
        # Where the simulator itself failed; a test of it expects none.
        self.defects: list[str] = []
        self.crowd = Crowd()
        self.latency = 0.0
        self.readonly = False
        self._router = router
        self._lock = threading.RLock()
        self._middlewares: tuple[Middleware, ...] = (
            self._keep_journal,
            self._count,
            self._delay,
            self._fault,
            self._one_at_a_time,
            self._auth,
            self._refuse_writes,
            self._route,
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = Call(Request(environ))
        call.request.get_data(cache=True)
        return self._run(call)(environ, start_response)

    def _run(self, call: Call) -> Response:
        proceed: Proceed = partial(self._serve, call)
        for middleware in reversed(self._middlewares):
            proceed = partial(middleware, call, proceed)
        return proceed()

    def _keep_journal(self, call: Call, proceed: Proceed) -> Response:
        try:
            response = proceed()
        except Dropped:
            self._observe(call, None, NOTHING)
            raise
        watched = watch(response)
        self._observe(call, response, watched)
        return cut_short(response, watched, call.sent) if "truncate" in call.faults else response

    def _count(self, call: Call, proceed: Proceed) -> Response:
        with self.crowd.joined() as is_too_large:
            return self.crowd.refusal(self.service, call) if is_too_large else proceed()

    def _delay(self, call: Call, proceed: Proceed) -> Response:
        if self.latency:
            time.sleep(self.latency)
        return proceed()

    def _fault(self, call: Call, proceed: Proceed) -> Response:
        with self._lock:
            rule = self.faults.fire(self.service.name, self.service.instance, call)
        if rule is None:
            return proceed()
        call.faults.append(rule.do)
        return self._carry_out(rule, call, proceed)

    def _carry_out(self, rule: FaultRule, call: Call, proceed: Proceed) -> Response:
        if rule.do == "drop_before":
            raise Dropped
        if rule.do == "status":
            return self._injected(rule, call)
        if rule.do == "delay":
            time.sleep(rule.seconds)
        if rule.do == "expire_token":
            self.service.expire_token(call)
        call.sent = rule.sent
        response = proceed()
        if rule.do == "drop_after":
            raise Dropped
        return self._injected(rule, call) if rule.do == "status_after" else response

    def _injected(self, rule: FaultRule, call: Call) -> Response:
        if rule.body is None:
            error = HTTPException("Injected by a fault rule of the simulator.")
            error.code = rule.status
            response = self.service.explain(error, call)
        elif isinstance(rule.body, str):
            response = Response(rule.body, rule.status, content_type="text/html")
        else:
            response = Response(json.dumps(rule.body), rule.status, content_type="application/json")
        response.headers.update(rule.headers)
        return response

    def _one_at_a_time(self, call: Call, proceed: Proceed) -> Response:
        with self._lock:
            try:
                self.service.tick(call)
                response = proceed()
            except HTTPException as error:
                response = self.service.explain(error, call)
                if isinstance(error, MethodNotAllowed):
                    response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            except Exception as error:
                self.defects.append(_report_defect(error, call))
                response = self.service.explain(InternalServerError(original_exception=error), call)
            response = self.service.finish(call, response)
            self.witness(f"{call.request.method} {call.request.path}")
            return response

    def _auth(self, call: Call, proceed: Proceed) -> Response:
        # The route is looked up here, because it says whether the operation is public, but is missed only later.
        try:
            call.route, call.arguments = self._router.match(call.request)
        except HTTPException as error:
            call.missing = error
        self.service.admit(call)
        return proceed()

    def _refuse_writes(self, call: Call, proceed: Proceed) -> Response:
        if self.readonly and call.writes:
            raise ReadOnly
        return proceed()

    def _route(self, call: Call, proceed: Proceed) -> Response:
        if call.missing is not None:
            raise call.missing
        return proceed()

    def _serve(self, call: Call) -> Response:
        assert call.route is not None
        return call.route.handler(self.service, call, **call.arguments)

    def _observe(self, call: Call, response: Response | None, watched: Watched) -> None:
        exchange = _exchange(self.service, call, response, watched)
        with self._lock:
            self.journal.record(exchange, write_time(self.service.clock.now()))
            for observer in self.observers:
                observer(exchange)

    def reset(self) -> None:
        """Back to the seed: nobody signed in, no faults, empty journal. Switches and clock stay as they are."""
        with self._lock:
            self.service.reset()
            self.faults.clear()
            self.journal.clear()
            self.readonly = False
            self.latency = 0.0
            self.crowd.reset()

    def take_turns_with(self, other: Application) -> None:
        """Serve no request while the other one does: a witness of both sees what is between any two requests."""
        self._lock = other._lock

    def exclusively(self, action: Callable[[], Any]) -> Any:
        """Run an action, such as a command of the control plane, while no request is being served."""
        with self._lock:
            return action()


def _report_defect(error: Exception, call: Call) -> str:
    """Write where the simulator failed, without the message, which may hold a secret. The client gets a plain 500."""
    place = f"{type(error).__name__} in {call.request.method} {call.request.path}"
    log = call.request.environ["wsgi.errors"]
    log.write(f"simulator defect: {place}\n")
    log.write("".join(traceback.format_tb(error.__traceback__)))
    return place


def _exchange(service: Service, call: Call, response: Response | None, watched: Watched) -> Exchange:
    request = call.request
    body = request.get_data(cache=True)
    return Exchange(
        service=service.name,
        instance=service.instance,
        rule=None if call.route is None else call.route.rule,
        method=request.method,
        path=request.path,
        query={name: request.args.getlist(name) for name in request.args},
        headers=dict(request.headers),
        body=body,
        status=None if response is None else response.status_code,
        response_headers={} if response is None else dict(response.headers),
        response_body=watched.body,
        response_whole=watched.whole,
        faults=tuple(call.faults),
        confidential=call.route is not None and call.route.confidential,
    )
