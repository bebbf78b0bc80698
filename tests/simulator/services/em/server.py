# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated Enterprise Manager: its parts, and who may do what."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ...core import secrets
from ...core.call import Call
from ...core.clock import Clock
from ...core.service import Seed
from ...core.store import Store
from .accounts import ADMINISTRATOR, Accounts, Logon
from .errors import HTML, Refusal, message_of, refusal
from .estate import Estate
from .negotiation import written
from .shapes.common import ERROR
from .switches import EmSwitches
from .tasks.running import Tasks

SESSION = "X-RestSvcSessionId"
CHALLENGE = "Basic Realm=RestSvc"
FIRST_ERROR_STATUS = 400
# What server 12 on Windows sends along (facts/em.md 3).
HEADERS = {
    "Cache-Control": "private",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}


class EmServer:
    """The service of one instance. A seed is {backupServers, repositories, jobs, backups}: lists of rows."""

    name = "em"

    def __init__(self, instance: str, seed: Seed, clock: Clock | None = None) -> None:
        self.instance = instance
        self.clock = clock or Clock()
        self.store = Store(instance)
        self.switches = EmSwitches()
        self.accounts = Accounts(self.clock)
        self.estate = Estate(self.store)
        self.tasks = Tasks(self.estate, self.clock, self.switches)
        self._seed: Seed = {}
        self.seed(seed)

    # --- what the core calls ------------------------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Check the sign-in before the path exists; a cookie counts before a header (facts/em.md 2)."""
        if call.route is not None and call.route.public:
            return
        logon = self.accounts.holder(token_of(call), self.switches.idle_seconds)
        if logon is None:
            raise refusal(401, "Simulated: there is no logon session, or it is over")
        call.account = logon.account
        call.context["logon"] = logon

    def explain(self, error: HTTPException, call: Call) -> Response:
        status = error.code or 500
        value = {
            "Message": message_of(error),
            "StatusCode": status,
            "FirstChanceExceptionMessage": error.cause if isinstance(error, Refusal) else None,
        }
        response = written(ERROR, value, call, self.switches, status)
        if status == 401:
            response.headers["WWW-Authenticate"] = CHALLENGE
        return response

    def tick(self, call: Call) -> None:
        self.tasks.tick()

    def expire_token(self, call: Call) -> None:
        self.accounts.expire(token_of(call))

    def finish(self, call: Call, response: Response) -> Response:
        """Add the headers of every answer. With the switch `error_body`, replace errors as a proxy in front does."""
        response.headers.update(HEADERS)
        if response.status_code >= FIRST_ERROR_STATUS and self.switches.error_body != "service":
            page = HTML.format(*response.status.split(" ", 1)) if self.switches.error_body == "html" else ""
            response.set_data(page)
            response.content_type = "text/html"
        return response

    def seed(self, document: Seed) -> None:
        self._seed = document
        self.reset()

    def reset(self) -> None:
        self.store.clear()
        self.accounts.sign_everyone_out()
        self.estate.load(self._seed)
        self.tasks.restart()

    def snapshot(self) -> dict[str, Any]:
        return self.store.dump()

    def restore(self, document: dict[str, Any]) -> None:
        self.store.load(document)
        self.tasks.restart()

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Compares passwords of accounts; the service keeps no other secret."""
        account = self.accounts.get(str(question.get("name", "")))
        if question.get("kind") != "accounts" or question.get("field") != "password" or account is None:
            raise LookupError(f"no secret of {question.get('kind')} {question.get('name')}")
        return secrets.matches(account.sealed_password, str(question["value"]))

    def settle(self) -> None:
        """End all running work, as if enough time had passed."""
        self.tasks.settle()


def token_of(call: Call) -> str:
    return str(call.request.cookies.get(SESSION) or call.request.headers.get(SESSION, ""))


def logon_of(call: Call) -> Logon:
    """The logon session of an admitted call."""
    logon = call.context["logon"]
    assert isinstance(logon, Logon)
    return logon


def administrators_only(call: Call) -> None:
    """Jobs are for the Portal Administrator alone (facts/em.md 2)."""
    if call.account.role != ADMINISTRATOR:
        raise refusal(403, "Access denied")
