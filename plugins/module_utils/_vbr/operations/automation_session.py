# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One automation session: show it, wait for it, read its log, stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._core.errors import NotFound, TaskFailed
from ..._core.operation import Operation, Params, Progress
from ..._core.option import Option
from ..._core.polling import started
from ..automation import GOOD_RESULTS, RESULTS, SESSION_WAIT_SECONDS, Automation, Session, result_of
from ..client import Vbr, finished


@dataclass(frozen=True)
class SessionPlan:
    """What is to be done about a session. Only stopping one that is not finished changes anything.

    `log` is None when nobody asked for it.
    """

    session: Session
    log: list[dict[str, Any]] | None
    changed: bool
    timeout: float

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        return [{"before": f"state: {self.session.get('state')}\n", "after": "state: Stopped\n"}]

    def report(self) -> dict[str, Any]:
        report = {"resource": self.session, "finished": finished(self.session), "result": result_of(self.session)[0]}
        return report if self.log is None else {**report, "log": self.log}


def look(service: Vbr, desired: Params, progress: Progress) -> tuple[Session, list[dict[str, Any]] | None]:
    automation = Automation(service)
    session_id = desired["session_id"] or _latest(automation)
    session = automation.session(session_id)
    action = desired["action"]
    if action == "wait":
        progress(f"waiting for session {session_id}")
        session = automation.settle(session_id, desired["wait_timeout"])
        result, message = result_of(session)
        if result not in GOOD_RESULTS and result != "Warning":
            shown = automation.service.http.secrets.line(message) or "no message"
            raise TaskFailed(
                f"session {session_id} ended with {result}: {shown}",
                service=service.SERVICE,
                resource=session,
                log=automation.log(session_id),
            )
    return session, automation.log(session_id) if action != "info" else None


def _latest(automation: Automation) -> str:
    recent = automation.recent()
    if not recent:
        raise NotFound("the server has no automation session", "Start an import first.", service=Vbr.SERVICE)
    return str(recent[0]["id"])


def plan(desired: Params, actual: tuple[Session, list[dict[str, Any]] | None]) -> SessionPlan:
    session, log = actual
    return SessionPlan(session, log, desired["action"] == "stop" and not finished(session), desired["wait_timeout"])


def apply(service: Vbr, plan: SessionPlan, progress: Progress) -> dict[str, Any]:
    automation = Automation(service)
    session_id = str(plan.session["id"])
    progress(f"stopping session {session_id}")
    automation.stop(session_id)
    with started("The session was asked to stop: look at it again.", session_id=session_id):
        session = automation.settle(session_id, plan.timeout)
        log = automation.log(session_id)
    return {"resource": session, "finished": True, "result": result_of(session)[0], "log": log}


SESSION = Operation(
    client=Vbr,
    options={
        "session_id": Option(),
        "action": Option(default="info", choices=("info", "wait", "logs", "stop")),
        "wait_timeout": Option(type="int", default=SESSION_WAIT_SECONDS),
    },
    look=look,
    plan=plan,
    apply=apply,
    words={"result": RESULTS},
)
