# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated vCenter: its parts, and who may do what."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ...core import secrets
from ...core.call import Call
from ...core.clock import Clock
from ...core.service import Seed
from ...core.store import Row, Store
from .accounts import ADMINISTRATORS, Accounts
from .backups.archives import Archives, name_of
from .backups.locations import base_of
from .backups.parts import Part, parts_of
from .backups.running import SUCCEEDED, Jobs, Order
from .backups.schedules import Schedules
from .faces.face import FACE, OPERATION, SESSION, Face
from .faces.finder import face_of
from .faces.rpc import RPC
from .switches import VcsaSwitches
from .vapi.errors import error, of_core, unauthenticated
from .vapi.operations import SINCE_API, Operation
from .vapi.types import Release, release_of

# Release -> its version and build; all but those of the default release are made up.
BUILDS = {
    "6.5": ("6.5.0.20000", "8307201"),
    "6.7.0": ("6.7.0.10000", "8170161"),
    "6.7.2": ("6.7.2.30000", "13007421"),
    "7.0.3": ("7.0.3.00100", "18778458"),
    "8.0.2": ("8.0.2.00100", "22617221"),
    "8.0.3": ("8.0.3.00100", "24091160"),
    "9.1.1": ("9.1.1.00000", "25100000"),
}
NOT_SERVED = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"


class VcsaServer:
    """The service of one instance. A seed is {server: {name}, jobs: [job], schedules: {name: spec}}."""

    name = "vcsa"

    def __init__(self, instance: str, seed: Seed, clock: Clock | None = None) -> None:
        self.instance = instance
        self.clock = clock or Clock()
        self.store = Store(instance)
        self.switches = VcsaSwitches()
        self.accounts = Accounts(self.clock, self.switches)
        self.archives = Archives(self.store, self.switches)
        self.schedules = Schedules(self.store, self.switches)
        self.jobs = Jobs(self.store, self.clock, self.switches, self._succeeded)
        self.identity: dict[str, Any] = {}
        self._seed: Seed = {}
        self.seed(seed)

    @property
    def release(self) -> Release:
        return release_of(self.switches.release)

    @property
    def parts(self) -> tuple[Part, ...]:
        return parts_of(self.switches.supervisors == "on")

    # --- what the core calls ------------------------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Check whether the release serves the path, then the sign-in, then the group of the account."""
        face = face_of(call.request.path)
        if face is None or not self._serves(face, call):
            raise HTTPException(response=Response(NOT_SERVED, 404, content_type="text/html"))
        call.context[FACE] = face
        if call.route is None:
            return
        operation: Operation = call.arguments[OPERATION]
        if operation.since > self.release:
            raise error("operation_not_found", "operation.later", "This release does not know the operation.")
        self._identify(face, operation, call)
        if not operation.anyone and call.account.group != ADMINISTRATORS:
            raise error("unauthorized", "account.group", f"The account is not in the group {ADMINISTRATORS}.")

    def _serves(self, face: Face, call: Call) -> bool:
        """Whether the release and the switches serve a face; all releases serve JSON-RPC."""
        styles, operation = self.switches.styles, call.arguments.get(OPERATION)
        alias = None if operation is None else operation.alias
        if call.route is not None and alias is not None and call.route.rule == f"/rest{alias.rule}":
            return self.switches.rest_session_path == "on"
        return {"rpc": True, "rest": styles != "api", "api": styles != "rest" and self.release >= SINCE_API}[face.name]

    def _identify(self, face: Face, operation: Operation, call: Call) -> None:
        shown = face.credentials(call)
        if operation.signs_in:
            call.account = self.accounts.sign_in(shown.username, shown.password)
        else:
            session = call.context[SESSION] = self.accounts.use(shown.session_id)
            call.account = None if session is None else session.account
        if call.account is None:
            raise unauthenticated()

    def explain(self, problem: HTTPException, call: Call) -> Response:
        if isinstance(problem.response, Response):
            return problem.response
        face = face_of(call.request.path)
        if face is None:
            return Response(NOT_SERVED, problem.code or 404, content_type="text/html")
        worded = of_core(problem)
        if worded.kind == "unauthenticated" and self.switches.rejected_session_body == "empty" and face is not RPC:
            return Response(status=worded.code or 401)
        return face.explain(call, worded, self.release)

    def tick(self, call: Call) -> None:
        self.jobs.tick()

    def expire_token(self, call: Call) -> None:
        face = face_of(call.request.path)
        if face is not None:
            self.accounts.close(face.credentials(call).session_id)

    def finish(self, call: Call, response: Response) -> Response:
        return response

    def seed(self, document: Seed) -> None:
        self._seed = document
        self.reset()

    def reset(self) -> None:
        self.store.clear()
        self.accounts.sign_everyone_out()
        self.identity = {"name": f"{self.instance}.tech.local"} | self._seed.get("server", {})
        for job in self._seed.get("jobs", []):
            self._remember(job, *BUILDS[self.switches.release])
        for name, spec in self._seed.get("schedules", {}).items():
            self.schedules.add(name, spec, list(spec["parts"]))

    def snapshot(self) -> dict[str, Any]:
        return {"identity": dict(self.identity), **self.store.dump()}

    def restore(self, document: dict[str, Any]) -> None:
        self.identity = dict(document["identity"])
        self.store.load(document)

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Compares backup_password and location_password of `jobs` by id and of `schedules` by name."""
        key = str(question.get("id") or question.get("name"))
        rows = {"jobs": lambda: self.store.get("jobs", key), "schedules": lambda: self.schedules.find(key)}
        row = rows[question["kind"]]()
        if row is None:
            raise LookupError(f"no {question['kind']} {key}")
        return secrets.matches(row["secrets"][question["field"]], question["value"])

    def settle(self) -> None:
        """End all running work, as if enough time had passed."""
        self.jobs.settle()

    # --- backups ------------------------------------------------------------------------------------------------------

    def start(self, order: Order) -> Row:
        """Start a backup, with the directory that it will write."""
        version, build = BUILDS[self.switches.release]
        row = self.jobs.start(order, version, build)
        row["directory"] = self._directory(row)
        self.jobs.begin(row)
        return row

    def _directory(self, row: Row) -> str:
        middle = "/vCenter" if self.switches.directory == "vCenter" else ""
        return f"{base_of(row['location'])}{middle}/sn_{self.identity['name']}/{name_of(row, row['version'])}"

    def _succeeded(self, row: Row) -> None:
        self.archives.add(row, self.identity["name"])
        schedule = self.schedules.find(row["schedule"])
        if schedule is not None and schedule["retention_info"]:
            self.archives.prune(row["location"], schedule["retention_info"]["max_count"])

    def _remember(self, past: dict[str, Any], version: str, build: str) -> None:
        row = self.jobs.remember(past, version, build)
        row["directory"] = self._directory(row)
        if row["state"] == SUCCEEDED:
            self.archives.add(row, self.identity["name"])
