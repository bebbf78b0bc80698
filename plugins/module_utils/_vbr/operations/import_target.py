# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import sees of its target before it plans: who it is, what it has, which of its jobs sleep."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from functools import partial

from ..._core.compare import Names, fold, value_at
from ..._core.errors import Forbidden, InvalidInput, NotFound, Rejected, ServerFault, quoted
from ..._core.operation import Progress
from ..._core.redaction import values_in
from ..._core.steps import Steps, read
from ..automation import Automation, moving
from ..client import Vbr, finished
from ..migration import links, secrets
from ..migration.apply import WORDS_OF_RUN
from ..migration.bundle import ServerIdentity
from ..migration.collection import Estate, Record, records
from ..migration.dependencies import BY_HAND_FIRST
from ..migration.kind import BY_REST, link, linked
from ..migration.kinds import (
    JOBS,
    KINDS,
    MANAGED_SERVERS,
    PROTECTION_GROUPS,
    PROXIES,
    REPOSITORIES,
    kinds_of,
)
from ..migration.plan import ActualTarget, DesiredImport, ObjectKey
from ..migration.references import referred_kinds
from ..migration.settings import DATASTORE_LATENCIES
from ..migration.stage import (
    ROLLED_BACK,
    WAITING,
    Journal,
    is_job_of,
    journal_path,
    origins,
    read_journal,
    refuse_shared,
    source_id,
)
from ..objects import NotThere, Objects
from ..revisions import is_thirteen

# What names objects of other systems, which a server has to know.
LOOKED_UP = (PROTECTION_GROUPS, JOBS, DATASTORE_LATENCIES)


def look(service: Vbr, desired: DesiredImport, progress: Progress) -> ActualTarget:
    service.http.secrets.add(*values_in(desired.secrets))
    service.http.secrets.add(*_inline_secrets(desired))
    automation, objects = Automation(service), Objects(service)
    sessions = _settled_sessions(automation, float(desired.settings["wait_timeout"]), progress)
    hosts = automation.hosts()
    identity = automation.identity(hosts)
    estate, unread = _estate(automation, identity, desired, objects)
    wanted, there = _job_keys(desired.bundle.estate), _job_keys(estate)
    disabled, called = _jobs(automation) if JOBS.name in desired.kinds and desired.staged else (Names[bool](), {})
    progress(
        f"{identity.name or 'target'} speaks {service.revision}; {len(wanted & there)} of {len(wanted)} jobs are there"
    )
    # A server of 1.0-rev2 does not say its id.
    own_id = identity.vbr_id or fold(service.connection.hostname)
    journal = _journal(desired, own_id, is_thirteen(identity.build, service.revision))
    names = _follow(journal, desired, called, there)
    desired = replace(desired, mappings=desired.mappings.with_names(JOBS.name, names))
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
        names,
    )


def _jobs(automation: Automation) -> tuple[Names[bool], dict[str, str]]:
    """Which jobs are disabled, by name, and what they are called, by folded id. Without this list no job that is
    brought in can be proved to be disabled: it is asked for before any write.
    """
    listed = moving(automation.jobs())
    disabled = Names((name, all(job.disabled for job in jobs)) for name, jobs in listed.items())
    return disabled, {fold(job.id): job.name for _name, jobs in listed.items() for job in jobs if job.id}


def _follow(
    journal: Journal, desired: DesiredImport, called: Mapping[str, str], there: Iterable[str]
) -> dict[str, str]:
    """Bring the names of a journal up to what the target calls its jobs, and to what the user calls those of the
    source; returns the names that hold beside those that the user gives. Raises InvalidInput.
    """
    journal.follow(called)
    names = _noted_names(desired, journal, {*called, *there})
    journal.origins = origins(desired.bundle, desired.mappings.with_names(JOBS.name, names))
    return names


def _noted_names(desired: DesiredImport, journal: Journal, there: Container[str]) -> dict[str, str]:
    """By the name on the source, what the journal calls jobs of which it knows more than the user says now: a rename
    holds until it is given anew. `there` are the folded ids and names of the target's jobs.

    Raises InvalidInput where a job that is there already is to come in under another name, too.
    """
    by_id = {job.source_id: job for job in journal.jobs.values() if job.source_id}
    by_name = {job.source_name: job for job in journal.jobs.values() if job.source_name}
    said = {old for old, _new in desired.mappings.renamed.get(JOBS.name, Names[str]()).items()}
    found = {}
    for name, origin in journal.origins.items():
        job = by_id.get(origin.id) or by_name.get(origin.name)
        if not job or fold(job.name) == fold(name) or not is_job_of(job, origin):
            continue
        is_known = any(fold(known) in there for known in (job.id, job.name) if known)
        is_there = job.phase != WAITING and (job.phase != ROLLED_BACK or is_known)
        if is_there and origin.name in said and JOBS.name in desired.kinds:
            raise InvalidInput(
                f"jobs {quoted(origin.name)} is moved as {quoted(job.name)} by the journal, and is to be called "
                f"{quoted(name)} now: one job would be two. Nothing was changed.",
                "Leave it out of rename (vbr_import_rename in the roles), and it keeps its name. Or roll it back and "
                "remove it first (vbr_rollback_remove).",
            )
        if is_there or (job.phase == WAITING and origin.name not in said):
            found[origin.name] = job.name
    return found


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
    """Which new objects name machines, datastores or computers that the target does not have, and why."""
    known = desired.mappings.with_server(desired.bundle.source, identity.name)
    groups = {
        key
        for (kind, key), made in journal.created.items()
        if kind == PROTECTION_GROUPS.name and made.unfinished and made.record.get("type") not in BY_HAND_FIRST
    }
    new = []
    for kind in LOOKED_UP:
        there = Names((kind.key(each), True) for _list, each in records(estate.get(kind.name, {})))
        for record in desired.bundle.estate.get(kind.name, {}).get(BY_REST) or []:
            moved, _sites = known.apply_at(kind.name, record, desired.sites.of(kind.name, record))
            new += [] if there.meant(kind.key(moved)) else [(kind, moved)]
    asked = read(
        objects.service.lanes,
        new,
        lambda each: _why_homeless(objects, each[0].name, each[1], groups),
        lambda error: not isinstance(error, InvalidInput),
    )
    return {(kind.name, kind.key(moved)): each.value for each in asked for kind, moved in [each.item] if each.value}


def _keys_of_jobs(estate: Estate) -> list[str]:
    return [JOBS.key(job) for _list, job in records(estate.get(JOBS.name, {}))]


def _estate(
    automation: Automation, identity: ServerIdentity, desired: DesiredImport, objects: Objects
) -> tuple[Estate, dict[ObjectKey, str]]:
    """What the target has of what is moved and can be referred to; of all kinds, if the whole server is moved.

    What goes by ordinary REST and cannot be compared with what is there is not created either: it has the reason.
    """
    unread: dict[ObjectKey, str] = {}
    whole, revision = desired.settings["whole"], automation.service.revision
    automated = kinds_of(revision) if whole else _kinds_to_read(desired, revision)
    exported = automation.service.lanes.each(automated, automation.export)
    estate: Estate = dict(zip(automated, exported, strict=True))
    # Nothing is looked for by signs that the source does not have.
    bundle = desired.bundle.estate
    looked_for = [kind for kind in KINDS if KINDS[kind].rest or any(records(bundle.get(kind, {})))]
    if whole:
        objects.lists.read(looked_for)
    for kind in looked_for if whole else ():
        try:
            besides = objects.everything_besides(kind, estate.get(kind, {}), identity.own_names)
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
    jobs = (job for _list, job in records(estate.get(JOBS.name, {})))
    named = (site.reference.kind for job in jobs for site in desired.sites.of(JOBS.name, job))
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
    refuse_shared(journal)
    return replace(journal, days_per_point=desired.days_per_point if thirteen else "")


def _why_homeless(objects: Objects, kind: str, record: Record, undiscovered: Container[str]) -> Steps[str]:
    """Why the target does not have all the machines, datastores or objects of a directory that a new object names;
    `""` if it has, or cannot be asked yet.

    Nothing is asked about hosts, domains and protection groups that are not there, or `undiscovered`.
    """
    of_store, inventory = KINDS[kind].of_store, objects.inventory
    try:
        for found in links.inventory_in(record):
            group = linked(found.get("protectionGroupId"))
            if (of_store or links.is_looked_up_again(found)) and not (group and group in undiscovered):
                yield from _look_up(objects, found, partial(inventory.complete, of_store=of_store))
        for found in links.directory_in(record):
            yield from _look_up(objects, found, inventory.complete_directory)
    except InvalidInput as reason:
        return str(reason)
    return ""


def _look_up(objects: Objects, found: Record, complete: Callable[[Record], None]) -> Steps[None]:
    """Look up one of them, if what it belongs to is there. Raises InvalidInput."""
    try:
        # Nothing is created yet: what is not in a list that was read is not there.
        meant: Record = links.with_ids(found, partial(objects.id_of, again=False))
    except NotThere:
        return
    host = link(MANAGED_SERVERS.name, str(found.get("hostName")))
    if "hostName" not in found or found["platform"] == links.AGENT or objects.links(MANAGED_SERVERS.name).ids(host):
        yield partial(complete, dict(meant))
