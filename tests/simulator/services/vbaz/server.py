# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated appliance: its parts, who may do what, and the version of a call."""

from __future__ import annotations

import re
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ...core.call import Call
from ...core.clock import Clock
from ...core.service import Seed
from ...core.store import Store
from .accounts import READER, STOPPING, Accounts
from .errors import Problem, translate
from .sessions.catalogue import Catalogue
from .switches import VbazSwitches
from .versions import FIRST, SERVED

VERSIONED = re.compile(r"^/api/(?P<version>[^/]+)(?P<path>/.*?)?/?$", re.I)
UNVERSIONED = "oauth2"
ABOUT = "/system/about"
EXPORT = re.compile(r"/export$", re.I)
STOP = re.compile(r"/stop$", re.I)


class VbazServer:
    """The service of one instance. A seed is {server, policies, repositories, sessions, history}, see the README."""

    name = "vbaz"

    def __init__(self, instance: str, seed: Seed, clock: Clock | None = None) -> None:
        self.instance = instance
        self.clock = clock or Clock()
        self.store = Store(instance)
        self.switches = VbazSwitches()
        self.accounts = Accounts(self.clock)
        self.catalogue = Catalogue(self.store, self.clock)
        self.identity: dict[str, Any] = {}
        self._seed: Seed = {}
        self.seed(seed)

    # --- what the core calls ------------------------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Check the version, then the sign-in, then the role. Without sign-in a served version is 401, another 404."""
        path = VERSIONED.match(call.request.path)
        if path is None:
            return
        version = path["version"].lower()
        if version != UNVERSIONED:
            self._know(version, (path["path"] or "").lower())
            call.context["version"] = version
            if "version" in call.arguments:
                call.arguments["version"] = version
        if call.route is not None and call.route.public:
            return
        call.account = self._account(call)
        self._allow(call, path["path"] or "")

    def explain(self, error: HTTPException, call: Call) -> Response:
        return translate(error, call)

    def tick(self, call: Call) -> None:
        self.catalogue.tick()

    def expire_token(self, call: Call) -> None:
        self.accounts.expire(bearer(call))

    def finish(self, call: Call, response: Response) -> Response:
        """Every answer says what time it is at the appliance."""
        response.date = self.clock.now()
        return response

    def seed(self, document: Seed) -> None:
        self._seed = document
        self.reset()

    def reset(self) -> None:
        self.store.clear()
        self.accounts.sign_everyone_out()
        self.identity = {"name": f"{self.instance}.tech.local"} | self._seed.get("server", {})
        self.catalogue.load(self._seed)

    def snapshot(self) -> dict[str, Any]:
        return {"identity": dict(self.identity), **self.store.dump()}

    def restore(self, document: dict[str, Any]) -> None:
        self.identity = dict(document["identity"])
        self.store.load(document)
        self.catalogue.reread()

    def holds_secret(self, question: dict[str, Any]) -> bool:
        raise LookupError("this service keeps no secret but the passwords of its accounts")

    # --- who is calling, and in which version -------------------------------------------------------------------------

    @property
    def versions(self) -> tuple[str, ...]:
        return SERVED[self.switches.product]

    def _know(self, version: str, path: str) -> None:
        absent = version == FIRST and path == ABOUT and self.switches.about_in_v1 == "missing"
        if version in self.versions and not absent:
            return
        if self.switches.unserved_body == "empty":
            raise HTTPException(response=Response(status=404))
        raise Problem(404, "The requested resource was not found.")

    def _account(self, call: Call) -> Any:
        account = self.accounts.holder(bearer(call))
        if account is not None:
            return account
        if self.switches.rejected_token_body == "empty":
            raise HTTPException(response=Response(status=401, headers={"WWW-Authenticate": "Bearer"}))
        raise Problem(401, "The access token is missing or is not valid any more.")

    def _allow(self, call: Call, path: str) -> None:
        if self.switches.license_agreement == "pending":
            raise Problem(403, "The license agreement has not been accepted.", agreement=True)
        stops = STOP.search(path) is not None and call.account.role not in STOPPING
        exports = EXPORT.search(path) is not None and call.account.role == READER
        if stops or (exports and self.switches.read_only_export == "refuse"):
            raise Problem(403, "The role of this account does not allow the operation.")


def bearer(call: Call) -> str:
    scheme, _unused, token = call.request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
