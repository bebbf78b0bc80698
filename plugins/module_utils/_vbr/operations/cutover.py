# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handing jobs over from one backup server to another, and back: what the module is given, how both are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..._core.compare import fold
from ..._core.connection import Connection
from ..._core.errors import InvalidInput
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import CONNECTION_OPTIONS, Option, connection_options
from ..automation import SESSION_WAIT_SECONDS
from ..client import Vbr
from ..handover.chain_lists import chains_of
from ..handover.decide import check_journal, check_pair, chosen, patch_of, plan_handover
from ..handover.objects import look_at_objects
from ..handover.plan import (
    BACK,
    CUT,
    FAIL,
    IGNORE,
    STOP,
    UPDATE,
    WAIT,
    WORDS,
    ActualHandover,
    DesiredHandover,
    HandoverPlan,
    standings,
)
from ..handover.run import HandoverRun
from ..handover.servers import OneServer, Seen, ServerPair
from ..migration.bundle import read_bundle
from ..migration.chains import WAYS, Chain
from ..migration.kind import BY_REST
from ..migration.kinds import JOBS
from ..migration.stage import CUT_OVER, JOB_PHASES, Journal, journal_path, read_journal, source_id
from ..objects import Objects
from ..revisions import NEWEST_FIRST
from .automation_import import check_files

DEFAULT_RUNNING_SECONDS = 14_400


def validate(params: Params) -> DesiredHandover:
    """What is desired, with the bundle read and proved. Raises InvalidInput."""
    check_files(params)
    given = params["source"]
    options = {name: given[name] for name in CONNECTION_OPTIONS}
    if params["remove"] and params["state"] != BACK:
        raise InvalidInput(f"remove goes with state: {BACK} only.", "What was cut over is in use.")
    if params["adopt"] and params["state"] != CUT:
        raise InvalidInput(f"adopt goes with state: {CUT} only.", "What was taken over is not given back.")
    if params["running_timeout"] < 0:
        raise InvalidInput("running_timeout is less than nothing.", "It is a number of seconds.")
    return DesiredHandover(
        read_bundle(Path(params["src"])),
        params["state"],
        tuple(params["jobs"]),
        Connection(**options, api_version=given[Vbr.VERSION_OPTION]),
        params["running"],
        float(params["running_timeout"]),
        params["changed_since"],
        {name: params[name] for name in ("src", "journal", "report", "wait_timeout")},
        params["remove"],
        tuple(params["adopt"]),
    )


def open_pair(connection: Connection, desired: DesiredHandover) -> ServerPair:
    """Both servers. The source in the revision of the bundle, so that its jobs can be compared with it."""
    own = desired.bundle.revision
    other = replace(desired.source, secrets=connection.secrets, trail=connection.trail)
    candidates = [own, *(revision for revision in NEWEST_FIRST if revision != own)]
    whole = bool(desired.bundle.estate.get(JOBS.name, {}).get(BY_REST))
    return ServerPair(Vbr(other, candidates=[own]), Vbr(connection, candidates=candidates), whole)


def look(pair: ServerPair, desired: DesiredHandover, progress: Progress) -> ActualHandover:
    """Both servers as they are now, of which nothing is read before they are proved to be the right ones."""
    source, target = pair.both(OneServer.identity)
    check_pair(desired, source, target)
    journal = _journal(pair, desired, target.vbr_id or fold(pair.target.service.connection.hostname))
    check_journal(desired, journal)
    chosen(journal, desired.jobs)
    seen, there = pair.both(lambda server: server.look(source if server is pair.source else target))
    if desired.running == FAIL:
        # The server on which jobs are to rest.
        seen = pair.source.with_work(seen) if desired.state == CUT else seen
        there = pair.target.with_work(there) if desired.state == BACK else there
    progress(f"{source.name} has {len(seen.listed)} jobs, {target.name} has {len(there.listed)}")
    objects = look_at_objects(pair.target, journal) if desired.remove else None
    chains = _chains(pair, seen) if desired.adopt else {}
    return _with_models(pair, desired, ActualHandover(seen, there, journal, objects=objects, chains=chains))


def _chains(pair: ServerPair, source: Seen) -> dict[str, tuple[Chain, ...]]:
    """What each job of the source has made until now."""
    with pair.source.named():
        return chains_of(pair.source.service, Objects(pair.source.service), source.listed)


def _journal(pair: ServerPair, desired: DesiredHandover, target: str) -> Journal:
    """The journal, which is ours alone until the end of the task."""
    path = journal_path(desired.settings["journal"], desired.settings["src"], target)
    if path is None or not path.is_file():
        return Journal(path, target)
    pair.hold(path)
    return read_journal(path, target, source_id(desired.bundle.source))


def _with_models(pair: ServerPair, desired: DesiredHandover, actual: ActualHandover) -> ActualHandover:
    """With the jobs of the target that are to be changed beyond their start, as they are now."""
    if desired.state != CUT or desired.changed_since != UPDATE:
        return actual
    ids = [
        standing.target.id
        for standing in standings(chosen(actual.journal, desired.jobs), actual.source, actual.target)
        if standing.target and standing.job.phase != CUT_OVER and _is_changed(standing, desired, actual)
    ]
    with pair.target.named():
        models: list[Mapping[str, Any]] = pair.target.service.lanes.each(ids, pair.target.calls.read)
    return replace(actual, models=dict(zip(ids, models, strict=True)))


def _is_changed(standing: Any, desired: DesiredHandover, actual: ActualHandover) -> bool:
    try:
        return bool(patch_of(standing, desired, actual))
    except InvalidInput:
        # The plan refuses it.
        return False


def preview(plan: HandoverPlan) -> Result:
    """How many jobs would come to which phase."""
    coming = Counter(item.phase for item in plan.items if item.changed)
    return {"planned": {phase: coming[phase] for phase in JOB_PHASES if coming[phase]}}


def apply(pair: ServerPair, plan: HandoverPlan, progress: Progress) -> Result:
    return HandoverRun(pair, plan, progress).result()


CUTOVER = Operation(
    client=Vbr,
    open=open_pair,
    options={
        "source": Option(type="dict", required=True, options=connection_options(Vbr)),
        "src": Option(type="path", required=True),
        "journal": Option(type="path"),
        "state": Option(required=True, choices=(CUT, BACK)),
        "jobs": Option(type="list", elements="str", default=[]),
        "running": Option(default=WAIT, choices=(WAIT, STOP, FAIL)),
        "running_timeout": Option(type="int", default=DEFAULT_RUNNING_SECONDS),
        "adopt": Option(type="list", elements="str", default=[], choices=WAYS),
        "changed_since": Option(default=FAIL, choices=(UPDATE, FAIL, IGNORE)),
        "remove": Option(type="bool", default=False),
        "wait_timeout": Option(type="int", default=SESSION_WAIT_SECONDS),
        "report": Option(type="path"),
    },
    validate=validate,
    look=look,
    plan=plan_handover,
    apply=apply,
    preview=preview,
    # A job that cannot be rolled back is reported by the run, whether it changes anything or not.
    waits=True,
    words=WORDS,
)
