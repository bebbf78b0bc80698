# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated VBR server: its parts, who may do what, and the revision of a call."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException, NotFound

from ...core.bodies import copy_json
from ...core.call import Call
from ...core.clock import Clock
from ...core.service import Seed
from ...core.store import NAMESPACE, Store
from .accounts import ADMINISTRATOR, Accounts
from .automation.creating import TABLE as IMPORTS
from .automation.creating import importing
from .bodies import CONVERTS
from .chains import lay_down
from .errors import answer, bad_request, refusal, translate
from .estate import Estate
from .nulls import with_zero_ids, without_nulls
from .plain.proxy_names import name_proxies
from .rest.seeding import finish_seed
from .revisions import OLDEST, before, served_by, shape_of
from .sessions.running import WORK, Sessions
from .storages import Storages
from .switches import VbrSwitches

VERSION_HEADER = "x-api-version"
VERSIONED = re.compile(r"^/api/(v1|oauth2)(/|$)", re.I)
ADMINISTRATORS_ONLY = re.compile(r"^/api/v1/(automation/[^/]+/(export|import)|serverInfo)/?$", re.I)
SESSIONS = "sessions"


class VbrServer:
    """The service of one instance.

    A seed is {server: {name, platform}, estate: {kind: {group: [object]}}, records: {table: [row]}}; `storages` is what
    it shares with the other servers.
    """

    name = "vbr"

    def __init__(
        self, instance: str, build: str, seed: Seed, clock: Clock | None = None, storages: Storages | None = None
    ) -> None:
        self.instance = instance
        self.clock = clock or Clock()
        self.store = Store(instance)
        self.switches = VbrSwitches()
        self.accounts = Accounts(self.clock)
        self.estate = Estate(self.store, self.clock, self.switches, storages)
        create = importing(self.estate, self.switches)
        self.imports = Sessions(self.store, self.clock, self.switches, IMPORTS, create)
        self.sessions = Sessions(
            self.store, self.clock, self.switches, SESSIONS, lambda task: WORK[task["do"]](self, task)
        )
        self.identity: dict[str, Any] = {}
        self._build = build
        self._seed: Seed = {}
        if not served_by(build):
            raise ValueError(f"build {build} serves no revision of the API")
        self.seed(seed)

    # --- what the core calls ------------------------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Check the version, then the sign-in, then the role: an unsupported version is never a failed sign-in."""
        path = call.request.path
        if not VERSIONED.match(path):
            return
        call.context["revision"] = self._revision(call)
        call.context[CONVERTS] = self.switches.text_values == "convert"
        if call.route is not None and call.route.public:
            return
        call.account = self._account(call)
        if call.account.role != ADMINISTRATOR and (call.writes or ADMINISTRATORS_ONLY.match(path)):
            raise refusal(403, "AccessDenied", "This account's role does not allow the operation")

    def explain(self, error: HTTPException, call: Call) -> Response:
        return translate(error)

    def tick(self, call: Call) -> None:
        self.imports.tick()
        self.sessions.tick()
        self.estate.tick()
        name_proxies(self.estate, self.switches.proxy_names == "own")

    def expire_token(self, call: Call) -> None:
        self.accounts.expire(bearer(call))

    def finish(self, call: Call, response: Response) -> Response:
        """Say that there is nothing as the switches `zero_ids` and `nulls` have it."""
        zeros, omits = self.switches.zero_ids == "on" and response.status_code < 400, self.switches.nulls == "omit"
        if (zeros or omits) and response.is_json and response.get_data():
            body = json.loads(response.get_data())
            body = with_zero_ids(body) if zeros else body
            response.set_data(json.dumps(without_nulls(body) if omits else body))
        return response

    def seed(self, document: Seed) -> None:
        self._seed = document
        self.reset()

    def reset(self) -> None:
        self.store.clear()
        self.accounts.sign_everyone_out()
        self.identity = {
            "name": f"{self.instance}.tech.local",
            "platform": "Windows",
            "vbrId": str(uuid.uuid5(NAMESPACE, f"vbr/{self.instance}")),
            "build": self._build,
        } | self._seed.get("server", {})
        self.estate.load(self._seed.get("estate", {}))
        for table, rows in copy_json(self._seed.get("records", {})).items():
            for row in rows:
                self.store.add(table, row)
        finish_seed(self.estate)
        lay_down(self.store, self.estate, self.clock)
        self._reread()

    def snapshot(self) -> dict[str, Any]:
        name_proxies(self.estate, self.switches.proxy_names == "own")
        return {"identity": dict(self.identity), **self.store.dump()}

    def restore(self, document: dict[str, Any]) -> None:
        self.identity = dict(document["identity"])
        self.store.load(document)
        self._reread()

    def holds_secret(self, question: dict[str, Any]) -> bool:
        return self.estate.holds_secret(question)

    def _reread(self) -> None:
        self.estate.reindex()
        self.imports.restart()
        self.sessions.restart()

    def settle(self) -> None:
        """End all running work, as if enough time had passed."""
        self.imports.settle()
        self.sessions.settle()

    # --- who is calling, and in which revision ------------------------------------------------------------------------

    @property
    def revisions(self) -> tuple[str, ...]:
        return served_by(str(self.identity["build"]))

    def _revision(self, call: Call) -> str:
        wanted = call.request.headers.get(VERSION_HEADER)
        if wanted is None and self.switches.missing_version == "newest":
            return self.revisions[-1]
        if wanted not in self.revisions:
            served = ", ".join(f"v{revision}" for revision in self.revisions)
            text = f"Unsupported RESTAPI version. The following versions are supported: {served}"
            raise bad_request(text, "NotImplemented")
        return str(wanted)

    def _account(self, call: Call) -> Any:
        token = bearer(call)
        if not token:
            raise refusal(401, "AccessDenied", "Unauthorized: a bearer token is required")
        account = self.accounts.holder(token)
        if account is None and self.switches.rejected_token_body == "empty":
            raise HTTPException(response=Response(status=401))
        if account is None:
            raise HTTPException(response=answer(401, "ExpiredToken", "The access token is not valid any more"))
        return account


def bearer(call: Call) -> str:
    scheme, _unused, token = call.request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def revision_of(call: Call) -> str:
    """The revision that the call asks for."""
    return str(call.context["revision"])


def shape(call: Call) -> str:
    """The revision in whose shapes the call is answered: its own or, of an unpublished revision, the stand-in."""
    return shape_of(revision_of(call))


def only_since(call: Call, revision: str) -> None:
    """Raise a 404 in revisions that do not have the operation yet."""
    if revision != OLDEST and before(revision_of(call), revision):
        raise NotFound
