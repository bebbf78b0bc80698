# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Giving jobs of the target the chains that their originals have made, while they sleep on both servers.

What counts is what the target shows, whatever an answer said. A job that is not given its chain is handed over all the
same: a backup that starts anew is better than none (docs/assumptions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold, value_at
from ..._core.errors import (
    AuthFailed,
    BadAnswer,
    InvalidInput,
    RestError,
    TimedOut,
    UnknownOutcome,
    Unreachable,
    quoted,
)
from ..._core.failures import Failed
from ..._core.operation import Progress
from ..._core.polling import poll
from ..._core.shape import STRING, Shape
from ..client import is_session
from ..kind_lists import BACKUPS
from ..migration.chains import ATTACH_BACKUP, MOVE, REPLICA_MAPPING, SOURCE_BACKUP, Adoption, Chain, clicks
from ..migration.kinds import JOBS
from ..migration.stage import Journal
from ..objects import Objects
from ..resource.endpoint import followed
from .attaching import POLICY, attaching, is_attached
from .chain_lists import ListedChain, backups, machines_of
from .chains import ADOPTED, ASKED, NOT_ADOPTED, state_of
from .mapping_replicas import JOB, is_mapped, mapped
from .plan import HandoverItem
from .servers import ServerPair

# How long what was asked for is looked for, if the answer was lost.
LOST_SECONDS = 60
NOT_SHOWN = "it was asked for, and the target does not show it."
AWAKE = "it is enabled on the target already."
BEFORE = "an earlier run was refused it."
# What is used of a job, by the way; where a job names its backup, the way itself says where.
SHAPES: Mapping[str, Mapping[str, Shape]] = {REPLICA_MAPPING: JOB, ATTACH_BACKUP: POLICY}

Model = dict[str, Any]
Send = Callable[[], None]


class NotShown(TimedOut):
    """The target shows the job, and not with its chain."""


class Adopting:
    """One run over the jobs of a cutover that go on with their chains."""

    def __init__(self, pair: ServerPair, journal: Journal, timeout: float, progress: Progress) -> None:
        self.pair, self.journal, self.timeout, self.progress = pair, journal, timeout, progress
        self.service, self.calls = pair.target.service, pair.target.calls
        self.objects = Objects(self.service)
        self._made: list[ListedChain] = []
        # How far each job had come when this run began.
        self._known: dict[str, str] = {}

    def run(self, items: Sequence[HandoverItem], asleep: Callable[[HandoverItem], bool]) -> list[Failed]:
        """Give these their chains; returns those that go on without, each with why and what to click.

        Raises Unreachable and AuthFailed, and OSError if the journal cannot be written: then the next run goes on.
        """
        # What was refused before this run was broken off is not asked for again.
        todo = [item for item in items if state_of(item.standing.job) != NOT_ADOPTED]
        self._known = {item.name: state_of(item.standing.job) for item in todo}
        for item in todo:
            self._note(item, ASKED)
        if todo:
            self.progress(f"target: {len(todo)} job(s) are given their chains")
            self.journal.write()
            try:
                self._adopt_all(todo, asleep)
            finally:
                self.journal.write()
        left = [(item, item.standing.job.chain.get("why") or BEFORE) for item in items if _goes_without(item)]
        return [Failed(JOBS.name, item.name, f"{why} {_clicks(item)}") for item, why in left]

    def _adopt_all(self, items: Iterable[HandoverItem], asleep: Callable[[HandoverItem], bool]) -> None:
        for item in items:
            self._note(item, *self._adopt(item, asleep(item)))

    def _note(self, item: HandoverItem, state: str, why: str = "") -> None:
        # What it has taken over is not given back, whatever this run finds.
        state = ADOPTED if self._known[item.name] == ADOPTED else state
        known = {"way": _adoption(item).way.name, "state": state}
        # A server may have said it.
        line = self.service.http.secrets.line
        item.standing.job.chain = {**known, "why": line(why)} if why else known

    def _adopt(self, item: HandoverItem, asleep: bool) -> tuple[str, str]:
        """How far a job has come to its chain, and why no further: what the target does not show, nobody knows."""
        known = self._known[item.name]
        if known == ADOPTED and not asleep:
            return ADOPTED, ""
        # An earlier run may have asked for it, and broken off.
        sent, lost, why = known != "", False, NOT_SHOWN if asleep else AWAKE
        try:
            with self.pair.target.named():
                if self._has(item):
                    return ADOPTED, ""
                if asleep:
                    send = self._prepared(item)
                    sent = True
                    send()
        except (Unreachable, AuthFailed):
            raise
        except (RestError, InvalidInput) as error:
            why, lost = str(error), isinstance(error, UnknownOutcome)
        try:
            self._look(item, LOST_SECONDS if lost else 0)
        except (Unreachable, AuthFailed):
            raise
        except NotShown:
            return NOT_ADOPTED, why
        except (RestError, InvalidInput) as error:
            # A server that is not there now is asked by the next run.
            if not sent and (isinstance(error, InvalidInput) or (isinstance(error, BadAnswer) and error.status)):
                return NOT_ADOPTED, why
            return ASKED, f"{why} Whether it goes on with it cannot be seen: {error}"
        return ADOPTED, ""

    def _prepared(self, item: HandoverItem) -> Send:
        """What asks for the chain of a job; nothing is sent before. Raises InvalidInput, RestError."""
        ways = {
            SOURCE_BACKUP: self._naming,
            MOVE: self._moving,
            REPLICA_MAPPING: self._mapping,
            ATTACH_BACKUP: self._attaching,
        }
        return ways[_adoption(item).way.name](item)

    def _look(self, item: HandoverItem, seconds: float) -> None:
        """Wait until the target shows a job with its chain. Raises NotShown, RestError, InvalidInput."""
        with self.pair.target.named():
            poll(lambda: self._has(item), bool, self.service.clock, seconds, lambda _there: NotShown(NOT_SHOWN))

    def _has(self, item: HandoverItem) -> bool:
        """Whether the target shows that a job goes on with its chain."""
        way, job_id = _adoption(item).way, _job_id(item)
        if way.name == ATTACH_BACKUP:
            return is_attached(self.service, self._model(item), [made.chain.id for made in self._counterparts(item)])
        if way.name == REPLICA_MAPPING:
            return is_mapped(self._model(item))
        # By no name: what a job takes over may be called like the job then.
        ours = [made for made in self._of_job(job_id) if _lies_in(made, _adoption(item))]
        if ours or way.name == MOVE:
            return bool(ours)
        named = value_at(self._model(item), way.place)
        return bool(named) and fold(named) in {fold(made.chain.id) for made in self._counterparts(item)}

    # -- what the target has -------------------------------------------------------------------------------------------

    def _model(self, item: HandoverItem) -> Model:
        """A job as it is now. Raises BadAnswer, which names the field, where it is not of the shape that is used."""
        way = _adoption(item).way
        named: Shape = STRING
        for step in reversed(way.place):
            named = {step: named}
        return self.calls.read(_job_id(item), SHAPES.get(way.name) or (named if isinstance(named, Mapping) else {}))

    def _of_job(self, job_id: str) -> list[ListedChain]:
        """The backups of a job, as they are now."""
        return [made for made in backups(self.service, self.objects, job_id) if made.job_id == fold(job_id)]

    def _counterparts(self, item: HandoverItem) -> list[ListedChain]:
        """What each chain of a job is on the target, where it has to be clear. Raises InvalidInput."""
        self._made = self._made or backups(self.service, self.objects)
        return [self._counterpart(chain, item) for chain in _adoption(item).chains]

    def _counterpart(self, chain: Chain, item: HandoverItem) -> ListedChain:
        adoption = _adoption(item)
        found = [made for made in self._made if _is_meant(made, adoption, chain)]
        if len(found) != 1:
            where = f"in {quoted(adoption.repository)} of type {chain.type}"
            raise InvalidInput(f"the target shows {len(found) or 'no'} backup {quoted(chain.name)} {where}.")
        if found[0].job_id not in ("", fold(_job_id(item))):
            raise InvalidInput(f"the backup {quoted(chain.name)} is of another job on the target.")
        return found[0]

    # -- the ways ------------------------------------------------------------------------------------------------------

    def _naming(self, item: HandoverItem) -> Send:
        (made,) = self._counterparts(item)
        *above, last = _adoption(item).way.place
        model = self._model(item)
        holder = value_at(model, above)
        if not isinstance(holder, dict):
            raise InvalidInput(f"the job has no {'.'.join(above)} on the target.")
        holder[last] = made.chain.id
        return lambda: self.calls.replace(_job_id(item), model)

    def _moving(self, item: HandoverItem) -> Send:
        (made,) = self._counterparts(item)
        path = f"{BACKUPS}/{quote(made.chain.id, safe='')}/objects/moveTo"

        def send() -> None:
            session = self.service.call("POST", path, {"targetJobId": _job_id(item)}, fits=is_session)
            followed(self.service, session, self.timeout, "the move of a backup")

        return send

    def _mapping(self, item: HandoverItem) -> Send:
        with self.pair.source.named():
            found = [machines_of(self.pair.source.service, replica) for replica in _adoption(item).chains]
        body = mapped(self._model(item), frozenset().union(*found), self.objects.inventory.machine)
        return lambda: self.calls.replace(_job_id(item), body)

    def _attaching(self, item: HandoverItem) -> Send:
        return attaching(self.service, self._model(item), [made.chain.id for made in self._counterparts(item)])


def _is_meant(made: ListedChain, adoption: Adoption, chain: Chain) -> bool:
    """Whether a backup of the target is what a chain of the source is there, by name, type and repository."""
    there = made.chain
    same = fold(there.name) == fold(chain.name) and there.type in ("", chain.type)
    return same and _lies_in(made, adoption)


def _lies_in(made: ListedChain, adoption: Adoption) -> bool:
    return fold(made.chain.repository) == fold(adoption.repository)


def _goes_without(item: HandoverItem) -> bool:
    """Whether a job has no chain, or is not shown with the one that it had taken over before."""
    return state_of(item.standing.job) != ADOPTED or bool(item.standing.job.chain.get("why"))


def _adoption(item: HandoverItem) -> Adoption:
    if not item.adopts:
        raise AssertionError("only a job that is to adopt is asked for its chain")
    return item.adopts


def _job_id(item: HandoverItem) -> str:
    return item.standing.target.id if item.standing.target else ""


def _clicks(item: HandoverItem) -> str:
    return clicks(item.standing.target.type) if item.standing.target else ""
