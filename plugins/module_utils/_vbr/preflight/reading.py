# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the facts of a server: each list at most once, and what could not be read is noted. Nothing is written.

Sources: facts/vbr_beyond_automation.md 5 (which call answers which question, and since when).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ..._core.errors import BadAnswer, Failure, Forbidden, NotFound, Rejected, ServerFault
from ..._core.parallel import Attempt, Found, Item
from ..._core.shape import BOOLEAN, NUMBER, STRING, Shape, shaped
from ..._core.times import moment_of, now
from ..automation import Automation
from ..client import PAGE_ROWS, Vbr
from ..migration.bundle import ServerIdentity
from ..migration.collection import Estate, records
from ..migration.kinds import ENCRYPTION_PASSWORDS, JOBS, KINDS, kinds_of
from ..migration.secrets import Given, GivenSecrets
from ..revisions import rank
from .facts import FORBIDDEN, IDENTITY, SOURCE, TARGET, ServerFacts, Unread, keeps_gfs

API = "/api/v1"
INFRASTRUCTURE = f"{API}/backupInfrastructure"
BOTH = (SOURCE, TARGET)
# An answer of these kinds leaves a check out, and not the rest of them.
REFUSALS = (Forbidden, NotFound, Rejected, ServerFault, BadAnswer)
GFS_PERIODS = ("Weekly", "Monthly", "Quarterly", "Yearly")
FILES_SINCE, VERIFIED_SINCE = "1.2-rev1", "1.3-rev0"
are_files = shaped({"data!": [{"gfsPeriods": [STRING]}]})
# What is looked for on the target: what could be in the way of what comes.
IN_THE_WAY = ("credentials", "cloudcredentials", "encryptionPasswords", "managedServers", "repositories")


@dataclass(frozen=True)
class Question:
    """One question: its name among the facts, what it is called, where it is asked, and what is used of the answer.

    `since` is the first revision that has it. One that is `single` is an object, any other a list of rows.
    """

    name: str
    what: str
    path: str
    shape: Shape
    since: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    single: bool = False
    sides: tuple[str, ...] = BOTH


STATE: Shape = {"name": STRING, "type": STRING, "status": STRING}
USER: Shape = {"name": STRING, "isServiceAccount": BOOLEAN, "roles": [{"name": STRING}]}
SPACE: Shape = {"name": STRING, "type": STRING, "isOnline": BOOLEAN, "freeGB": NUMBER, "usedSpaceGB": NUMBER}
ALONE = (SOURCE,)
QUESTIONS = (
    Question("job_states", "states of jobs", f"{API}/jobs/states", STATE),
    Question("repository_states", "states of repositories", f"{INFRASTRUCTURE}/repositories/states", SPACE),
    Question("scale_outs", "scale-out repositories", f"{INFRASTRUCTURE}/scaleOutRepositories", STATE),
    Question("sessions", "running sessions", f"{API}/sessions", STATE, params={"stateFilter": "Working"}, sides=ALONE),
    Question(
        "mounts",
        "instant recoveries of vSphere",
        f"{API}/restore/instantRecovery/vSphere/vm",
        {"vmName": STRING, "state": STRING},
        "1.2-rev1",
        sides=ALONE,
    ),
    Question(
        "hyperv_mounts",
        "instant recoveries of Hyper-V",
        f"{API}/restore/instantRecovery/hyperV/vm",
        {"vmName": STRING, "state": STRING},
        "1.3-rev0",
        sides=ALONE,
    ),
    Question(
        "published",
        "published disks",
        f"{API}/dataIntegration",
        {"restorePointName": STRING, "mountState": STRING},
        "1.2-rev1",
        sides=ALONE,
    ),
    Question(
        "license",
        "the licence",
        f"{API}/license",
        {
            "status": STRING,
            "edition": STRING,
            "expirationDate": STRING,
            "socketLicenseSummary": {"licensedSocketsNumber": NUMBER, "usedSocketsNumber": NUMBER},
            "instanceLicenseSummary": {
                "licensedInstancesNumber": NUMBER,
                "usedInstancesNumber": NUMBER,
                "expirationDate": STRING,
                "objects": [{"type": STRING, "count": NUMBER}],
                "workload": [{"name": STRING, "type": STRING, "platformType": STRING}],
            },
        },
        "1.2-rev1",
        single=True,
    ),
    Question(
        "events",
        "events of four-eyes authorization",
        f"{API}/authorization/events",
        {"name": STRING, "state": STRING, "creationTime": STRING, "description": STRING},
        "1.2-rev1",
    ),
    Question(
        "security",
        "the switch of the second factor",
        f"{API}/security/settings",
        {"mfaEnabled": BOOLEAN},
        "1.3-rev1",
        single=True,
    ),
    Question("users", "accounts and their roles", f"{API}/security/users", USER, "1.3-rev1"),
    Question(
        "cluster",
        "the high availability cluster",
        f"{API}/highAvailabilityCluster",
        {"name": STRING},
        "1.3-rev2",
        single=True,
    ),
    Question(
        "config_backup",
        "the configuration backup",
        f"{API}/configBackup",
        {
            "backupRepositoryId": STRING,
            "lastSuccessfulBackup": {"lastSuccessfulTime": STRING},
            "encryption": {"isEnabled": BOOLEAN},
        },
        single=True,
        sides=ALONE,
    ),
    Question(
        "accelerators",
        "WAN accelerators",
        f"{INFRASTRUCTURE}/wanAccelerators",
        {"name": STRING},
        "1.2-rev1",
        sides=ALONE,
    ),
    Question("replicas", "replicas", f"{API}/replicas", {"name": STRING, "type": STRING}, "1.2-rev1", sides=ALONE),
    Question(
        "backups",
        "backups",
        f"{API}/backups",
        {"id!": STRING, "name": STRING, "jobId": STRING},
        sides=ALONE,
    ),
)


class FactReader:
    """Reads one signed-in server, and keeps what it could not read."""

    def __init__(self, service: Vbr, side: str) -> None:
        self.service = service
        self.side = side
        self.automation = Automation(service)
        self.unread: list[Unread] = []
        self.lists: dict[str, Any] = {}
        self.objects: dict[str, Any] = {}

    def facts(self, wanted: Estate | None, given: GivenSecrets) -> ServerFacts:
        """Everything that is looked at. `wanted` is what is moved, if it is known without this server."""
        ahead = self._ahead()
        self._read("hosts", "managed servers", self.automation.hosts)
        identity = self._read_identity()
        self._answer([question for question in QUESTIONS if self.side in question.sides])
        estate = self._estate(wanted)
        fulls = self._fulls(wanted or estate) if self.side == SOURCE else frozenset()
        passwords = self._passwords(given) if self.side == SOURCE else {}
        return ServerFacts(
            self.side,
            self.service.connection.hostname,
            self.service.connection.username,
            self.service.revision,
            tuple(self.service.served()),
            identity,
            ahead,
            self.lists,
            self.objects,
            estate,
            fulls,
            passwords,
            tuple(self.unread),
        )

    def _read(self, name: str, what: str, read: Any) -> None:
        try:
            self.lists[name] = read()
        except REFUSALS as refusal:
            self._note(what, refusal)

    def _note(self, what: str, refusal: Failure) -> None:
        self.unread.append(Unread(what, str(refusal)))

    def _read_identity(self) -> ServerIdentity:
        try:
            return self.automation.identity(self.lists.get("hosts", ()))
        except REFUSALS as refusal:
            self.unread.append(Unread(IDENTITY, FORBIDDEN if isinstance(refusal, Forbidden) else str(refusal)))
            return ServerIdentity()

    def _answer(self, questions: Iterable[Question]) -> None:
        """Ask questions side by side, but those that the revision has not."""
        attempts = self._side_by_side(questions, self._ask)
        for question, answer, refusal in ((each.item, each.value, each.error) for each in attempts):
            if refusal is not None:
                # A server that is in no cluster has none to show, and answers so.
                if question.name != "cluster" or not isinstance(refusal, NotFound | Rejected):
                    self._note(question.what, refusal)
            elif not self._has(question):
                self.unread.append(Unread(question.what, f"not in revision {self.service.revision}"))
            else:
                (self.objects if question.single else self.lists)[question.name] = answer

    def _has(self, question: Question) -> bool:
        """Whether the revision has it."""
        return rank(self.service.revision) >= rank(question.since)

    def _ask(self, question: Question) -> Any:
        if not self._has(question):
            return None
        if question.single:
            return self.service.call("GET", question.path, fits=shaped(question.shape))
        return self.service.pages(question.path, question.params, row=question.shape)

    def _side_by_side(self, items: Iterable[Item], ask: Callable[[Item], Found]) -> list[Attempt[Item, Found]]:
        """The answer or the refusal of each. Raises RestError for what is no refusal."""
        return self.service.lanes.tried(items, ask, _is_no_refusal)

    def _ahead(self) -> float | None:
        """By how many seconds its clock is ahead. The answer is taken to be from half-way between question and end."""
        before = now()
        try:
            said = self.service.call("GET", f"{API}/serverTime", fits=shaped({"serverTime!": STRING}))["serverTime"]
        except REFUSALS as refusal:
            self._note("the clock", refusal)
            return None
        moment, after = moment_of(said), now()
        if moment is None:
            self.unread.append(Unread("the clock", "it says no time that is one"))
            return None
        return (moment - before).total_seconds() - (after - before).total_seconds() / 2

    def _estate(self, wanted: Estate | None) -> Estate:
        """What the source has, unless it is known already; of the target, what could be in the way."""
        kinds: Iterable[str] = kinds_of(self.service.revision)
        if self.side == SOURCE:
            kinds = () if wanted is not None else kinds
        else:
            kinds = [kind for kind in kinds if kind in IN_THE_WAY]
        attempts = self._side_by_side(kinds, self.automation.export)
        refused = [(each.item, each.error) for each in attempts if each.error is not None]
        self.unread += [Unread(f"{kind} of the export", _why(refusal)) for kind, refusal in refused]
        return {each.item: each.value or {} for each in attempts if each.done}

    def _fulls(self, estate: Estate) -> frozenset[str]:
        """The jobs without GFS that have full backups which are kept for it: asked for of their chains only."""
        jobs = {str(row.get("id")): str(row.get("name")) for row in self.lists.get("job_states", ())}
        off = {JOBS.key(job) for _list, job in records(estate.get(JOBS.name, {})) if not keeps_gfs(job)}
        chains = [row for row in self.lists.get("backups", ()) if jobs.get(str(row.get("jobId"))) in off]
        if chains and rank(self.service.revision) < rank(FILES_SINCE):
            self.unread.append(Unread("files of backups", f"not in revision {self.service.revision}"))
            return frozenset()
        try:
            kept = self.service.lanes.each(chains, lambda row: self._has_fulls(str(row["id"])))
            return frozenset(jobs[str(row["jobId"])] for row, is_kept in zip(chains, kept, strict=True) if is_kept)
        except REFUSALS as refusal:
            self._note("files of backups", refusal)
            return frozenset()

    def _has_fulls(self, backup: str) -> bool:
        """Whether a chain has a file that GFS keeps. Of a long one each period is asked for, not all its files."""
        path = f"{API}/backups/{quote(backup, safe='')}/backupFiles"

        def files(**params: Any) -> list[Any]:
            rows: list[Any] = self.service.call("GET", path, params=params, fits=are_files)["data"]
            return rows

        first = files(limit=PAGE_ROWS)
        if len(first) < PAGE_ROWS:
            return any(period in GFS_PERIODS for file in first for period in file.get("gfsPeriods") or [])
        return any(files(gfsPeriodFilter=period, limit=1) for period in GFS_PERIODS)

    def _passwords(self, given: GivenSecrets) -> dict[str, bool]:
        """Whether each encryption password that was given is the one that the server has."""
        if not given.get(ENCRYPTION_PASSWORDS.name):
            return {}
        if rank(self.service.revision) < rank(VERIFIED_SINCE):
            why = f"not in revision {self.service.revision}"
            self.unread.append(Unread("whether the encryption passwords are right", why))
            return {}
        shape: Shape = {"id!": STRING, "hint": STRING, "uniqueId": STRING}
        found, known = {}, Given(given)
        try:
            for row in self.service.pages(f"{API}/encryptionPasswords", row=shape):
                key = KINDS[ENCRYPTION_PASSWORDS.name].key(row)
                password = known.of(ENCRYPTION_PASSWORDS.name, key).get("password")
                if password:
                    found[key] = self._is_password(str(row["id"]), password)
        except REFUSALS as refusal:
            self._note("encryption passwords", refusal)
        return found

    def _is_password(self, row_id: str, password: str) -> bool:
        path = f"{API}/encryptionPasswords/{quote(row_id, safe='')}/verify"
        fits = shaped({"isSuccessful": BOOLEAN})
        answer = self.service.call("POST", path, {"password": password}, writes=False, fits=fits)
        return bool(answer["isSuccessful"])


def _is_no_refusal(error: Failure) -> bool:
    return not isinstance(error, REFUSALS)


def _why(refusal: Failure) -> str:
    return FORBIDDEN if isinstance(refusal, Forbidden) else str(refusal)
