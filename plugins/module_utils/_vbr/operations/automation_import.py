# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing an estate: what the module is given, how the target is looked at, and how a finished plan is reported."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..._core.compare import Names, fold, value_at
from ..._core.connection import Connection
from ..._core.errors import Forbidden, InvalidInput, NotFound, Rejected, ServerFault, quoted
from ..._core.files import is_place
from ..._core.operation import Operation, Params, Progress
from ..._core.option import Option
from ..._core.redaction import values_in
from ..automation import SESSION_WAIT_SECONDS, Automation, moving
from ..client import Vbr, finished
from ..migration import secrets
from ..migration.apply import WORDS_OF_RUN, ImportRun
from ..migration.bundle import Bundle, ServerIdentity, is_of_bundle, read_bundle
from ..migration.collection import Estate, Record, is_collection, records
from ..migration.kind import BY_REST
from ..migration.kinds import (
    AUTOMATED,
    JOBS,
    KINDS,
    MANAGED_SERVERS,
    PROTECTION_GROUPS,
    PROXIES,
    REPOSITORIES,
    kinds_of,
)
from ..migration.known_fields import recognised
from ..migration.mapping import mappings
from ..migration.plan import PHASES, STAGE, ActualTarget, DesiredImport, ImportPlan, ObjectKey
from ..migration.planning import plan_import, refuse_errors
from ..migration.references import references, referred_kinds
from ..migration.retention import days_per_point
from ..migration.saved_plan import PlanToSave, document, plan_to_save, read_plan, refuse_another
from ..migration.stage import JOURNAL, Journal, journal_path, origins, read_journal, source_id
from ..migration.unread import unread_names
from ..objects import Objects
from ..revisions import NEWEST_FIRST, is_thirteen

# The options that name a file to write; not every task that has a bundle has all of them.
WRITTEN = ("report", "journal", "save_plan")
# What a saved plan depends on besides both servers.
BOUND_OPTIONS = ("rename", "mappings", "staged", "on_existing", "on_missing_secret", "stage_anyway", "hold", "convert")


def validate(params: Params, whole: bool = False) -> DesiredImport:
    """What is desired, with the bundle read and proved. Raises InvalidInput for everything that can be known without a
    server.
    """
    given = params["secrets"] or {}
    wrong = secrets.complaints(given)
    if wrong:
        raise InvalidInput(" ".join(wrong))
    check_files(params)
    given_inline = (params["spec"], params["spec_version"], params["api_version"])
    bundle = _bundle(params) if params["src"] else _inline(*given_inline)
    asked = params["kinds"] or (bundle.estate if whole else AUTOMATED)
    kinds = tuple(kind for kind in KINDS if (kind in asked and kind in bundle.estate) or kind in params["kinds"])
    if not params["wait"] and (len(kinds) != 1 or (params["staged"] and JOBS.name in kinds)):
        raise InvalidInput(
            "wait can be false for a single kind only, and not for staged jobs.",
            "Each kind needs the one before it, and jobs are disabled when they are there.",
        )
    return DesiredImport(
        bundle,
        kinds,
        {kind: {key: dict(fields) for key, fields in by_key.items()} for kind, by_key in given.items()},
        mappings(params["rename"], params["mappings"]),
        params["staged"],
        params["on_existing"] == "fail",
        params["on_existing"] == "update",
        params["on_missing_secret"] == "fail",
        params["phase"],
        tuple(params["stage_anyway"]),
        tuple(params["hold"]),
        tuple(unread_names(bundle, params["rename"] or {}, params["mappings"] or {})),
        {
            **{name: params[name] for name in ("wait", "wait_timeout", "journal", "src", "report", "save_plan")},
            "whole": whole,
            "saved": read_plan(Path(params["plan"]), params["plan_digest"] or "") if params["plan"] else None,
            "options": {**{name: params[name] for name in BOUND_OPTIONS}, "kinds": list(kinds)},
        },
        days_per_point(params["convert"]),
    )


def check_files(params: Params) -> None:
    """Refuse to write the journal, the report or a plan over the bundle, over what is no file, or over one another.

    Raises InvalidInput.
    """
    written = {name: os.path.realpath(params[name]) for name in WRITTEN if params.get(name)}
    src = os.path.realpath(params["src"]) if params["src"] else ""
    for name, path in written.items():
        if not is_place(Path(path)):
            raise InvalidInput(f"{name} is no file: {params[name]}.", "Name another file.")
        if src and os.path.dirname(path) == src and is_of_bundle(os.path.basename(path)):
            raise InvalidInput(f"{name} is a file of the bundle: {params[name]}.", "Name another file.")
        same = next((other for other in written if other != name and written[other] == path), "")
        same = same or ("journal" if src and _is_journal(path, src) and name != "journal" else "")
        same = same or ("plan" if params.get("plan") and path == os.path.realpath(params["plan"]) else "")
        if same:
            raise InvalidInput(f"{name} and {same} are the same file: {params[name]}.", "Name another file.")


def _is_journal(path: str, src: str) -> bool:
    return os.path.dirname(path) == src and os.path.basename(path).startswith(JOURNAL)


def _bundle(params: Params) -> Bundle:
    """The bundle at `src`, or the packed one of a dry run. Raises InvalidInput, also if there is a secret in it."""
    bundle = read_bundle(Path(params["src"]), params["bundle"] or "")
    for kind, collection in bundle.estate.items():
        leaked = secrets.without_secrets(kind, collection)[1]
        if leaked:
            raise InvalidInput(
                f"The bundle holds a secret ({leaked[0].kind} {quoted(leaked[0].key)}).", "Give it in secrets."
            )
    return bundle


def _inline(spec: Mapping[str, Any], written_in: str | None, spoken: str) -> Bundle:
    """A bundle made of what was given inline: kind -> collection.

    Its revision is named as spec_version or known by its fields. Where several fit it is the one named as api_version,
    or else that of the target.
    """
    unknown = set(spec) - set(KINDS)
    if unknown:
        raise InvalidInput(f"spec has the unknown kind {quoted(sorted(unknown)[0])}.", f"Known: {', '.join(KINDS)}.")
    for kind, collection in spec.items():
        if not is_collection(collection):
            raise InvalidInput(
                f"spec.{kind} is no collection.", "It is a dictionary of lists of records, as the export gives it."
            )
    estate = {kind: dict(spec[kind]) for kind in spec}
    if written_in:
        return Bundle(written_in, ServerIdentity(), estate)
    fitting = recognised(estate)
    if spoken in fitting:
        return Bundle(spoken, ServerIdentity(), estate)
    revision = "" if len(fitting) == len(NEWEST_FIRST) else fitting[0]
    return Bundle(revision, ServerIdentity(), estate, fitting=tuple(fitting))


def hidden(params: Params) -> Iterable[str]:
    """Secrets that stand in the inline spec: they are hidden like those in `secrets`."""
    for name, collection in (params["spec"] or {}).items():
        for rows in collection.values() if name in KINDS and isinstance(collection, Mapping) else ():
            for record in rows if isinstance(rows, list) else ():
                if isinstance(record, Mapping):
                    yield from secrets.held(KINDS[name], dict(record)).values()


def open_service(connection: Connection, desired: DesiredImport) -> Vbr:
    """The target, in the bundle's own revision if it serves it, so that everything moves verbatim."""
    own = [*desired.bundle.fitting] or [desired.bundle.revision] * bool(desired.bundle.revision)
    return Vbr(connection, candidates=[*own, *(revision for revision in NEWEST_FIRST if revision not in own)])


def look(service: Vbr, desired: DesiredImport, progress: Progress) -> ActualTarget:
    service.http.secrets.add(*values_in(desired.secrets))
    service.http.secrets.add(*_inline_secrets(desired))
    automation, objects = Automation(service), Objects(service)
    sessions = _settled_sessions(automation, float(desired.settings["wait_timeout"]), progress)
    hosts = automation.hosts()
    identity = automation.identity(hosts)
    estate, unread = _estate(automation, identity, desired, objects)
    wanted, there = _job_keys(desired.bundle.estate), _job_keys(estate)
    disabled: Names[bool] = Names()
    if JOBS.name in desired.kinds and desired.staged:
        # Without this list no job that is brought in can be proved to be disabled: it is asked for before any write.
        listed = moving(automation.jobs())
        disabled = Names((name, all(job.disabled for job in jobs)) for name, jobs in listed.items())
    progress(
        f"{identity.name or 'target'} speaks {service.revision}; {len(wanted & there)} of {len(wanted)} jobs are there"
    )
    # A server of 1.0-rev2 does not say its id.
    own_id = identity.vbr_id or fold(service.connection.hostname)
    journal = _journal(desired, own_id, is_thirteen(identity.build, service.revision))
    return ActualTarget(
        identity,
        service.revision,
        estate,
        {
            MANAGED_SERVERS.name: [str(row.get("name") or "") for row in hosts],
            **_not_exported(automation, desired, estate),
        },
        disabled,
        journal,
        sessions,
        automation.proxies(hosts) if _needs_proxies(desired) else {},
        lambda content: service.http.secrets.redact_within(content, WORDS_OF_RUN),
        {**unread, **_without_place(desired, identity, estate, objects, journal)} if desired.settings["whole"] else {},
    )


def _settled_sessions(automation: Automation, timeout: float, progress: Progress) -> frozenset[str]:
    """The ids of the newest sessions. An earlier run that died may still be at work: planning before it ends would do
    its work twice.
    """
    sessions = automation.recent()
    for session in sessions:
        if not finished(session):
            progress(f"waiting for the unfinished session {session['id']} of an earlier run")
            automation.settle(str(session["id"]), timeout)
    return frozenset(str(session["id"]) for session in sessions)


def _without_place(
    desired: DesiredImport, identity: ServerIdentity, estate: Estate, objects: Objects, journal: Journal
) -> dict[ObjectKey, str]:
    """Which new jobs name machines that the target does not have, and why."""
    there = Names((key, True) for key in _keys_of_jobs(estate))
    known = desired.mappings.with_server(desired.bundle.source, identity.name)
    found = {}
    groups = {
        key for (kind, key), made in journal.created.items() if kind == PROTECTION_GROUPS.name and made.unfinished
    }
    for record in desired.bundle.estate.get(JOBS.name, {}).get(BY_REST) or []:
        moved = known.apply(JOBS.name, record)
        key = JOBS.key(moved)
        why = "" if there.meant(key) else objects.without_place(moved, groups)
        if why:
            found[JOBS.name, key] = why
    return found


def _keys_of_jobs(estate: Estate) -> list[str]:
    return [JOBS.key(job) for _list, job in records(estate.get(JOBS.name, {}))]


def _estate(
    automation: Automation, identity: ServerIdentity, desired: DesiredImport, objects: Objects
) -> tuple[Estate, dict[ObjectKey, str]]:
    """What the target has of what is moved and can be referred to; of all kinds, if the whole server is moved.

    What goes by ordinary REST and cannot be compared with what is there is not created either: it has the reason.
    """
    unread: dict[ObjectKey, str] = {}
    service, whole = automation.service, desired.settings["whole"]
    automated = kinds_of(service.revision) if whole else _kinds_to_read(desired, service.revision)
    estate: Estate = {kind: automation.export(kind) for kind in automated}
    for kind in KINDS if whole else ():
        try:
            besides = objects.besides(kind, estate.get(kind, {}), identity.own_names)
        except (Rejected, ServerFault, Forbidden, NotFound) as error:
            why = f"the target does not show what it has of this kind ({error})"
            rows = desired.bundle.estate.get(kind, {}).get(BY_REST) or []
            unread |= {(kind, KINDS[kind].key(desired.mappings.apply(kind, record))): why for record in rows}
            continue
        if besides:
            estate[kind] = {**estate.get(kind, {}), **besides}
    return estate, unread


def _needs_proxies(desired: DesiredImport) -> bool:
    """Whether a proxy is moved, or a job that names one."""
    estate = {kind: desired.bundle.estate.get(kind, {}) for kind in desired.kinds}
    named = (ref.kind for _list, job in records(estate.get(JOBS.name, {})) for ref in references(JOBS.name, job))
    return any(records(estate.get(PROXIES.name, {}))) or PROXIES.name in named


def _not_exported(automation: Automation, desired: DesiredImport, estate: Estate) -> dict[str, Iterable[str]]:
    """The target's repositories and jobs that no export shows (scale-out repositories, jobs of other sorts), by name.

    They are asked for only when a job of the bundle refers to one that is not known otherwise.
    """
    moving = desired.bundle.estate.get(JOBS.name, {}) if JOBS.name in desired.kinds else {}
    jobs = [job for _list, job in records(moving)]
    stores = {_name_at(job, "storage", "backupRepository", "name") for job in jobs}
    mapped = desired.mappings.mapped.get(REPOSITORIES.name, Names[str]())
    stores.update(new for _old, new in mapped.items() if jobs)
    chained = {_name_at(job, "schedule", "afterThisJob", "jobName") for job in jobs}
    found: dict[str, Iterable[str]] = {}
    if _unknown(REPOSITORIES.name, stores, desired.bundle.estate, estate):
        found[REPOSITORIES.name] = automation.repositories()
    if _unknown(JOBS.name, chained, desired.bundle.estate, estate):
        found[JOBS.name] = [job.name for job in automation.jobs()]
    return found


def _name_at(job: Record, *path: str) -> str:
    return str(value_at(job, path) or "")


def _unknown(kind: str, names: Iterable[str], *estates: Estate) -> bool:
    """Whether one of the names is that of no record of the kind."""
    known = {fold(record.get("name")) for estate in estates for _list, record in records(estate.get(kind, {}))}
    return any(name and fold(name) not in known for name in names)


def _job_keys(estate: Estate) -> set[str]:
    return {fold(key) for key in _keys_of_jobs(estate)}


def _inline_secrets(desired: DesiredImport) -> list[str]:
    return [
        value
        for kind, collection in desired.bundle.estate.items()
        for _list, record in records(collection)
        for value in secrets.held(KINDS[kind], record).values()
    ]


def _kinds_to_read(desired: DesiredImport, revision: str) -> list[str]:
    """The kinds to export from the target: those to be imported and those they can refer to."""
    wanted = {*desired.kinds, *(need for kind in desired.kinds for need in referred_kinds(kind))}
    return [kind for kind in kinds_of(revision) if kind in wanted]


def _journal(desired: DesiredImport, target: str, thirteen: bool) -> Journal:
    """What earlier runs staged there, and what this one knows of the source."""
    path = journal_path(desired.settings["journal"], desired.settings["src"], target)
    known = origins(desired.bundle, desired.mappings)
    journal = read_journal(path, target, source_id(desired.bundle.source), known)
    return replace(journal, days_per_point=desired.days_per_point if thirteen else "")


def plan(desired: DesiredImport, target: ActualTarget) -> ImportPlan | PlanToSave:
    """The plan to carry out, the saved one if one is given, or the one to save.

    Raises Refused if there is an error in it, or if it is not the saved one.
    """
    whole = plan_import(desired, target)
    saved, path = desired.settings["saved"], desired.settings["save_plan"]
    if saved or path:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        content = document(desired, whole, now, target.redact)
        if path:
            return plan_to_save(Path(path), whole, content)
        refuse_another(saved, content, whole)
    refuse_errors(whole)
    return whole


def apply(service: Vbr, plan: ImportPlan | PlanToSave, progress: Progress) -> dict[str, Any]:
    if isinstance(plan, PlanToSave):
        plan.write()
        progress(f"plan written to {plan.path}")
        return {}
    return ImportRun(Automation(service), plan, progress).result()


IMPORT = Operation(
    client=Vbr,
    open=open_service,
    options={
        "src": Option(type="path"),
        "bundle": Option(),
        "spec": Option(type="dict", mixed=True),
        "spec_version": Option(choices=NEWEST_FIRST),
        "kinds": Option(type="list", elements="str", default=[], choices=AUTOMATED),
        "secrets": Option(type="dict", secret=True),
        "rename": Option(type="dict"),
        "mappings": Option(type="dict"),
        "convert": Option(type="dict"),
        "staged": Option(type="bool", default=True),
        "on_existing": Option(default="keep", choices=("keep", "fail")),
        "on_missing_secret": Option(default="fail", choices=("fail", "skip")),
        "phase": Option(default=STAGE, choices=PHASES),
        "stage_anyway": Option(type="list", elements="str", default=[]),
        "hold": Option(type="list", elements="str", default=[]),
        "save_plan": Option(type="path"),
        "plan": Option(type="path"),
        "plan_digest": Option(),
        "journal": Option(type="path"),
        "report": Option(type="path"),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=SESSION_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    hidden=hidden,
    words=WORDS_OF_RUN,
    rules={
        "mutually_exclusive": [["src", "spec"], ["save_plan", "plan"]],
        "required_one_of": [["src", "spec"]],
        "required_by": {
            "bundle": ["src"],
            "spec_version": ["spec"],
            "save_plan": ["src"],
            "plan": ["src"],
            "plan_digest": ["plan"],
        },
    },
)
