# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a task with one value falsified and judges what it says: clear or not, and true or not."""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock
from ansible_collections.backupfleet.rest.plugins.module_utils._em import client as em
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import client as vbaz
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client as vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa import client as vcsa
from simulator.core.clock import ZONE
from simulator.testing import Server
from support.clock import CommonClock
from support.fuzz.gate import Falsifier, Recorded, falsifying
from support.fuzz.scenarios import Scenario
from support.fuzz.values import IN_JSON, Falsification, Place, at, replaced, type_changes, ways
from support.tasks import drive

# What only Python says, and no error of ours.
PYTHON = re.compile(
    r"Traceback|object has no attribute|has no len\(\)|NoneType|object is not (callable|iterable|subscriptable)"
    r"|unhashable|not supported between|indices must be|<class |Error\(|invalid literal|could not convert"
)
# What an error says that does not know whether something was written.
UNKNOWN = re.compile(
    r"may have been carried out|may still be carried out|unknown|looks? before|look whether|goes on", re.I
)
REQUEST = re.compile(r"\b(GET|POST|PUT|DELETE) /")
# A time, wherever it stands.
MOMENT = re.compile(r'\d{4}-?\d\d-?\d\d[T-]\d\d:?\d\d:?\d\d(\.\d+)?|\d{10}\.\d+|"session": "[^"]*"')
# What the simulator keeps that says nothing of what was done.
PASSING = ("logons", "tokens", "sign_ins", "accounts", "tasks")


@dataclass(frozen=True)
class Outcome:
    """What a task said, whether the server was changed by it, and its state afterwards."""

    result: dict[str, Any]
    written: bool
    state: str
    exchanges: list[Recorded]
    crash: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong with how a task bore a falsified value."""

    scenario: str
    request: str
    place: Place
    how: str
    kind: str
    detail: str

    def __str__(self) -> str:
        where = ".".join(map(str, self.place)) or "the whole"
        return f"{self.kind}: {self.scenario}: {self.request}: {where} = {self.how}: {self.detail}"


@dataclass
class Play:
    """A scenario on its server, which is put back before each run. `base` is the run without any falsification."""

    scenario: Scenario
    server: Server
    directory: Path
    _state: dict[str, Any] = field(init=False)
    _base: Outcome | None = None

    def __post_init__(self) -> None:
        self.scenario.prepare(self.server)
        for task, options in self.scenario.before:
            result = drive(task, self.server, **options)
            assert not result.get("failed"), result["msg"]
        # Some of what a server keeps is made when it is first read, which is no change by the task.
        drive(self.scenario.task, self.server, check=True, **self.scenario.given(self._place()))
        self._now()
        self._state = self.server.snapshot()

    @property
    def base(self) -> Outcome:
        if self._base is None:
            self._base = self.run()
            said = self._base.crash or self._base.result.get("msg")
            assert not self._base.crash and not self._base.result.get("failed"), f"{self.scenario.name}: {said}"
        return self._base

    def run(self, lie: Falsification | None = None) -> Outcome:
        self.server.reset()
        self.server.restore(self._state)
        self.server.clock.ahead = 0.0
        before = self._now()
        place = self._place()
        crash, result = "", {}
        with falsifying(self.server, lie) as gate:
            try:
                result = drive(self.scenario.task, self.server, **self.scenario.given(place))
            except Exception:
                crash = traceback.format_exc(limit=-3)
        shutil.rmtree(place)
        after = self._now()
        return Outcome(result, after != before, after, gate.exchanges, crash)

    def _place(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.directory))

    def _now(self) -> str:
        service = self.server.service
        if hasattr(service, "settle"):
            self.server.app.exclusively(service.settle)
        rows = {name: part for name, part in self.server.snapshot()["rows"].items() if part and name not in PASSING}
        return MOMENT.sub("(then)", json.dumps(rows, sort_keys=True, default=str))

    def lies(self) -> list[Falsification]:
        """Every falsification; where a request is repeated, of its first and its last answer."""
        found: dict[tuple[str, Place, str], list[Falsification]] = {}
        for number, exchange in enumerate(self.base.exchanges):
            for place, how in ways(exchange.body):
                found.setdefault((exchange.kind, place, how), []).append(Falsification(number, place, how))
        return [lie for many in found.values() for lie in dict.fromkeys((many[0], many[-1]))]

    def judge(self, lie: Falsification) -> Finding | None:
        """The finding about a run with this falsification, None if there is none."""
        exchange = self.base.exchanges[lie.exchange]
        outcome = self.run(lie)
        fault = crashed(outcome) or unclear(outcome) or untrue(outcome, self.base)
        if not fault and type_changes(exchange.body, lie.place, lie.how) and not echoes(self, lie, outcome):
            fault = misled(outcome, self.base)
        return fault and Finding(self.scenario.name, exchange.request, lie.place, lie.how, *fault)


Fault = tuple[str, str] | None


def echoes(play: Play, lie: Falsification, outcome: Outcome) -> bool:
    """Whether all that differs is that the falsified value was sent back with the change: an update is the server's
    model and the drift. What the options of the task speak of is compared, so it is never merely sent back.
    """
    read = play.base.exchanges[lie.exchange]
    place = lie.place[2:] if lie.place[:1] == ("data",) else lie.place
    usual, sent = ([one for one in run.exchanges if one.request.startswith("PUT ")] for run in (play.base, outcome))
    if not read.request.startswith("GET ") or not place or len(usual) != 1 or len(sent) != 1:
        return False
    try:
        before, after = at(usual[0].sent_json, place), at(sent[0].sent_json, place)
        false, true = json.loads(IN_JSON[lie.how]), at(json.loads(read.body), lie.place)
        same = replaced(sent[0].sent_json, place, before) == usual[0].sent_json
    except (LookupError, TypeError, ValueError, RecursionError):
        return False
    return same and after == false and before == true and not speaks_of(play.scenario.options, true)


def speaks_of(options: Any, value: Any) -> bool:
    """Whether a text, or an object or list with such a text, is among what the options say."""
    if isinstance(value, dict | list):
        return any(speaks_of(options, part) for part in (value.values() if isinstance(value, dict) else value))
    if isinstance(options, Mapping | list | tuple):
        return any(speaks_of(part, value) for part in (options.values() if isinstance(options, Mapping) else options))
    return isinstance(value, str) and bool(value) and str(options).lower() == value.lower()


def crashed(outcome: Outcome) -> Fault:
    if outcome.crash:
        return "crash", outcome.crash.strip().splitlines()[-1] + " @ " + _where(outcome.crash)
    if outcome.result.get("defect"):
        return "net", str(outcome.result["msg"])[:300] + " @ " + _where("\n".join(outcome.result["defect"]))
    return None


def unclear(outcome: Outcome) -> Fault:
    message = str(outcome.result.get("msg", ""))
    if outcome.result.get("failed") and (not message or PYTHON.search(message)):
        return "unclear", message[:300]
    return None


def untrue(outcome: Outcome, base: Outcome) -> Fault:
    result = outcome.result
    said = bool(result.get("changed"))
    by_reading = not base.result.get("changed") and outcome.state == base.state
    if outcome.written and not by_reading and not said and not (result.get("failed") and UNKNOWN.search(str(result))):
        return "written, not said", f"failed={result.get('failed')} {str(result.get('msg', ''))[:300]}"
    asked = any(recorded.request.split()[0] != "GET" for recorded in outcome.exchanges)
    if said and not result.get("failed") and not outcome.written and not asked:
        return "said, not written", str(result)[:200]
    return None


def misled(outcome: Outcome, base: Outcome) -> Fault:
    """A value of a type that nobody means was taken for an answer, and something else came of it."""
    if not outcome.result.get("failed") and base.written and outcome.state != base.state:
        return "misled", f"changed={outcome.result.get('changed')}"
    named = outcome.result.get("error") or REQUEST.search(str(outcome.result.get("msg")))
    if outcome.result.get("failed") and not (named or outcome.result.get("failed_objects")):
        return "names no request", str(outcome.result["msg"])[:200]
    return None


def _where(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if "File " in line]
    return re.sub(r'File ".*?/(plugins|tests)/', r'"\1/', lines[-1]) if lines else ""


@contextmanager
def staged(scenario: Scenario) -> Iterator[Play]:
    """A scenario ready to be played, on a clock on which waiting takes no time."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(scenario.stage())
        common = CommonClock(server)
        for service in (em, vbaz, vbr, vcsa):
            stack.enter_context(mock.patch.object(service, "Clock", lambda: Clock(common.now, common.sleep)))
        # Ids may be made of the time, so it stands still at the server between one wait and the next.
        still = datetime.now(ZONE)
        stack.enter_context(
            mock.patch.object(type(server.clock), "now", lambda clock: still + timedelta(seconds=clock.ahead))
        )
        yield Play(scenario, server, directory)


def sampled(play: Play, share: float, seed: str) -> list[Falsification]:
    """A share of the falsifications of a play, the same for the same seed."""
    lies = play.lies()
    chosen = random.Random(f"{seed} {play.scenario.name}")
    return lies if share >= 1 else chosen.sample(lies, max(1, round(len(lies) * share)))


__all__ = ["Falsifier", "Finding", "Play", "sampled", "staged"]
